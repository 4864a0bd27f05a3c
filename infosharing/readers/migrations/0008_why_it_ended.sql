-- As in migration 0007; but whoever has a grant that only begins on a later day is told too, and by which of two causes
-- they no longer have it: its time is over, or something else ended it. Also whose agency left a circle, or was taken out
-- of it, lost what others shared there: no grant ended by that.
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
