-- What happens at a note's review date. Policies are written as in migration 0002.
ALTER TABLE notes_prolongation ENABLE ROW LEVEL SECURITY;
CREATE POLICY prolongation_select ON notes_prolongation FOR SELECT TO concord_app USING (
    sight.owns(note_id)
    OR EXISTS (SELECT 1 FROM membership_membership m
               WHERE m.partnership_id = notes_prolongation.partnership_id AND m.role = 'coordinator'
                 AND m.id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0));
CREATE POLICY prolongation_insert ON notes_prolongation FOR INSERT TO concord_app WITH CHECK (
    sight.owns(note_id) AND asked_by_id = (SELECT sight.person()));
CREATE POLICY prolongation_update ON notes_prolongation FOR UPDATE TO concord_app USING (
    status = 'asked' AND asked_by_id <> (SELECT sight.person())
    AND EXISTS (SELECT 1 FROM membership_membership m
                WHERE m.partnership_id = notes_prolongation.partnership_id AND m.role = 'coordinator'
                  AND m.id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0))
    WITH CHECK (answered_by_id = (SELECT sight.person()));
REVOKE UPDATE, DELETE ON notes_prolongation FROM concord_app;
GRANT UPDATE (status, answered_by_id, answered_at, answer) ON notes_prolongation TO concord_app;

-- Once without the coordinator; and what is agreed moves the note's date, which the coordinator does not see.
CREATE FUNCTION notes_prolong() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.status <> 'asked' AND (NEW.status <> 'agreed' OR EXISTS (
        SELECT 1 FROM public.notes_prolongation p
        WHERE p.note_id = NEW.note_id AND p.status = 'agreed' AND p.id <> NEW.id)) THEN
        RAISE EXCEPTION 'a note is prolonged once without the coordinator' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status <> 'asked' THEN
        RAISE EXCEPTION 'this was answered already' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'agreed' THEN
        UPDATE public.notes_note n SET review_on = NEW.until WHERE n.id = NEW.note_id AND n.status = 'live';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER prolong AFTER INSERT OR UPDATE ON notes_prolongation FOR EACH ROW EXECUTE FUNCTION notes_prolong();

-- What is destroyed leaves no earlier version behind, and its emptying is none.
CREATE OR REPLACE FUNCTION notes_keep_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.edited_by_id := OLD.edited_by_id;
    IF OLD.destroyed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a note that was destroyed does not come back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.destroyed_at IS NOT NULL THEN
        DELETE FROM public.notes_noteversion v WHERE v.note_id = OLD.id;
        RETURN NEW;
    END IF;
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

-- Destroys every note whose review date has passed and that nobody prolonged: its words are gone for everybody, its
-- originator included; that it was there, and who read it, stays. One that waits for the coordinator's answer is kept for
-- two weeks more. Returns ids alone.
CREATE FUNCTION sight.destroy_notes_past_review(said text) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    note public.notes_note;
BEGIN
    FOR note IN SELECT n.* FROM public.notes_note n
                WHERE n.destroyed_at IS NULL AND n.review_on < current_date
                  AND NOT (n.review_on >= current_date - 14 AND EXISTS (
                      SELECT 1 FROM public.notes_prolongation p WHERE p.note_id = n.id AND p.status = 'asked'))
                ORDER BY n.id FOR UPDATE LOOP
        DELETE FROM public.grants_notegroupgrant g USING public.membership_membership m
        WHERE g.content_object_id = note.id AND m.id = note.owner_id AND g.group_id <> m.group_id;
        DELETE FROM public.grants_noteusergrant u
        WHERE u.content_object_id = note.id AND u.user_id <> note.author_id;
        UPDATE public.notes_note n
        SET status = 'withdrawn', withdrawn_at = coalesce(n.withdrawn_at, clock_timestamp()),
            withdrawal_reason = CASE n.status WHEN 'live' THEN said ELSE n.withdrawal_reason END,
            destroyed_at = clock_timestamp(), updated_at = clock_timestamp(),
            title = 'Destroyed note', body = '', purpose = '', legal_basis = '', personal_data = '{}',
            competence_id = NULL
        WHERE n.id = note.id;
        RETURN NEXT note.public_id;
    END LOOP;
END $$;

-- Which notes come up for review within some days, with what may be told of them. Not those to named people: that there
-- is one, not even its author's leads know.
CREATE FUNCTION sight.notes_to_review()
    RETURNS TABLE (subject_id uuid, partnership_id bigint, member_id bigint, doer_id bigint, day date, facts jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.public_id, n.partnership_id, n.owner_id, n.author_id, n.review_on,
           jsonb_build_object('path', '/notes/' || n.public_id || '/')
    FROM public.notes_note n WHERE n.status = 'live' AND n.audience <> 'persons'
$$;

-- Those to named people that come up for review by a day, for a word to their authors alone.
CREATE FUNCTION sight.named_notes_to_review(by date)
    RETURNS TABLE (subject_id uuid, author bigint, day date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.public_id, n.author_id, n.review_on
    FROM public.notes_note n WHERE n.status = 'live' AND n.audience = 'persons' AND n.review_on <= by
$$;
REVOKE ALL ON FUNCTION sight.destroy_notes_past_review(text), sight.notes_to_review(),
    sight.named_notes_to_review(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.destroy_notes_past_review(text), sight.notes_to_review(),
    sight.named_notes_to_review(date) TO concord_app;
CREATE INDEX note_to_review ON notes_note (review_on) WHERE destroyed_at IS NULL;
