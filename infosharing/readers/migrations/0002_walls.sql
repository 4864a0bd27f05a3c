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

-- Notes that the database takes back by itself, since nobody reads at that moment, are recalled from whoever read them,
-- its originator's people aside.
CREATE FUNCTION readers_recall_unattended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.readers_recall
        (public_id, note_id, note_public_id, partnership_id, originator_id, person_id, member_id, cause, reason,
         last_read_at, at)
    SELECT gen_random_uuid(), NEW.id, NEW.public_id, NEW.partnership_id, NEW.owner_id, r.person_id, max(r.member_id),
           'withdrawn', NEW.withdrawal_reason, max(r.at), NEW.withdrawn_at
    FROM public.readers_reading r
    JOIN public.people_person p ON p.id = r.person_id AND p.is_active
    WHERE r.note_id = NEW.id AND r.member_id IS DISTINCT FROM NEW.owner_id
    GROUP BY r.person_id
    ON CONFLICT (note_id, person_id) WHERE acknowledged_at IS NULL DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER recall_unattended AFTER UPDATE OF status ON notes_note FOR EACH ROW
    WHEN (OLD.status = 'live' AND NEW.status = 'withdrawn'
          AND nullif(current_setting('sight.person', true), '') IS NULL)
    EXECUTE FUNCTION readers_recall_unattended();

-- Whom to tell of such recalls, and what may be told: ids and names, nothing of the note.
CREATE FUNCTION sight.recalls_to_tell(wanted uuid)
    RETURNS TABLE (recall uuid, person bigint, by varchar, partnership varchar)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.public_id, r.person_id, a.name, s.name
    FROM public.readers_recall r
    JOIN public.membership_membership m ON m.id = r.originator_id
    JOIN public.agencies_agency a ON a.id = m.agency_id
    JOIN public.membership_partnership s ON s.id = r.partnership_id
    WHERE r.note_public_id = wanted AND r.acknowledged_at IS NULL ORDER BY r.id
$$;
REVOKE ALL ON FUNCTION sight.recalls_to_tell(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.recalls_to_tell(uuid) TO concord_app;
