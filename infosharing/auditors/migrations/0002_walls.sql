-- 1. Wholes -------------------------------------------------------------------------------------------------------------
ALTER TABLE auditors_auditor ADD CONSTRAINT auditor_appointer_in_partnership
    FOREIGN KEY (appointer_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE auditors_auditor ADD CONSTRAINT auditor_through_in_partnership
    FOREIGN KEY (through_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION auditors_fit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.ended_at IS NOT NULL OR NEW.looked_at IS NOT NULL THEN
        RAISE EXCEPTION 'an appointment begins when it is made' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM public.people_person p JOIN public.membership_membership m ON m.agency_id = p.agency_id
                   WHERE p.id = NEW.person_id AND p.is_active AND NOT p.is_service
                     AND m.id = NEW.through_id AND m.status = 'active') THEN
        RAISE EXCEPTION 'an auditor is one of the people of an active member' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT ON auditors_auditor FOR EACH ROW EXECUTE FUNCTION auditors_fit();

CREATE FUNCTION auditors_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'what has ended stays' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.looked_at IS DISTINCT FROM OLD.looked_at AND OLD.person_id <> sight.person() THEN
        RAISE EXCEPTION 'that somebody looked, they alone say' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stand BEFORE UPDATE ON auditors_auditor FOR EACH ROW EXECUTE FUNCTION auditors_stand();

-- 2. Wall two, written as around notes (migration 0002 of notes) --------------------------------------------------------
ALTER TABLE auditors_auditor ENABLE ROW LEVEL SECURITY;
CREATE POLICY auditor_select ON auditors_auditor FOR SELECT TO concord_app USING (
    appointer_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR (person_id = (SELECT sight.person()) AND through_id = ANY((SELECT sight.ints('sight.own'))::bigint[])));
-- People are behind no wall.
CREATE POLICY auditor_insert ON auditors_auditor FOR INSERT TO concord_app WITH CHECK (
    appointer_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) AND appointed_by_id = (SELECT sight.person())
    AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = (SELECT sight.person()) AND p.role = 'lead' OFFSET 0));
CREATE POLICY auditor_update ON auditors_auditor FOR UPDATE TO concord_app USING (
    (person_id = (SELECT sight.person()) AND through_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    OR (appointer_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
        AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = (SELECT sight.person()) AND p.role = 'lead' OFFSET 0)));
-- who was appointed was: an appointment is looked by, and ended, and nothing else of it changes
REVOKE UPDATE, DELETE ON auditors_auditor FROM concord_app;
GRANT UPDATE (looked_at, ended_at, ended_by_id, end_reason) ON auditors_auditor TO concord_app;

-- 3. What it opens ------------------------------------------------------------------------------------------------------
-- The members that appointed the reader to look at who read their notes, while that counts.
CREATE FUNCTION sight.audited() RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(
        SELECT a.appointer_id FROM public.auditors_auditor a
        JOIN public.membership_membership m ON m.id = a.appointer_id AND m.status = 'active'
        WHERE a.person_id = sight.person() AND a.through_id = ANY(sight.ints('sight.own'))
          AND a.ended_at IS NULL AND a.expires_at > sight.now());
END $$;
REVOKE ALL ON FUNCTION sight.audited() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.audited() TO concord_app;

-- Which note it is of, its marking and its status; never of a note to named people, and of one that a circle had to the
-- originator's own auditors alone.
CREATE POLICY footprint_select ON readers_notefootprint FOR SELECT TO concord_app USING (
    NOT to_named AND owner_id = ANY((SELECT sight.audited())::bigint[])
    AND (NOT to_circle OR owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[])));
-- As in migration 0002 of readers, and what the reader audits. Last: for the originator it is not asked.
ALTER POLICY reading_select ON readers_reading USING (
    person_id = (SELECT sight.person()) OR sight.owns(note_id)
    OR (owner_id = ANY((SELECT sight.audited())::bigint[])
        AND EXISTS (SELECT 1 FROM readers_notefootprint f WHERE f.note_id = readers_reading.note_id OFFSET 0)));
