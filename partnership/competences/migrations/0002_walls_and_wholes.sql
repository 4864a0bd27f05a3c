-- 1. Nothing of another partnership can be named: composite foreign keys hold it ---------------------
ALTER TABLE competences_holding ADD CONSTRAINT holding_of_competence
    FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_holding ADD CONSTRAINT holding_of_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_need ADD CONSTRAINT need_of_holding
    FOREIGN KEY (holding_id, partnership_id) REFERENCES competences_holding (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_need ADD CONSTRAINT need_for_competence
    FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_change ADD CONSTRAINT change_of_competence
    FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_change ADD CONSTRAINT change_of_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_remark ADD CONSTRAINT remark_on_holding
    FOREIGN KEY (holding_id, partnership_id) REFERENCES competences_holding (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_remark ADD CONSTRAINT remark_of_member
    FOREIGN KEY (owner_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_remarkreader ADD CONSTRAINT reader_of_remark
    FOREIGN KEY (remark_id, partnership_id) REFERENCES competences_remark (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_remarkreader ADD CONSTRAINT reader_is_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_step ADD CONSTRAINT step_of_process
    FOREIGN KEY (process_id, partnership_id) REFERENCES competences_process (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_barrier ADD CONSTRAINT barrier_of_step
    FOREIGN KEY (step_id, partnership_id) REFERENCES competences_step (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_serving ADD CONSTRAINT serving_of_barrier
    FOREIGN KEY (barrier_id, partnership_id) REFERENCES competences_barrier (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_serving ADD CONSTRAINT serving_by_competence
    FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_decisionright ADD CONSTRAINT right_in_subject
    FOREIGN KEY (subject_id, partnership_id) REFERENCES competences_subject (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_decisionright ADD CONSTRAINT right_of_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_interest ADD CONSTRAINT interest_of_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_acknowledgement ADD CONSTRAINT acknowledges_statement
    FOREIGN KEY (statement_id, partnership_id) REFERENCES competences_statement (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE competences_acknowledgement ADD CONSTRAINT acknowledged_by_member
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;

-- 2. What was answered or signed stays ----------------------------------------------------------------
-- Arguments name the columns that hold people: erasing a person must stay possible, and changes nothing that was said.
CREATE FUNCTION competences_only_forgets(before jsonb, after jsonb, people text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT after = before || COALESCE(
        (SELECT jsonb_object_agg(name, NULL) FROM unnest(people) AS name WHERE after -> name = 'null'::jsonb), '{}')
$$;

CREATE FUNCTION competences_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND competences_only_forgets(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was answered or signed stays as it is'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'competences_record_stays';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON competences_change
    FOR EACH ROW WHEN (OLD.status <> 'proposed')
    EXECUTE FUNCTION competences_stays('proposed_by_id', 'answered_by_id');
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON competences_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION competences_stays('person_id');

-- A statement changes until somebody has signed it. The signature names the text that was read.
CREATE FUNCTION competences_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM competences_acknowledgement a WHERE a.statement_id = OLD.id) THEN
        RAISE EXCEPTION 'a statement that somebody has signed stays as it is'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'competences_record_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON competences_statement
    FOR EACH ROW EXECUTE FUNCTION competences_statement_stays();

CREATE FUNCTION competences_signs_what_was_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM competences_statement s WHERE s.id = NEW.statement_id AND s.fingerprint = NEW.fingerprint FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the statement has another fingerprint than the one that was read'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'acknowledges_what_was_read';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reads BEFORE INSERT ON competences_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION competences_signs_what_was_read();

-- 3. What other rooms ask: does a member hold a competence now? ---------------------------------------
CREATE FUNCTION competences_holds(member bigint, wanted bigint) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.competences_holding h
        JOIN public.membership_membership m ON m.id = h.membership_id
        JOIN public.competences_competence c ON c.id = h.competence_id
        WHERE h.membership_id = member AND h.competence_id = wanted AND h.ended_at IS NULL
          AND m.status = 'active' AND c.retired_at IS NULL
          AND (h.valid_until IS NULL OR h.valid_until >= CURRENT_DATE - 1))
$$;

-- 4. The second wall around remarks (docs/decisions/0003-two-walls.md) ---------------------------------
-- SECURITY DEFINER breaks the circle remark -> reader -> remark.
CREATE FUNCTION sight.owns_remark(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.competences_remark r
                   WHERE r.id = wanted AND r.owner_id = ANY(sight.ints('sight.own')));
END $$;
REVOKE ALL ON FUNCTION sight.owns_remark(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.owns_remark(bigint) TO concord_app;

ALTER TABLE competences_remark ENABLE ROW LEVEL SECURITY;
ALTER TABLE competences_remarkreader ENABLE ROW LEVEL SECURITY;

CREATE POLICY remark_select ON competences_remark FOR SELECT TO concord_app USING (
    owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR EXISTS (SELECT 1 FROM competences_remarkreader r
               WHERE r.remark_id = competences_remark.id
                 AND r.membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OFFSET 0));
CREATE POLICY remark_insert ON competences_remark FOR INSERT TO concord_app WITH CHECK (
    author_id = (SELECT sight.person()) AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
CREATE POLICY remark_delete ON competences_remark FOR DELETE TO concord_app USING (
    owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
-- no policy for UPDATE: a remark is taken off and written anew

CREATE POLICY reader_select ON competences_remarkreader FOR SELECT TO concord_app USING (
    membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OR sight.owns_remark(remark_id));
CREATE POLICY reader_insert ON competences_remarkreader FOR INSERT TO concord_app
    WITH CHECK (sight.owns_remark(remark_id));
CREATE POLICY reader_delete ON competences_remarkreader FOR DELETE TO concord_app
    USING (sight.owns_remark(remark_id));

-- A remark is on a holding of the member that writes it.
CREATE FUNCTION competences_remark_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM competences_holding h
                   WHERE h.id = NEW.holding_id AND h.membership_id = NEW.owner_id) THEN
        RAISE EXCEPTION 'a member remarks on what it holds itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT ON competences_remark FOR EACH ROW EXECUTE FUNCTION competences_remark_fits();
