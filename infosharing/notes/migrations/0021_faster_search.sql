-- As in migrations 0009 and 0010, whose remarks hold here too; but the words are asked for along the walk, newest note
-- first, and no longer when there are enough; the second walk goes as far back as the first says; whoever only counts
-- has nothing put in order; and of somebody in many groups the index is asked for the words alone, which it knows
-- faster than which notes many groups have.
DROP FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint, bigint[]);
CREATE FUNCTION sight.search(
    typed text, most int, partnership bigint, marking text, owners bigint[], since timestamptz, until timestamptz,
    before_at timestamptz, before_note bigint, rules bigint[] DEFAULT NULL, in_order boolean DEFAULT true
) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
    -- the estimates of what somebody sees are no better than guesses: there is one good way for each step
    SET enable_seqscan = off AS $$
DECLARE
    reader bigint := sight.person();
    mine int[] := sight.ints('sight.groups');
    present timestamptz := sight.now();
    wanted tsquery := public.notes_query(typed);
    many_groups CONSTANT int := 60;
    first_few CONSTANT int := 500;
    reach int := first_few;
    furthest int := greatest(5000, 10 * most);
    head int;
    walked int;
    newest timestamptz;
    edge timestamptz;
    more bigint[];
    found bigint[] := '{}';
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

    -- Where to stop first: behind so many notes, as far as the first few of each group tell. Otherwise a reader of many
    -- groups would read as many notes of each.
    head := 10 + 2 * reach / greatest(1, cardinality(mine));
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

    LOOP
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
            SELECT greatest(edge, max(created_at) FILTER (WHERE nth = reach)) AS after,
                   max(created_at) AS newest, count(*) AS walked FROM walked
        )
        SELECT c.after, c.newest, c.walked, ARRAY(
            -- in the order of the walk, so that it ends when there are enough, and asks for neighbours together
            SELECT n.note FROM (
                SELECT DISTINCT w.created_at, w.note FROM walked w WHERE w.created_at > c.after
                ORDER BY w.created_at DESC, w.note DESC) n
            CROSS JOIN LATERAL (
                -- OFFSET 0: one probe for each note, never all entries joined
                SELECT e.* FROM public.notes_searchentry e WHERE e.note_id = n.note OFFSET 0) e
            WHERE e.words @@ wanted AND (rules IS NULL OR sight.rests_on(e.note_id, e.owner_id, rules))
              AND (marking IS NULL OR e.tlp = marking)
              AND (owners IS NULL OR e.owner_id = ANY(owners)) AND (partnership IS NULL OR e.partnership_id = partnership)
            ORDER BY n.created_at DESC, n.note DESC LIMIT most - cardinality(found))
        INTO edge, newest, walked, more FROM complete c;
        -- from here on down
        before_at := edge;
        before_note := 9223372036854775807;
        found := found || more;
        IF cardinality(found) >= most OR edge = '-infinity' OR edge < since THEN
            RETURN QUERY SELECT unnest(found);
            RETURN;
        END IF;

        EXIT WHEN reach > first_few;
        -- how often the words stood in the first few hundred notes says how far to read, and whether that is worth it
        reach := least(1.25 * (most - cardinality(found)) * walked / greatest(0.5, cardinality(found)), 1000000);
        EXIT WHEN reach > furthest;
        reach := greatest(first_few + 1, reach);
        edge := edge - (newest - edge) * (reach::float / greatest(1, walked));
    END LOOP;

    RETURN QUERY SELECT unnest(found);
    IF NOT EXISTS (SELECT FROM unnest(mine) k CROSS JOIN LATERAL (
                       SELECT FROM public.grants_notegroupgrant g
                       WHERE g.group_id = k AND g.created_at <= edge AND g.created_at >= since LIMIT 1) older)
       AND NOT EXISTS (SELECT FROM public.grants_noteusergrant u
                       WHERE u.user_id = reader AND u.created_at <= edge AND u.created_at >= since) THEN
        RETURN;
    END IF;

    RETURN QUERY EXECUTE format($sql$
        SELECT e.note_id FROM public.notes_searchentry e
        WHERE %s e.words @@ $3 AND e.created_at <= $4 AND e.created_at >= $5
          AND ($6 IS NULL OR e.tlp = $6) AND ($7 IS NULL OR e.owner_id = ANY($7))
          AND ($8 IS NULL OR e.partnership_id = $8) AND ($9 IS NULL OR sight.rests_on(e.note_id, e.owner_id, $9))
          AND (CASE WHEN e.timed THEN EXISTS (
                  SELECT FROM public.grants_notegroupgrant g
                  WHERE g.content_object_id = e.note_id AND g.group_id = ANY($1)
                    AND (g.not_before IS NULL OR g.not_before <= $10) AND (g.expires_at IS NULL OR g.expires_at > $10))
               ELSE e.keys && $1::bigint[] END
               -- by name: only as one of the people of the member through which it was
               OR (-$2 = ANY(e.keys) AND EXISTS (
                  SELECT FROM public.grants_noteusergrant u
                  WHERE u.content_object_id = e.note_id AND u.user_id = $2 AND u.through_id = ANY($1)
                    AND (u.not_before IS NULL OR u.not_before <= $10) AND (u.expires_at IS NULL OR u.expires_at > $10))))
        %s LIMIT $11
        $sql$,
        CASE WHEN cardinality(mine) > many_groups THEN '' ELSE 'e.keys && ($1::bigint[] || -$2) AND' END,
        CASE WHEN in_order THEN 'ORDER BY e.created_at DESC, e.note_id DESC' ELSE '' END)
    USING mine, reader, wanted, edge, since, marking, owners, partnership, rules, present, most - cardinality(found);
END $$;
REVOKE ALL ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint, bigint[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.search(
    text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint, bigint[], boolean) TO concord_app;
