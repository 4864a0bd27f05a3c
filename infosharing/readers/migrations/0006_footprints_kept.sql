-- What an auditor of footprints is shown (migration 0002 of auditors) must not be read from the notes, which they do not
-- see. So the database keeps beside each note what they may know of it. Until that migration nobody sees these rows.
ALTER TABLE readers_notefootprint ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE ON readers_notefootprint FROM concord_app;

-- 1. Whose note a reading is of: stated by nobody, so that nobody is mistaken ------------------------------------------
CREATE FUNCTION readers_stamp_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT n.owner_id INTO NEW.owner_id FROM public.notes_note n WHERE n.id = NEW.note_id;
    RETURN NEW;
END $$;
CREATE TRIGGER stamp_owner BEFORE INSERT ON readers_reading FOR EACH ROW EXECUTE FUNCTION readers_stamp_owner();

-- 2. Footprints in step with their notes -------------------------------------------------------------------------------
CREATE FUNCTION readers_keep_footprint() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.readers_notefootprint (note_id, public_id, owner_id, tlp, status, to_named)
        VALUES (NEW.id, NEW.public_id, NEW.owner_id, NEW.tlp, NEW.status, NEW.audience = 'persons');
    ELSE
        UPDATE public.readers_notefootprint
        SET tlp = NEW.tlp, status = NEW.status, to_named = (NEW.audience = 'persons') WHERE note_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER begin_footprint AFTER INSERT ON notes_note FOR EACH ROW EXECUTE FUNCTION readers_keep_footprint();
CREATE TRIGGER keep_footprint AFTER UPDATE OF tlp, status, audience ON notes_note FOR EACH ROW
    WHEN ((OLD.tlp, OLD.status, OLD.audience) IS DISTINCT FROM (NEW.tlp, NEW.status, NEW.audience))
    EXECUTE FUNCTION readers_keep_footprint();

-- What was read by a circle was: it stays marked when the circle loses it.
CREATE FUNCTION readers_mark_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.circles_circle c WHERE c.group_id = NEW.group_id) THEN
        UPDATE public.readers_notefootprint SET to_circle = true WHERE note_id = NEW.content_object_id AND NOT to_circle;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_circle AFTER INSERT ON grants_notegroupgrant
    FOR EACH ROW EXECUTE FUNCTION readers_mark_circle();

-- 3. Of what is there already ------------------------------------------------------------------------------------------
INSERT INTO readers_notefootprint (note_id, public_id, owner_id, tlp, status, to_named, to_circle)
SELECT n.id, n.public_id, n.owner_id, n.tlp, n.status, n.audience = 'persons',
       EXISTS (SELECT FROM grants_notegroupgrant g JOIN circles_circle c ON c.group_id = g.group_id
               WHERE g.content_object_id = n.id)
       OR EXISTS (SELECT FROM grants_endedgrant e JOIN circles_circle c ON c.group_id = e.group_id WHERE e.note_id = n.id)
FROM notes_note n;
UPDATE readers_reading r SET owner_id = n.owner_id FROM notes_note n WHERE n.id = r.note_id;
-- the column is made to hold one always, after this
SET CONSTRAINTS ALL IMMEDIATE;
