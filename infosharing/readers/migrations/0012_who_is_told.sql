-- 1. Words shown in a search are no reading of a version: as in migration 0004 ----------------------------------------
ALTER POLICY note_version_select ON notes_noteversion USING (
    EXISTS (SELECT 1 FROM notes_note n WHERE n.id = notes_noteversion.note_id OFFSET 0)
    AND (sight.owns(note_id)
         OR EXISTS (SELECT 1 FROM readers_reading r
                    WHERE r.note_id = notes_noteversion.note_id AND r.version = notes_noteversion.number
                      AND r.person_id = (SELECT sight.person()) AND r.how NOT IN ('downloaded', 'found') OFFSET 0)));

-- 2. Who read a note to named people stays its author's to know, whoever it is shared with later: as in migration 0006 --
CREATE OR REPLACE FUNCTION readers_keep_footprint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.readers_notefootprint (note_id, public_id, owner_id, tlp, status, to_named)
        VALUES (NEW.id, NEW.public_id, NEW.owner_id, NEW.tlp, NEW.status, NEW.audience = 'persons');
    ELSE
        UPDATE public.readers_notefootprint
        SET tlp = NEW.tlp, status = NEW.status, to_named = to_named OR NEW.audience = 'persons' WHERE note_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
UPDATE readers_notefootprint f SET to_named = true
WHERE NOT to_named AND EXISTS (SELECT FROM grants_endedgrant e WHERE e.note_id = f.note_id AND e.user_id IS NOT NULL);

-- 3. Whose agency left a circle, or was taken out of it, lost what others shared there: as in migration 0008 ------------
CREATE OR REPLACE FUNCTION sight.recall_what_ended(since timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH lost AS (
        SELECT r.note_id, r.person_id, r.member_id, r.at, e.by_time
        FROM (SELECT e.note_id, bool_and(e.expires_at <= e.ended_at) IS TRUE AS by_time
              FROM public.grants_endedgrant e WHERE e.ended_at >= since GROUP BY e.note_id) e
        JOIN public.readers_reading r ON r.note_id = e.note_id
        UNION ALL
        SELECT r.note_id, r.person_id, r.member_id, r.at, false
        FROM public.circles_circlemember k
        JOIN public.circles_circle c ON c.id = k.circle_id
        JOIN public.readers_reading r ON r.member_id = k.membership_id
        JOIN public.grants_notegroupgrant g ON g.content_object_id = r.note_id AND g.group_id = c.group_id
        WHERE k.until >= since AND k.status IN ('left', 'removed') AND r.at >= k.since
    )
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    SELECT gen_random_uuid(), n.id, n.public_id, n.partnership_id, n.owner_id, r.person_id, max(r.member_id), 'narrowed',
           CASE WHEN bool_and(r.by_time) THEN 'It was shared with you for a time that is over.'
                ELSE 'You are no longer among those whom it is for.' END,
           max(r.at), sight.now()
    FROM lost r
    JOIN public.notes_note n ON n.id = r.note_id
    JOIN public.people_person p ON p.id = r.person_id AND p.is_active
    JOIN public.membership_membership m ON m.id = r.member_id AND m.status = 'active'
    WHERE n.status = 'live' AND r.member_id <> n.owner_id
      AND NOT EXISTS (
          SELECT FROM public.grants_notegroupgrant g JOIN public.people_person_groups h ON h.group_id = g.group_id
          WHERE g.content_object_id = n.id AND h.person_id = r.person_id
            AND (g.not_before IS NULL OR g.not_before <= sight.now())
            AND (g.expires_at IS NULL OR g.expires_at > sight.now()))
      AND NOT EXISTS (
          SELECT FROM public.grants_noteusergrant u
          JOIN public.people_person_groups h ON h.group_id = u.through_id AND h.person_id = u.user_id
          WHERE u.content_object_id = n.id AND u.user_id = r.person_id
            AND (u.not_before IS NULL OR u.not_before <= sight.now())
            AND (u.expires_at IS NULL OR u.expires_at > sight.now()))
      AND NOT EXISTS (
          SELECT FROM public.readers_recall told
          WHERE told.note_id = n.id AND told.person_id = r.person_id AND told.at >= r.at)
    GROUP BY n.id, r.person_id
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING;
$$;
