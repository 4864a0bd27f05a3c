-- Grants that begin on a day, and end on one (docs/decisions/0010-grants-have-terms.md). Whether one gives sight is asked
-- of the row in every query: by the queryset, by these policies and by search. A task only tidies up.

-- 1. What time it is ------------------------------------------------------------------------------
-- The moment at which the clock of the application stands, in a rehearsal or the demo; else that of the transaction.
CREATE FUNCTION sight.now() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('sight.moment', true), '')::timestamptz, now());
$$;

-- 2. Policies -------------------------------------------------------------------------------------
-- As in migration 0002, whose remarks on (SELECT ...) and OFFSET 0 hold here too.
CREATE OR REPLACE FUNCTION sight.sees(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.grants_notegroupgrant g
                   WHERE g.content_object_id = wanted AND g.group_id = ANY(sight.ints('sight.groups'))
                     AND (g.not_before IS NULL OR g.not_before <= sight.now())
                     AND (g.expires_at IS NULL OR g.expires_at > sight.now()))
        OR EXISTS (SELECT 1 FROM public.grants_noteusergrant u
                   WHERE u.content_object_id = wanted AND u.user_id = sight.person()
                     AND u.through_id = ANY(sight.ints('sight.groups'))
                     AND (u.not_before IS NULL OR u.not_before <= sight.now())
                     AND (u.expires_at IS NULL OR u.expires_at > sight.now()));
END $$;

