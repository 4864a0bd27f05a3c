-- Wall two around who read what. One policy per command, settings within (SELECT ...): see infosharing/notes/migrations/
-- 0002_walls.sql.
ALTER TABLE readers_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE readers_recall ENABLE ROW LEVEL SECURITY;

CREATE POLICY reading_select ON readers_reading FOR SELECT TO concord_app USING (
    person_id = (SELECT sight.person()) OR sight.owns(note_id));
-- Not whether the note is seen: it may have been withdrawn since the answer went out, and was read all the same.
CREATE POLICY reading_insert ON readers_reading FOR INSERT TO concord_app WITH CHECK (
    person_id = (SELECT sight.person()));
-- no policy for UPDATE or DELETE: what was read was read
REVOKE UPDATE, DELETE ON readers_reading FROM concord_app;

-- Whether a person is a program of a member of which the reader is. People are behind no wall.
CREATE POLICY recall_select ON readers_recall FOR SELECT TO concord_app USING (
    person_id = (SELECT sight.person())
    OR (member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
        AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = person_id AND p.is_service OFFSET 0))
    OR sight.owns(note_id));
CREATE POLICY recall_insert ON readers_recall FOR INSERT TO concord_app WITH CHECK (sight.owns(note_id));
CREATE POLICY recall_update ON readers_recall FOR UPDATE TO concord_app USING (
    person_id = (SELECT sight.person())
    OR (member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
        AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = person_id AND p.is_service OFFSET 0)));
-- a recall is acknowledged, and nothing else of it changes
REVOKE UPDATE, DELETE ON readers_recall FROM concord_app;
GRANT UPDATE (acknowledged_at, acknowledged_by_id) ON readers_recall TO concord_app;

CREATE FUNCTION readers_acknowledged_once() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.acknowledged_at IS NOT NULL THEN
        RAISE EXCEPTION 'a recall is acknowledged once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER acknowledged_once BEFORE UPDATE ON readers_recall
    FOR EACH ROW EXECUTE FUNCTION readers_acknowledged_once();

-- Who was given a note at the very moment at which it was taken back: their reading is written when they see it no
-- more, and nobody has told them yet.
CREATE FUNCTION readers_recall_late() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
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
CREATE TRIGGER recall_late AFTER INSERT ON readers_reading FOR EACH ROW EXECUTE FUNCTION readers_recall_late();

-- Notes that the database takes back by itself are recalled from whoever read them, its originator's people aside.
CREATE FUNCTION sight.recall_destroyed(wanted bigint, said text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    SELECT gen_random_uuid(), n.id, n.public_id, n.partnership_id, n.owner_id, r.person_id, max(r.member_id),
           'withdrawn', said, max(r.at), clock_timestamp()
    FROM public.notes_note n
    JOIN public.readers_reading r ON r.note_id = n.id
    JOIN public.people_person p ON p.id = r.person_id AND p.is_active
    WHERE n.id = wanted AND r.member_id IS DISTINCT FROM n.owner_id
    GROUP BY n.id, n.public_id, n.partnership_id, n.owner_id, r.person_id
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING
$$;
REVOKE ALL ON FUNCTION sight.recall_destroyed(bigint, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION sight.withdraw_notes_to_destroy(said text) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
    FOR note IN SELECT n.* FROM public.notes_note n
                WHERE n.status = 'live' AND n.destroy_by < current_date ORDER BY n.id FOR UPDATE LOOP
        -- as when somebody withdraws it: the originator keeps it; a note to named people, its author
        DELETE FROM public.grants_notegroupgrant g USING public.membership_membership m
        WHERE g.content_object_id = note.id AND m.id = note.owner_id AND g.group_id <> m.group_id;
        DELETE FROM public.grants_noteusergrant u
        WHERE u.content_object_id = note.id AND u.user_id <> note.author_id;
        UPDATE public.notes_note n
        SET status = 'withdrawn', withdrawn_at = clock_timestamp(), withdrawal_reason = said,
            updated_at = clock_timestamp()
        WHERE n.id = note.id;
        PERFORM sight.recall_destroyed(note.id, said);
        RETURN NEXT note.public_id;
    END LOOP;
END $$;
