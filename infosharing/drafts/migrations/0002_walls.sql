-- 1. A draft is of its own partnership, and of a note that its own member wrote -----------------------------------
ALTER TABLE drafts_draft ADD CONSTRAINT draft_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE drafts_draft ADD CONSTRAINT draft_note_in_partnership
    FOREIGN KEY (note_id, partnership_id) REFERENCES notes_note (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE drafts_draft ADD CONSTRAINT draft_is_no_archive
    CHECK (jsonb_typeof(typed) = 'object' AND octet_length(typed::text) <= 200000);

-- 2. Wall two, written as around notes (migration 0002 of notes) --------------------------------------------------
ALTER TABLE drafts_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY draft_select ON drafts_draft FOR SELECT TO concord_app USING (
    member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    AND (tlp <> 'RED' OR (SELECT sight.person()) IN (author_id, asked_of_id, sent_back_by_id)));
CREATE POLICY draft_insert ON drafts_draft FOR INSERT TO concord_app WITH CHECK (
    member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) AND author_id = (SELECT sight.person()));
-- a colleague locks and returns it: what else they may not do is held below
CREATE POLICY draft_update ON drafts_draft FOR UPDATE TO concord_app USING (
    member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    AND (tlp <> 'RED' OR (SELECT sight.person()) IN (author_id, asked_of_id, sent_back_by_id)));
CREATE POLICY draft_delete ON drafts_draft FOR DELETE TO concord_app
    USING (member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));

-- 3. Whose it is stays; what a colleague has before them stands ---------------------------------------------------
CREATE FUNCTION drafts_stand() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.public_id, NEW.partnership_id, NEW.member_id, NEW.author_id, NEW.note_id, NEW.created_at)
       IS DISTINCT FROM
       (OLD.public_id, OLD.partnership_id, OLD.member_id, OLD.author_id, OLD.note_id, OLD.created_at) THEN
        RAISE EXCEPTION 'a draft keeps its partnership, member, author and note' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.typed, NEW.title, NEW.tlp, NEW.note_stood_at) IS DISTINCT FROM
       (OLD.typed, OLD.title, OLD.tlp, OLD.note_stood_at) THEN
        IF OLD.status = 'asked' OR NEW.status = 'asked' THEN
            RAISE EXCEPTION 'a draft stands as it is while a colleague is asked' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.author_id IS DISTINCT FROM sight.person() THEN
            RAISE EXCEPTION 'its author alone writes a draft' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.edition <= OLD.edition THEN
            RAISE EXCEPTION 'another text is another edition' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    -- to ask is the author's alone, and of nobody but a colleague
    IF NEW.status = 'asked' AND (OLD.status, OLD.asked_of_id) IS DISTINCT FROM (NEW.status, NEW.asked_of_id) THEN
        IF OLD.author_id IS DISTINCT FROM sight.person() OR (NEW.asked_of_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.people_person p JOIN public.membership_membership m ON m.agency_id = p.agency_id
            WHERE p.id = NEW.asked_of_id AND p.is_active AND m.id = NEW.member_id)) THEN
            RAISE EXCEPTION 'its author asks a colleague' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stand BEFORE UPDATE ON drafts_draft FOR EACH ROW EXECUTE FUNCTION drafts_stand();

CREATE FUNCTION drafts_begin_writing() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status <> 'writing' THEN
        RAISE EXCEPTION 'a draft begins by being written' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.note_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.notes_note n
        WHERE n.id = NEW.note_id AND n.owner_id = NEW.member_id AND n.audience <> 'persons') THEN
        RAISE EXCEPTION 'a draft changes a note of its own member' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin_writing BEFORE INSERT ON drafts_draft
    FOR EACH ROW EXECUTE FUNCTION drafts_begin_writing();

-- 4. What is released was asked for by its writer -----------------------------------------------------------------
-- Runs before `second_pair` (migration 0017 of notes), by its name.
CREATE FUNCTION notes_released_draft() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.released_at IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.released_at IS DISTINCT FROM OLD.released_at)
       AND NOT EXISTS (
           SELECT FROM public.drafts_draft d
           WHERE d.author_id = NEW.released_from_id AND d.member_id = NEW.owner_id AND d.status = 'asked'
             AND coalesce(d.asked_of_id = NEW.released_by_id, true)
             AND d.note_id IS NOT DISTINCT FROM (CASE TG_OP WHEN 'UPDATE' THEN NEW.id END)) THEN
        RAISE EXCEPTION 'a note is released when its writer asks for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER released_draft BEFORE INSERT OR UPDATE ON notes_note
    FOR EACH ROW EXECUTE FUNCTION notes_released_draft();

-- 5. What nobody goes on with -------------------------------------------------------------------------------------
-- Discards drafts that nobody touched since a moment, and those of members that left, whose people see them no more.
-- Nobody reads them for it; ids alone are given out.
CREATE FUNCTION sight.discard_drafts(untouched_since timestamptz) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.drafts_draft d USING public.membership_membership m
    WHERE m.id = d.member_id AND (d.updated_at < untouched_since OR m.status = 'withdrawn')
    RETURNING d.public_id
$$;
REVOKE ALL ON FUNCTION sight.discard_drafts(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.discard_drafts(timestamptz) TO concord_app;
