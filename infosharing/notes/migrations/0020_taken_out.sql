-- What is taken out of a circle is recalled from those who read it there and have it in no other way, as when its
-- originator narrows its audience. The database takes it out, and so it says so too; an hourly task tells them.
CREATE FUNCTION readers_recall_taken_out(notes bigint[], why text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    SELECT gen_random_uuid(), n.id, n.public_id, n.partnership_id, n.owner_id, r.person_id, max(r.member_id),
           'narrowed', why, max(r.at), sight.now()
    FROM public.readers_reading r
    JOIN public.people_person p ON p.id = r.person_id AND p.is_active
    JOIN public.notes_note n ON n.id = r.note_id
    WHERE n.id = ANY(notes) AND n.status = 'live' AND r.member_id IS DISTINCT FROM n.owner_id
      AND NOT EXISTS (
          SELECT FROM public.grants_notegroupgrant g JOIN public.people_person_groups h ON h.group_id = g.group_id
          WHERE g.content_object_id = n.id AND h.person_id = r.person_id)
    GROUP BY n.id, r.person_id
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING;
$$;
REVOKE ALL ON FUNCTION readers_recall_taken_out(bigint[], text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION notes_leave_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM public.grants_notegroupgrant g
        USING public.notes_note n, public.circles_circle c, public.membership_membership m
        WHERE c.id = NEW.circle_id AND m.id = NEW.membership_id AND m.status <> 'withdrawn'
          AND g.group_id = c.group_id AND n.id = g.content_object_id AND n.owner_id = NEW.membership_id
        RETURNING n.id)
    SELECT array_agg(id) INTO taken FROM gone;
    PERFORM public.readers_recall_taken_out(taken, 'Its originator is no longer in the circle in which you had it.');
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION notes_end_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM public.grants_notegroupgrant g WHERE g.group_id = NEW.group_id RETURNING g.content_object_id)
    SELECT array_agg(content_object_id) INTO taken FROM gone;
    PERFORM public.readers_recall_taken_out(taken, 'The circle in which you had it has ended.');
    RETURN NULL;
END $$;

-- The notes of recalls that wait for their readers, for telling them: ids alone.
CREATE FUNCTION sight.notes_recalled_since(since timestamptz) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT r.note_public_id FROM public.readers_recall r WHERE r.acknowledged_at IS NULL AND r.at >= since
$$;
REVOKE ALL ON FUNCTION sight.notes_recalled_since(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.notes_recalled_since(timestamptz) TO concord_app;
