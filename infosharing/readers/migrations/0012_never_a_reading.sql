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
