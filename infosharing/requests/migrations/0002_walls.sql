-- 1. Everything of a request is of its own partnership, and asked by the member that asks ------------------------
ALTER TABLE requests_informationrequest ADD CONSTRAINT request_asker_in_partnership
    FOREIGN KEY (asker_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE requests_informationrequest ADD CONSTRAINT request_competence_in_partnership
    FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE requests_asked ADD CONSTRAINT asked_of_request
    FOREIGN KEY (request_id, partnership_id, asker_id)
    REFERENCES requests_informationrequest (id, partnership_id, asker_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE requests_asked ADD CONSTRAINT asked_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE requests_asked ADD CONSTRAINT asked_note_in_partnership
    FOREIGN KEY (note_id, partnership_id) REFERENCES notes_note (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;

-- 2. What is asked stands; what is answered stands ---------------------------------------------------------------
CREATE FUNCTION requests_stand() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- all but that it is taken back, once
    IF OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(NEW) - '{withdrawn_at,withdrawal_reason}'::text[]
          <> to_jsonb(OLD) - '{withdrawn_at,withdrawal_reason}'::text[] THEN
        RAISE EXCEPTION 'a request stands as it was asked, and is taken back once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stands BEFORE UPDATE ON requests_informationrequest FOR EACH ROW EXECUTE FUNCTION requests_stand();

CREATE FUNCTION requests_begin_waiting() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.status <> 'waiting' OR EXISTS (
        SELECT 1 FROM public.membership_membership m
        WHERE m.id IN (NEW.member_id, NEW.asker_id) AND m.status <> 'active') THEN
        RAISE EXCEPTION 'an active member asks an active member, which has not answered yet'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin_waiting BEFORE INSERT ON requests_asked
    FOR EACH ROW EXECUTE FUNCTION requests_begin_waiting();

-- SECURITY DEFINER: whose the note is, and that the asker has it, is asked past the walls around notes; nothing of the
-- note is given out but that it does not answer this.
CREATE FUNCTION requests_hold_answer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.public_id, NEW.request_id, NEW.partnership_id, NEW.asker_id, NEW.member_id)
       IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.request_id, OLD.partnership_id, OLD.asker_id, OLD.member_id)
    THEN
        RAISE EXCEPTION 'who was asked by whom stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    -- the same table as TRANSITIONS in infosharing/requests/models.py; a test holds the two together
    IF NOT NEW.status = ANY(CASE OLD.status
        WHEN 'waiting' THEN '{answered,partly_answered,counter_offered,refused,withdrawn,left}'
        WHEN 'partly_answered' THEN '{answered}'
        WHEN 'counter_offered' THEN '{answered,partly_answered,refused}'
        ELSE '{}' END::text[]) THEN
        RAISE EXCEPTION 'what is % does not become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status IN ('answered', 'partly_answered', 'counter_offered', 'refused') AND EXISTS (
        SELECT 1 FROM public.requests_informationrequest r
        WHERE r.id = NEW.request_id AND r.withdrawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what was taken back is not answered any more' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.note_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM public.notes_note n
        JOIN public.membership_membership k ON k.id = NEW.asker_id
        JOIN public.membership_partnership s ON s.id = NEW.partnership_id
        JOIN public.grants_notegroupgrant g ON g.content_object_id = n.id AND g.group_id IN (k.group_id, s.group_id)
         AND (g.not_before IS NULL OR g.not_before <= sight.now())
         AND (g.expires_at IS NULL OR g.expires_at > sight.now())
        WHERE n.id = NEW.note_id AND n.owner_id = NEW.member_id AND n.status = 'live') THEN
        RAISE EXCEPTION 'a member answers with a note of its own that the asker has' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON requests_asked FOR EACH ROW EXECUTE FUNCTION requests_hold_answer();

-- Nobody of a member that has left answers any more, and nobody needs an answer for one that has left: whoever ended
-- the membership, and by which door.
CREATE FUNCTION requests_end_with_member() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.requests_asked SET status = 'left', decided_at = sight.now(), decided_on = sight.now()::date
    WHERE member_id = NEW.id AND status = 'waiting';
    UPDATE public.requests_informationrequest r
    SET withdrawn_at = sight.now(), withdrawal_reason = 'The member that asked has left the partnership.'
    WHERE r.asker_id = NEW.id AND r.withdrawn_at IS NULL
      AND EXISTS (SELECT 1 FROM public.requests_asked a WHERE a.request_id = r.id AND a.status = 'waiting');
    UPDATE public.requests_asked SET status = 'withdrawn', decided_at = sight.now(), decided_on = sight.now()::date
    WHERE asker_id = NEW.id AND status = 'waiting';
    RETURN NULL;
