-- The newest notes that somebody sees, without what asks each note (infosharing/notes/selectors.py): the newest of each of
-- the reader's groups are one walk of one index (group, created_at, note); merged, they are the newest of the reader. The
-- cost follows the number of groups, not of notes: a reader of few or of only old notes waits no longer than a busy one
-- (docs/performance.md).
--
-- Both walls: the explicit filter, from the groups that the person is in, asked as the caller, behind row-level security.
-- A function, since it keeps its plan, which takes longer to make than to follow.
CREATE FUNCTION notes_newest(
    person bigint, present timestamptz, of_partnership bigint, since timestamptz, until timestamptz,
    before_at timestamptz, before_note bigint, most int
) RETURNS SETOF notes_note
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
    mine int[] := ARRAY(
        SELECT h.group_id FROM people_person_groups h JOIN people_person p ON p.id = h.person_id AND p.is_active
        WHERE h.person_id = person AND (of_partnership IS NULL OR h.group_id IN (
            SELECT group_id FROM membership_partnership WHERE id = of_partnership
            UNION ALL SELECT group_id FROM membership_membership WHERE partnership_id = of_partnership
            UNION ALL SELECT group_id FROM circles_circle WHERE partnership_id = of_partnership)));
    head int := 1 + 2 * most / greatest(1, cardinality(mine));
    edge timestamptz;
BEGIN
    IF until IS NOT NULL AND until <= coalesce(before_at, 'infinity') THEN
        before_at := until;
        before_note := 0;
    END IF;
    before_at := coalesce(before_at, 'infinity');
    before_note := coalesce(before_note, 0);
    since := coalesce(since, '-infinity');
    -- The page goes no further back than the first few notes of every group, all together, tell: of many groups, little more
    -- is read than is shown.
    SELECT top.created_at INTO edge FROM (
        SELECT DISTINCT t.created_at, t.note FROM unnest(mine) k CROSS JOIN LATERAL (
            SELECT g.created_at, g.content_object_id AS note FROM grants_notegroupgrant g
            WHERE g.group_id = k AND (g.created_at, g.content_object_id) < (before_at, before_note)
              AND g.created_at >= since
              AND (g.not_before IS NULL OR g.not_before <= present) AND (g.expires_at IS NULL OR g.expires_at > present)
            ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT head) t
    ) top ORDER BY top.created_at DESC OFFSET most - 1 LIMIT 1;
    since := greatest(since, edge);
    RETURN QUERY
        SELECT n.* FROM (
            SELECT DISTINCT walked.created_at, walked.note FROM (
                SELECT t.* FROM unnest(mine) k CROSS JOIN LATERAL (
                    SELECT g.created_at, g.content_object_id AS note FROM grants_notegroupgrant g
                    WHERE g.group_id = k AND (g.created_at, g.content_object_id) < (before_at, before_note)
                      AND g.created_at >= since
                      AND (g.not_before IS NULL OR g.not_before <= present)
                      AND (g.expires_at IS NULL OR g.expires_at > present)
                    ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT most) t
                UNION ALL (
                    SELECT g.created_at, g.content_object_id FROM grants_noteusergrant g
                    WHERE g.user_id = person AND g.through_id = ANY(mine)
                      AND (g.created_at, g.content_object_id) < (before_at, before_note) AND g.created_at >= since
                      AND (g.not_before IS NULL OR g.not_before <= present)
                      AND (g.expires_at IS NULL OR g.expires_at > present)
                    ORDER BY g.created_at DESC, g.content_object_id DESC LIMIT most)
            ) walked ORDER BY walked.created_at DESC, walked.note DESC LIMIT most
        ) top JOIN notes_note n ON n.id = top.note ORDER BY top.created_at DESC, top.note DESC;
END $$;
REVOKE ALL ON FUNCTION notes_newest(
    bigint, timestamptz, bigint, timestamptz, timestamptz, timestamptz, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notes_newest(
    bigint, timestamptz, bigint, timestamptz, timestamptz, timestamptz, bigint, int) TO concord_app;
