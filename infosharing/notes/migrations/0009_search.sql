-- Search (docs/performance.md). Row-level security and a full-text index do not go together: the operators that the
-- index knows are not leak-proof, so PostgreSQL would ask the policy of every note first. So one function of the owner
-- of the tables reads the index, and returns keys of notes only. Whoever calls it joins them to the notes behind both
-- walls: a mistake in here can hide a note, and cannot show one.

-- 1. Words ----------------------------------------------------------------------------------------
-- English stems, no stop words: in Dutch or German "is", "was" or "die" may be what somebody looks for. Words of other
-- languages get the same treatment on both sides, and so are found as they are written.
CREATE TEXT SEARCH DICTIONARY public.notes_stem (TEMPLATE = pg_catalog.snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION public.notes_stems (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION public.notes_stems ALTER MAPPING REPLACE pg_catalog.english_stem WITH public.notes_stem;

-- Stems with their places, for phrases, those of the title with their weight; and the words as they are written, for
-- the beginning of a word, which has no stem yet.
CREATE FUNCTION public.notes_words(title text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT strip(to_tsvector('pg_catalog.simple', title || ' ' || body))
        || setweight(to_tsvector('public.notes_stems', title), 'A') || to_tsvector('public.notes_stems', body);
$$;

-- What somebody typed, as a query; never an error, whatever it is. The last word may be the beginning of one. `stems`:
-- as the words of a note are kept; without, as they are written, to find the places of what was half typed.
CREATE FUNCTION public.notes_query(typed text, stems boolean DEFAULT true) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    how regconfig := CASE WHEN stems THEN 'public.notes_stems' ELSE 'pg_catalog.simple' END;
    whole tsquery := websearch_to_tsquery(how, left(typed, 1000));
    -- not within quotes, behind a minus, or part of something longer
    half text := (regexp_match(left(typed, 1000), '(?:^|\s)([[:alnum:]]{2,50})$'))[1];
    others text := left(left(typed, 1000), -length(half));
    beginning tsquery;
BEGIN
    IF half IS NULL OR length(replace(others, '"', '')) % 2 <> length(others) % 2 THEN
        RETURN whole;
    END IF;
    beginning := (quote_literal(lower(half)) || ':*')::tsquery;
    IF others ~* '\mor\s+$' THEN
        RETURN whole || beginning;
    END IF;
    RETURN whole || (websearch_to_tsquery(how, others) && beginning);
END $$;
GRANT EXECUTE ON FUNCTION public.notes_query(text, boolean) TO concord_app;

-- 2. Entries --------------------------------------------------------------------------------------
REVOKE ALL ON notes_searchentry FROM concord_app;
-- what may come from another table's row, or from a big index, is estimated badly by default
ALTER TABLE notes_searchentry ALTER COLUMN words SET STATISTICS 1000;

-- A note gets its entry with its first grants. Grants come and go one by one, each in its own transaction perhaps: each
-- adds to the row as it then stands, or takes from it.
CREATE FUNCTION notes_search_add(note bigint, added bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.notes_searchentry e SET keys = e.keys || added WHERE e.note_id = note;
    IF NOT FOUND THEN
        INSERT INTO public.notes_searchentry AS e (note_id, partnership_id, owner_id, tlp, created_at, keys, words)
        SELECT n.id, n.partnership_id, n.owner_id, n.tlp, n.created_at, added, public.notes_words(n.title, n.body)
        FROM public.notes_note n WHERE n.id = note
        ON CONFLICT (note_id) DO UPDATE SET keys = e.keys || EXCLUDED.keys;
    END IF;
END $$;
CREATE FUNCTION notes_search_remove(note bigint, removed bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.notes_searchentry e SET keys = ARRAY(SELECT unnest(e.keys) EXCEPT SELECT unnest(removed))
    WHERE e.note_id = note;
$$;
REVOKE ALL ON FUNCTION notes_search_add(bigint, bigint[]), notes_search_remove(bigint, bigint[]) FROM PUBLIC;

CREATE FUNCTION notes_search_follow_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM public.notes_search_add(content_object_id, array_agg(group_id)) FROM changed GROUP BY content_object_id;
    ELSE
        PERFORM public.notes_search_remove(content_object_id, array_agg(group_id))
        FROM changed GROUP BY content_object_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION notes_search_follow_persons() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM public.notes_search_add(content_object_id, array_agg(-user_id)) FROM changed GROUP BY content_object_id;
    ELSE
        PERFORM public.notes_search_remove(content_object_id, array_agg(-user_id))
        FROM changed GROUP BY content_object_id;
    END IF;
    RETURN NULL;
END $$;
-- once for a statement, however many recipients it names
CREATE TRIGGER search_add AFTER INSERT ON grants_notegroupgrant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notes_search_follow_groups();
CREATE TRIGGER search_remove AFTER DELETE ON grants_notegroupgrant REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notes_search_follow_groups();
CREATE TRIGGER search_add AFTER INSERT ON grants_noteusergrant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notes_search_follow_persons();
CREATE TRIGGER search_remove AFTER DELETE ON grants_noteusergrant REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notes_search_follow_persons();

CREATE FUNCTION notes_search_follow_note() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM public.notes_searchentry WHERE note_id = OLD.id;
    ELSE
        UPDATE public.notes_searchentry
        SET tlp = NEW.tlp, words = public.notes_words(NEW.title, NEW.body) WHERE note_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF title, body, tlp ON notes_note FOR EACH ROW
    WHEN ((OLD.title, OLD.body, OLD.tlp) IS DISTINCT FROM (NEW.title, NEW.body, NEW.tlp))
    EXECUTE FUNCTION notes_search_follow_note();
CREATE TRIGGER search_forget AFTER DELETE ON notes_note FOR EACH ROW EXECUTE FUNCTION notes_search_follow_note();

-- notes that were shared before there was search
INSERT INTO notes_searchentry (note_id, partnership_id, owner_id, tlp, created_at, keys, words)
SELECT n.id, n.partnership_id, n.owner_id, n.tlp, n.created_at, held.keys, notes_words(n.title, n.body)
FROM notes_note n CROSS JOIN LATERAL (
    SELECT array_agg(key) AS keys FROM (
        SELECT group_id AS key FROM grants_notegroupgrant WHERE content_object_id = n.id
        UNION ALL SELECT -user_id FROM grants_noteusergrant WHERE content_object_id = n.id) grants
) held WHERE held.keys IS NOT NULL;

-- 3. Search ---------------------------------------------------------------------------------------
-- Returns the keys of the newest notes that the transaction's reader sees and in which something stands; at most so
-- many, newest first. Without a reader it fails. Filters that are NULL are none.
--
-- First it reads the newest of what the reader sees, along the index of their grants, and asks each for the words:
-- common words are there. If that is not enough, the index over grants and words answers for everything older: rare
-- words are few. Either alone is slow for the other kind of words. Between the two, how often the words stood in the
-- first few hundred notes says how far to read for enough of them, and whether that is worth it.
CREATE FUNCTION sight.search(
    typed text, most int, partnership bigint, marking text, owners bigint[], since timestamptz, until timestamptz,
    before_at timestamptz, before_note bigint
) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
    -- the estimates of what somebody sees are no better than guesses: there is one good way for each step
    SET enable_seqscan = off AS $$
DECLARE
    reader bigint := sight.person();
    mine int[] := sight.ints('sight.groups');
    wanted tsquery := public.notes_query(typed);
    reach int := 500;
    furthest int := greatest(3000, 10 * most);
    head int;
    edge timestamptz;
    found bigint[];
BEGIN
    IF partnership IS NOT NULL THEN
        mine := ARRAY(
            SELECT k FROM unnest(mine) k WHERE k IN (
                SELECT group_id FROM public.membership_partnership WHERE id = partnership
                UNION ALL SELECT group_id FROM public.membership_membership WHERE partnership_id = partnership));
    END IF;
    IF until IS NOT NULL AND until <= coalesce(before_at, 'infinity') THEN
        before_at := until;
        before_note := 0;
    END IF;
    before_at := coalesce(before_at, 'infinity');
    before_note := coalesce(before_note, 0);
    since := coalesce(since, '-infinity');

    LOOP
        -- Where to stop: behind so many notes, as far as the first few of each group tell. Otherwise a reader of many
        -- groups would read as many notes of each.
        head := 20 + 3 * reach / greatest(1, cardinality(mine));
        SELECT top.created_at INTO edge FROM (
            SELECT DISTINCT t.created_at, t.note FROM unnest(mine) k CROSS JOIN LATERAL (
                SELECT g.created_at, g.content_object_id AS note FROM public.grants_notegroupgrant g
                WHERE g.group_id = k AND (g.created_at, g.content_object_id) < (before_at, before_note)
                  AND g.created_at >= since
                ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT head) t
        ) top ORDER BY top.created_at DESC OFFSET reach LIMIT 1;
        edge := coalesce(edge, '-infinity');

        WITH walked AS MATERIALIZED (
            SELECT t.* FROM unnest(mine) k CROSS JOIN LATERAL (
                SELECT g.created_at, g.content_object_id AS note,
                       row_number() OVER (ORDER BY g.created_at DESC, g.content_object_id DESC) AS nth
                FROM public.grants_notegroupgrant g
                WHERE g.group_id = k AND (g.created_at, g.content_object_id) < (before_at, before_note)
                  AND g.created_at >= since AND g.created_at > edge
                ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT reach) t
            UNION ALL (
                SELECT u.created_at, u.content_object_id,
                       row_number() OVER (ORDER BY u.created_at DESC, u.content_object_id DESC)
                FROM public.grants_noteusergrant u
                WHERE u.user_id = reader AND u.through_id = ANY(mine)
                  AND (u.created_at, u.content_object_id) < (before_at, before_note)
                  AND u.created_at >= since AND u.created_at > edge
                ORDER BY u.created_at DESC, u.content_object_id DESC LIMIT reach)
        ), complete AS MATERIALIZED (
            -- a group that has more than was read says nothing of what comes after its last
            SELECT greatest(edge, max(created_at) FILTER (WHERE nth = reach)) AS after FROM walked
        ), notes AS (
            SELECT DISTINCT w.created_at, w.note FROM walked w, complete c WHERE w.created_at > c.after
        )
        SELECT c.after, ARRAY(
            SELECT n.note FROM notes n CROSS JOIN LATERAL (
                -- OFFSET 0: one probe for each note, never all entries joined
                SELECT e.* FROM public.notes_searchentry e WHERE e.note_id = n.note OFFSET 0) e
            WHERE e.words @@ wanted AND (marking IS NULL OR e.tlp = marking)
              AND (owners IS NULL OR e.owner_id = ANY(owners)) AND (partnership IS NULL OR e.partnership_id = partnership)
            ORDER BY n.created_at DESC, n.note DESC LIMIT most)
        INTO edge, found FROM complete c;

        EXIT WHEN reach > 500 OR cardinality(found) >= most OR edge = '-infinity' OR edge < since;
        reach := 1.25 * most * reach / greatest(1, cardinality(found));
        EXIT WHEN reach NOT BETWEEN 501 AND furthest;
    END LOOP;

    IF cardinality(found) < most AND edge >= since AND edge > '-infinity' THEN
        found := found || ARRAY(
            SELECT e.note_id FROM public.notes_searchentry e
            WHERE e.keys && (mine::bigint[] || -reader) AND e.words @@ wanted
              AND e.created_at <= edge AND e.created_at >= since
              AND (e.created_at, e.note_id) < (before_at, before_note)
              AND (marking IS NULL OR e.tlp = marking) AND (owners IS NULL OR e.owner_id = ANY(owners))
              AND (partnership IS NULL OR e.partnership_id = partnership)
              -- by name: only as one of the people of the member through which it was
              AND (e.keys && mine::bigint[] OR EXISTS (
                  SELECT FROM public.grants_noteusergrant u
                  WHERE u.content_object_id = e.note_id AND u.user_id = reader AND u.through_id = ANY(mine)))
            ORDER BY e.created_at DESC, e.note_id DESC LIMIT most - cardinality(found));
    END IF;
    RETURN QUERY SELECT unnest(found);
END $$;
REVOKE ALL ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint) TO concord_app;
