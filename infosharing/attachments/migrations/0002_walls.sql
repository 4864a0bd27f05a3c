-- Wall two around the files of notes. Policies are written as in migration 0002 of notes: one per command, settings
-- within (SELECT ...), OFFSET 0 in EXISTS.

-- 1. Of one note, of one partnership ---------------------------------------------------------------
ALTER TABLE attachments_attachment ADD CONSTRAINT attachment_note_in_partnership
    FOREIGN KEY (note_id, partnership_id) REFERENCES notes_note (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments_attachmentrecipient ADD CONSTRAINT attachment_recipient_of_its_note
    FOREIGN KEY (attachment_id, note_id, partnership_id)
    REFERENCES attachments_attachment (id, note_id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE attachments_attachmentrecipient ADD CONSTRAINT attachment_recipient_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- 2. Policies -------------------------------------------------------------------------------------
ALTER TABLE attachments_attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments_attachmentrecipient ENABLE ROW LEVEL SECURITY;

-- Of a note that the reader sees, asked as the reader, so it shows nobody more than the note does; and of these what is
-- for the reader. What was removed the originator's people see, without its bytes.
CREATE POLICY attachment_select ON attachments_attachment FOR SELECT TO concord_app USING (
    EXISTS (SELECT 1 FROM notes_note n WHERE n.id = attachments_attachment.note_id OFFSET 0)
    AND ((removed_at IS NULL
          AND (audience = 'note'
               OR EXISTS (SELECT 1 FROM attachments_attachmentrecipient r
                          WHERE r.attachment_id = attachments_attachment.id
                            AND r.member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0)))
         OR sight.owns(note_id)));
CREATE POLICY attachment_insert ON attachments_attachment FOR INSERT TO concord_app WITH CHECK (
    added_by_id = (SELECT sight.person()) AND removed_at IS NULL AND sight.owns(note_id)
    AND EXISTS (SELECT 1 FROM notes_note n WHERE n.id = note_id AND n.status = 'live' OFFSET 0));
CREATE POLICY attachment_update ON attachments_attachment FOR UPDATE TO concord_app USING (
    removed_at IS NULL AND sight.owns(note_id))
    WITH CHECK (removed_at IS NULL OR removed_by_id = (SELECT sight.person()));
-- no policy for DELETE: a file is removed, and that it was there stays
REVOKE UPDATE, DELETE ON attachments_attachment FROM concord_app;
GRANT UPDATE (audience, file_id, removed_by_id, removed_at, removal_reason) ON attachments_attachment TO concord_app;

CREATE POLICY attachment_recipient_select ON attachments_attachmentrecipient FOR SELECT TO concord_app USING (
    EXISTS (SELECT 1 FROM notes_note n WHERE n.id = attachments_attachmentrecipient.note_id OFFSET 0)
    AND (member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OR sight.owns(note_id)));
CREATE POLICY attachment_recipient_insert ON attachments_attachmentrecipient FOR INSERT TO concord_app
    WITH CHECK (sight.owns(note_id));
CREATE POLICY attachment_recipient_delete ON attachments_attachmentrecipient FOR DELETE TO concord_app
    USING (sight.owns(note_id));
REVOKE UPDATE ON attachments_attachmentrecipient FROM concord_app;

-- 3. What never comes back --------------------------------------------------------------------------
CREATE FUNCTION attachments_hold() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.removed_at IS NOT NULL AND NEW.removed_at IS NULL THEN
        RAISE EXCEPTION 'a file that was removed does not come back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.file_id IS NOT NULL AND NEW.file_id IS DISTINCT FROM OLD.file_id THEN
        RAISE EXCEPTION 'a file is removed and added anew, never replaced' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON attachments_attachment FOR EACH ROW EXECUTE FUNCTION attachments_hold();

-- 4. With the note, its files are destroyed ----------------------------------------------------------
-- Their names at the same moment, whoever destroys it; their bytes by a task, which is told which they are.
CREATE FUNCTION attachments_destroy() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.attachments_attachmentrecipient r WHERE r.note_id = NEW.id;
    UPDATE public.attachments_attachment a
    SET name = 'Destroyed file', removal_reason = '', removed_at = coalesce(a.removed_at, NEW.destroyed_at)
    WHERE a.note_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER destroy_files AFTER UPDATE OF destroyed_at ON notes_note FOR EACH ROW
    WHEN (OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL) EXECUTE FUNCTION attachments_destroy();

-- What somebody removes lets go of its file at once: those that still have one were destroyed with their notes.
CREATE INDEX attachment_to_destroy ON attachments_attachment (id) WHERE removed_at IS NOT NULL AND file_id IS NOT NULL;

-- Lets go of the files of destroyed notes, and returns which they were: ids alone.
CREATE FUNCTION sight.attachments_to_destroy() RETURNS TABLE (attachment uuid, note uuid, file bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        SELECT a.id, a.file_id AS was FROM public.attachments_attachment a
        WHERE a.removed_at IS NOT NULL AND a.file_id IS NOT NULL FOR UPDATE SKIP LOCKED)
    UPDATE public.attachments_attachment a SET file_id = NULL
    FROM gone, public.notes_note n WHERE a.id = gone.id AND n.id = a.note_id
    RETURNING a.public_id, n.public_id, gone.was;
$$;

-- 5. Who is told that a file was harmful --------------------------------------------------------------
-- Who added it and who wrote the note, as far as they are still active; nothing of either.
CREATE FUNCTION sight.originators_of_file(wanted bigint) RETURNS TABLE (note uuid, partnership varchar, person bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT n.public_id, s.name, p.id
    FROM public.attachments_attachment a
    JOIN public.notes_note n ON n.id = a.note_id
    JOIN public.membership_partnership s ON s.id = n.partnership_id
    JOIN public.people_person p ON p.id IN (a.added_by_id, n.author_id) AND p.is_active AND NOT p.is_service
    WHERE a.file_id = wanted AND a.removed_at IS NULL
$$;
REVOKE ALL ON FUNCTION sight.attachments_to_destroy(), sight.originators_of_file(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.attachments_to_destroy(), sight.originators_of_file(bigint) TO concord_app;
