-- 1. Whose reading is written while the note is narrowed ------------------------------------------------------------
-- As in migration 0002; but first it waits for whoever is changing the note. Without that, neither would see what the
-- other is about to commit, and nobody would tell the reader. Whoever changes it next waits in turn, and finds the
-- reading.
CREATE OR REPLACE FUNCTION readers_recall_late() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
    PERFORM FROM public.notes_note WHERE id = NEW.note_id FOR KEY SHARE;
    IF sight.sees(NEW.note_id) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT note FROM public.notes_note WHERE id = NEW.note_id;
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    VALUES (gen_random_uuid(), note.id, note.public_id, note.partnership_id, note.owner_id, NEW.person_id,
            NEW.member_id,
            CASE note.status WHEN 'withdrawn' THEN 'withdrawn' ELSE 'narrowed' END,
            CASE note.status WHEN 'withdrawn' THEN note.withdrawal_reason
                             ELSE 'You are no longer among those whom it is for.' END,
            NEW.at, clock_timestamp())
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING;
    RETURN NULL;
END $$;

-- 2. Whose grant ended otherwise ------------------------------------------------------------------------------------
-- By its own date, or while a circle was left or ended and they were just reading. Who was told since they last read it
-- is not told again, nor is whoever takes no part now: they may come back and find it.
CREATE FUNCTION sight.recall_what_ended(since timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    SELECT gen_random_uuid(), n.id, n.public_id, n.partnership_id, n.owner_id, r.person_id, max(r.member_id),
           'narrowed', 'It was shared with you for a time that is over.', max(r.at), sight.now()
    FROM public.readers_reading r
    JOIN public.people_person p ON p.id = r.person_id AND p.is_active
    JOIN public.membership_membership m ON m.id = r.member_id AND m.status = 'active'
    JOIN public.notes_note n ON n.id = r.note_id
    WHERE n.id IN (SELECT e.note_id FROM public.grants_endedgrant e WHERE e.ended_at >= since)
      AND n.status = 'live' AND r.member_id <> n.owner_id
      AND NOT EXISTS (
          SELECT FROM public.grants_notegroupgrant g JOIN public.people_person_groups h ON h.group_id = g.group_id
          WHERE g.content_object_id = n.id AND h.person_id = r.person_id)
      AND NOT EXISTS (
          SELECT FROM public.grants_noteusergrant u
          JOIN public.people_person_groups h ON h.group_id = u.through_id AND h.person_id = u.user_id
          WHERE u.content_object_id = n.id AND u.user_id = r.person_id)
      AND NOT EXISTS (
          SELECT FROM public.readers_recall told
          WHERE told.note_id = n.id AND told.person_id = r.person_id AND told.at >= r.at)
    GROUP BY n.id, r.person_id
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING;
$$;
REVOKE ALL ON FUNCTION sight.recall_what_ended(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.recall_what_ended(timestamptz) TO concord_app;

-- 3. Once for all that a statement grants, as what else is asked of grants (notes, migration 0022) --------------------
CREATE OR REPLACE FUNCTION readers_mark_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.readers_notefootprint f SET to_circle = true
    FROM changed g JOIN public.circles_circle c ON c.group_id = g.group_id
    WHERE f.note_id = g.content_object_id AND NOT f.to_circle;
    RETURN NULL;
END $$;
DROP TRIGGER mark_circle ON grants_notegroupgrant;
CREATE TRIGGER mark_circle AFTER INSERT ON grants_notegroupgrant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION readers_mark_circle();