-- Whether the reader may know of another's grant: of one that gives sight now, where the owner lets recipients know each
-- other; of one that waits or is over, only the owner.
CREATE FUNCTION sight.may_know_grant(wanted bigint, begins timestamptz, ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN sight.owns(wanted)
        OR (coalesce(begins <= sight.now(), true) AND coalesce(ends > sight.now(), true)
            AND sight.may_know_recipients(wanted));
END $$;

REVOKE ALL ON FUNCTION sight.now(), sight.may_know_grant(bigint, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.now(), sight.may_know_grant(bigint, timestamptz, timestamptz) TO concord_app;

ALTER POLICY note_select ON notes_note USING (
    (author_id = (SELECT sight.person()) AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    OR EXISTS (SELECT 1 FROM grants_notegroupgrant g
               WHERE g.content_object_id = notes_note.id
                 AND g.group_id = ANY((SELECT sight.ints('sight.groups'))::int[])
                 AND (g.not_before IS NULL OR g.not_before <= (SELECT sight.now()))
                 AND (g.expires_at IS NULL OR g.expires_at > (SELECT sight.now())) OFFSET 0)
    OR EXISTS (SELECT 1 FROM grants_noteusergrant u
               WHERE u.content_object_id = notes_note.id
                 AND u.user_id = (SELECT sight.person())
                 AND u.through_id = ANY((SELECT sight.ints('sight.groups'))::int[])
                 AND (u.not_before IS NULL OR u.not_before <= (SELECT sight.now()))
                 AND (u.expires_at IS NULL OR u.expires_at > (SELECT sight.now())) OFFSET 0));

ALTER POLICY group_grant_select ON grants_notegroupgrant USING (
    (group_id IN (SELECT unnest((SELECT sight.ints('sight.groups'))::int[]))
     AND (not_before IS NULL OR not_before <= (SELECT sight.now()))
     AND (expires_at IS NULL OR expires_at > (SELECT sight.now())))
    OR sight.may_know_grant(content_object_id, not_before, expires_at));
ALTER POLICY user_grant_select ON grants_noteusergrant USING (
    (user_id = (SELECT sight.person()) AND through_id = ANY((SELECT sight.ints('sight.groups'))::int[])
     AND (not_before IS NULL OR not_before <= (SELECT sight.now()))
     AND (expires_at IS NULL OR expires_at > (SELECT sight.now())))
    OR sight.may_know_grant(content_object_id, not_before, expires_at));

-- 3. The owner's own grant, and what never changes ------------------------------------------------
-- By name after "fit", so it is asked second: whoever wrote a note does not lose it on a day.
CREATE FUNCTION grants_owner_has_no_terms() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE given jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (SELECT 1 FROM public.notes_note n JOIN public.membership_membership m ON m.id = n.owner_id
               WHERE n.id = NEW.content_object_id
                 AND CASE WHEN given ? 'user_id' THEN n.author_id = (given->>'user_id')::bigint
                          ELSE m.group_id = (given->>'group_id')::int END) THEN
        NEW.not_before := NULL;
        NEW.expires_at := NULL;
    END IF;
    RETURN NEW;
END $$;
-- most grants have no terms
CREATE TRIGGER fit_terms BEFORE INSERT ON grants_notegroupgrant FOR EACH ROW
    WHEN (NEW.not_before IS NOT NULL OR NEW.expires_at IS NOT NULL) EXECUTE FUNCTION grants_owner_has_no_terms();
CREATE TRIGGER fit_terms BEFORE INSERT ON grants_noteusergrant FOR EACH ROW
    WHEN (NEW.not_before IS NOT NULL OR NEW.expires_at IS NOT NULL) EXECUTE FUNCTION grants_owner_has_no_terms();
CREATE TRIGGER terms_never_changed BEFORE UPDATE OF not_before, expires_at, purpose, onward, rule_id
    ON grants_notegroupgrant FOR EACH ROW EXECUTE FUNCTION grants_refuse_update();
CREATE TRIGGER terms_never_changed BEFORE UPDATE OF not_before, expires_at, purpose, onward, rule_id
    ON grants_noteusergrant FOR EACH ROW EXECUTE FUNCTION grants_refuse_update();

-- 4. History --------------------------------------------------------------------------------------
-- What had expired ended then, by itself, whenever somebody tidies up.
CREATE OR REPLACE FUNCTION grants_keep_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ended jsonb := to_jsonb(OLD);
    moment timestamptz := coalesce(nullif(current_setting('sight.moment', true), '')::timestamptz, clock_timestamp());
    by_itself boolean := coalesce(OLD.expires_at <= moment, false);
BEGIN
    INSERT INTO public.grants_endedgrant
        (note_id, group_id, user_id, granted_at, granted_by_id, not_before, expires_at, ended_at, ended_by_id)
    VALUES (OLD.content_object_id,
            coalesce((ended->>'group_id')::int, (ended->>'through_id')::int), (ended->>'user_id')::bigint,
            OLD.granted_at, OLD.granted_by_id, OLD.not_before, OLD.expires_at,
            CASE WHEN by_itself THEN OLD.expires_at ELSE moment END,
            CASE WHEN NOT by_itself THEN nullif(current_setting('sight.person', true), '')::bigint END);
    RETURN NULL;
END $$;

-- Moves what has expired into the history, and says how much it was.
CREATE FUNCTION sight.end_expired_grants() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH groups AS (DELETE FROM public.grants_notegroupgrant WHERE expires_at <= sight.now() RETURNING 1),
         people AS (DELETE FROM public.grants_noteusergrant WHERE expires_at <= sight.now() RETURNING 1)
    SELECT (SELECT count(*) FROM groups) + (SELECT count(*) FROM people);
$$;

-- Live notes that began to be seen by somebody since a moment, each with a person of the owner who may tell these: the
-- author, else, where it is not to named people, whoever of the agency has been there longest.
CREATE FUNCTION sight.notes_begun(since timestamptz) RETURNS TABLE (note bigint, teller bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.id, coalesce(
        (SELECT h.person_id FROM public.people_person_groups h
         WHERE h.person_id = n.author_id AND h.group_id = m.group_id),
        (SELECT min(h.person_id) FROM public.people_person_groups h
         WHERE h.group_id = m.group_id AND n.audience <> 'persons'))
    FROM public.notes_note n JOIN public.membership_membership m ON m.id = n.owner_id
    WHERE n.status = 'live' AND n.id IN (
        SELECT content_object_id FROM public.grants_notegroupgrant
        WHERE not_before > since AND not_before <= sight.now()
        UNION SELECT content_object_id FROM public.grants_noteusergrant
              WHERE not_before > since AND not_before <= sight.now())
    ORDER BY n.id;
$$;
REVOKE ALL ON FUNCTION sight.end_expired_grants(), sight.notes_begun(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.end_expired_grants(), sight.notes_begun(timestamptz) TO concord_app;

-- 5. Search ---------------------------------------------------------------------------------------
-- Entries keep the keys of all grants; `timed` says of which it must be asked whether they give sight now.
CREATE OR REPLACE FUNCTION notes_search_follow_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM public.notes_search_add(content_object_id, array_agg(group_id)) FROM changed GROUP BY content_object_id;
        UPDATE public.notes_searchentry e SET timed = true FROM changed c
        WHERE e.note_id = c.content_object_id AND NOT e.timed
          AND (c.not_before IS NOT NULL OR c.expires_at IS NOT NULL);
    ELSE
        PERFORM public.notes_search_remove(content_object_id, array_agg(group_id))
        FROM changed GROUP BY content_object_id;
    END IF;
    RETURN NULL;
END $$;

-- The groups that stand for audiences of a partnership.
CREATE FUNCTION sight.audiences_in(wanted bigint) RETURNS SETOF int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT group_id FROM public.membership_partnership WHERE id = wanted
    UNION ALL SELECT group_id FROM public.membership_membership WHERE partnership_id = wanted;
$$;
REVOKE ALL ON FUNCTION sight.audiences_in(bigint) FROM PUBLIC;

-- As in migration 0009, whose remarks hold here too; also, only of notes that rest on one of some rules: of the reader's
-- own agency's notes by any grant, of others' by the reader's own.
DROP FUNCTION sight.search(text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint);
CREATE FUNCTION sight.rests_on(wanted bigint, owner bigint, rules bigint[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ours boolean := owner = ANY(sight.ints('sight.own'));
BEGIN
    RETURN EXISTS (SELECT FROM public.grants_notegroupgrant g
                   WHERE g.content_object_id = wanted AND g.rule_id = ANY(rules)
                     AND (g.expires_at IS NULL OR g.expires_at > sight.now())
                     AND (ours OR g.group_id = ANY(sight.ints('sight.groups'))
                          AND (g.not_before IS NULL OR g.not_before <= sight.now())))
        OR EXISTS (SELECT FROM public.grants_noteusergrant u
                   WHERE u.content_object_id = wanted AND u.rule_id = ANY(rules)
                     AND (u.expires_at IS NULL OR u.expires_at > sight.now())
                     AND (ours OR u.user_id = sight.person() AND u.through_id = ANY(sight.ints('sight.groups'))
                          AND (u.not_before IS NULL OR u.not_before <= sight.now())));
END $$;
REVOKE ALL ON FUNCTION sight.rests_on(bigint, bigint, bigint[]) FROM PUBLIC;

CREATE FUNCTION sight.search(
    typed text, most int, partnership bigint, marking text, owners bigint[], since timestamptz, until timestamptz,
    before_at timestamptz, before_note bigint, rules bigint[] DEFAULT NULL
) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
    -- the estimates of what somebody sees are no better than guesses: there is one good way for each step
    SET enable_seqscan = off AS $$
DECLARE
    reader bigint := sight.person();
    mine int[] := sight.ints('sight.groups');
    present timestamptz := sight.now();
    wanted tsquery := public.notes_query(typed);
    reach int := 500;
    furthest int := greatest(3000, 10 * most);
    head int;
    edge timestamptz;
    found bigint[];
BEGIN
    IF partnership IS NOT NULL THEN
        mine := ARRAY(
            SELECT k FROM unnest(mine) k WHERE k IN (SELECT sight.audiences_in(partnership)));
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
                  AND (g.not_before IS NULL OR g.not_before <= present)
                  AND (g.expires_at IS NULL OR g.expires_at > present)
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
                  AND (g.not_before IS NULL OR g.not_before <= present)
                  AND (g.expires_at IS NULL OR g.expires_at > present)
                ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT reach) t
            UNION ALL (
                SELECT u.created_at, u.content_object_id,
                       row_number() OVER (ORDER BY u.created_at DESC, u.content_object_id DESC)
                FROM public.grants_noteusergrant u
                WHERE u.user_id = reader AND u.through_id = ANY(mine)
                  AND (u.created_at, u.content_object_id) < (before_at, before_note)
                  AND u.created_at >= since AND u.created_at > edge
                  AND (u.not_before IS NULL OR u.not_before <= present)
                  AND (u.expires_at IS NULL OR u.expires_at > present)
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
            WHERE e.words @@ wanted AND (rules IS NULL OR sight.rests_on(e.note_id, e.owner_id, rules))
              AND (marking IS NULL OR e.tlp = marking)
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
              AND (rules IS NULL OR sight.rests_on(e.note_id, e.owner_id, rules))
              -- by name: only as one of the people of the member through which it was
              AND (CASE WHEN e.timed THEN EXISTS (
                      SELECT FROM public.grants_notegroupgrant g
                      WHERE g.content_object_id = e.note_id AND g.group_id = ANY(mine)
                        AND (g.not_before IS NULL OR g.not_before <= present)
                        AND (g.expires_at IS NULL OR g.expires_at > present))
                   ELSE e.keys && mine::bigint[] END
                   OR EXISTS (
                      SELECT FROM public.grants_noteusergrant u
                      WHERE u.content_object_id = e.note_id AND u.user_id = reader AND u.through_id = ANY(mine)
                        AND (u.not_before IS NULL OR u.not_before <= present)
                        AND (u.expires_at IS NULL OR u.expires_at > present)))
            ORDER BY e.created_at DESC, e.note_id DESC LIMIT most - cardinality(found));
    END IF;
    RETURN QUERY SELECT unnest(found);
END $$;
REVOKE ALL ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint, bigint[]) TO concord_app;
