-- Each edit is kept, whoever makes it: the database moves what stood there into an earlier version.
CREATE FUNCTION notes_keep_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.edited_by_id := OLD.edited_by_id;
    IF (NEW.title, NEW.body, NEW.tlp, NEW.handling, NEW.destroy_by)
       IS NOT DISTINCT FROM (OLD.title, OLD.body, OLD.tlp, OLD.handling, OLD.destroy_by) THEN
        RETURN NEW;
    END IF;
    INSERT INTO public.notes_noteversion
        (note_id, number, title, body, tlp, handling, destroy_by, written_by_id, written_at, replaced_at)
    VALUES (OLD.id, OLD.version, OLD.title, OLD.body, OLD.tlp, OLD.handling, OLD.destroy_by,
            coalesce(OLD.edited_by_id, OLD.author_id),
            coalesce((SELECT max(v.replaced_at) FROM public.notes_noteversion v WHERE v.note_id = OLD.id),
                     OLD.created_at),
            NEW.updated_at);
    NEW.version := OLD.version + 1;
    NEW.edited_by_id := nullif(current_setting('sight.person', true), '')::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_version BEFORE UPDATE ON notes_note FOR EACH ROW EXECUTE FUNCTION notes_keep_version();

-- Wall two around versions: those that the reader read, and every one to those who may change the note. What stood in
-- a note before somebody was let in is not theirs to see. Policies are written as in migration 0002.
ALTER TABLE notes_noteversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY note_version_select ON notes_noteversion FOR SELECT TO concord_app USING (
    EXISTS (SELECT 1 FROM notes_note n WHERE n.id = notes_noteversion.note_id OFFSET 0)
    AND (sight.owns(note_id)
         OR EXISTS (SELECT 1 FROM readers_reading r
                    WHERE r.note_id = notes_noteversion.note_id AND r.version = notes_noteversion.number
                      AND r.person_id = (SELECT sight.person()) OFFSET 0)));
REVOKE INSERT, UPDATE, DELETE ON notes_noteversion FROM concord_app;