END $$;
CREATE TRIGGER end_requests AFTER UPDATE OF status ON membership_membership
    FOR EACH ROW WHEN (NEW.status = 'withdrawn' AND OLD.status <> 'withdrawn')
    EXECUTE FUNCTION requests_end_with_member();

-- 3. The second wall (docs/decisions/0003-two-walls.md) ----------------------------------------------------------
-- One policy per command, settings within (SELECT ...), OFFSET 0 in EXISTS: see migration 0002 of notes. `asked` holds
-- its asker, so that its own policy does not ask the request, whose policy asks it.
ALTER TABLE requests_informationrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE requests_asked ENABLE ROW LEVEL SECURITY;

CREATE POLICY request_select ON requests_informationrequest FOR SELECT TO concord_app USING (
    asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR EXISTS (SELECT 1 FROM requests_asked a
               WHERE a.request_id = requests_informationrequest.id
                 AND a.member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0));
CREATE POLICY request_insert ON requests_informationrequest FOR INSERT TO concord_app WITH CHECK (
    asked_by_id = (SELECT sight.person()) AND asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
CREATE POLICY request_update ON requests_informationrequest FOR UPDATE TO concord_app USING (
    asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
-- no policy for DELETE: a request is taken back

CREATE POLICY asked_select ON requests_asked FOR SELECT TO concord_app USING (
    member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
CREATE POLICY asked_insert ON requests_asked FOR INSERT TO concord_app WITH CHECK (
    asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
-- A row passes if one USING and one WITH CHECK pass: so the asked member alone decides, and the asker takes back.
CREATE POLICY member_decides ON requests_asked FOR UPDATE TO concord_app
    USING (member_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    WITH CHECK (
        member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
        AND status IN ('answered', 'partly_answered', 'counter_offered', 'refused')
        AND decided_by_id = (SELECT sight.person()));
CREATE POLICY asker_takes_back ON requests_asked FOR UPDATE TO concord_app
    USING (asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    WITH CHECK (asker_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) AND status = 'withdrawn');

-- 4. What is given out past the wall, and no more ----------------------------------------------------------------
-- Who else was asked, to those asked, where the asker lets them know: keys of members, not what these decided.
CREATE FUNCTION sight.asked_beside(wanted bigint[]) RETURNS TABLE (request_id bigint, member_id bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own int[] := sight.ints('sight.own');
BEGIN
    RETURN QUERY
    SELECT a.request_id, a.member_id FROM public.requests_asked a
    JOIN public.requests_informationrequest r ON r.id = a.request_id
    WHERE a.request_id = ANY(wanted) AND r.asked_know_each_other AND NOT a.member_id = ANY(own)
      AND EXISTS (SELECT 1 FROM public.requests_asked b WHERE b.request_id = r.id AND b.member_id = ANY(own));
END $$;

-- How requests between other members ended, in numbers, for the coordinator: neither who asked nor who was asked, nor
-- what. What it asked or was asked itself it sees; counted too, it could be taken off, and would leave small numbers.
CREATE FUNCTION sight.request_outcomes(wanted bigint, today date)
    RETURNS TABLE (outcome text, ground text, number bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own int[] := sight.ints('sight.own');
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.membership_membership m
                   WHERE m.partnership_id = wanted AND m.role = 'coordinator' AND m.id = ANY(own)) THEN
        RAISE EXCEPTION 'the coordinator alone counts requests' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    SELECT CASE WHEN a.status = 'waiting' AND r.due_on < today THEN 'not_in_time'
                WHEN a.status IN ('answered', 'partly_answered', 'counter_offered') AND a.decided_on > r.due_on
                THEN 'late' ELSE a.status::text END,
           a.ground::text, count(*)
    FROM public.requests_asked a JOIN public.requests_informationrequest r ON r.id = a.request_id
    WHERE a.partnership_id = wanted AND NOT a.asker_id = ANY(own) AND NOT a.member_id = ANY(own)
    GROUP BY 1, 2;
END $$;

REVOKE ALL ON FUNCTION sight.asked_beside(bigint[]), sight.request_outcomes(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.asked_beside(bigint[]), sight.request_outcomes(bigint, date) TO concord_app;

-- What waits for whom until when, for reminders, which nobody reads: made with its owner's rights. No word of it.
CREATE VIEW requests_to_answer AS
    SELECT r.public_id AS subject_id, r.partnership_id, a.member_id, NULL::bigint AS doer_id, r.due_on AS day
    FROM requests_asked a
    JOIN requests_informationrequest r ON r.id = a.request_id
    JOIN membership_membership k ON k.id = a.asker_id AND k.status = 'active'
    WHERE a.status = 'waiting';
REVOKE ALL ON requests_to_answer FROM concord_app;
GRANT SELECT ON requests_to_answer TO concord_app;
