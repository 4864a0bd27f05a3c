-- 1. Nothing of another partnership can be named: composite foreign keys hold it ---------------------
ALTER TABLE commitments_commitment ADD CONSTRAINT meetings_commitment_id_in_partnership UNIQUE (id, partnership_id);

ALTER TABLE meetings_series ADD CONSTRAINT series_chair_in_partnership
    FOREIGN KEY (chair_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_seriescoremember ADD CONSTRAINT series_core_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_seriescoremember ADD CONSTRAINT series_core_member_of_series
    FOREIGN KEY (series_id, partnership_id) REFERENCES meetings_series (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meeting ADD CONSTRAINT meeting_chair_in_partnership
    FOREIGN KEY (chair_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meeting ADD CONSTRAINT meeting_series_in_partnership
    FOREIGN KEY (series_id, partnership_id) REFERENCES meetings_series (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_coremember ADD CONSTRAINT core_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_coremember ADD CONSTRAINT core_member_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_attendance ADD CONSTRAINT attendance_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_attendance ADD CONSTRAINT attendance_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_agendaitem ADD CONSTRAINT agenda_item_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_agendaitem ADD CONSTRAINT agenda_presenter_in_partnership
    FOREIGN KEY (presenter_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_agendaitem ADD CONSTRAINT agenda_proposer_in_partnership
    FOREIGN KEY (proposed_by_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_paper ADD CONSTRAINT paper_of_item
    FOREIGN KEY (item_id, meeting_id) REFERENCES meetings_agendaitem (id, meeting_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_paper ADD CONSTRAINT paper_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_paper ADD CONSTRAINT paper_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_decision ADD CONSTRAINT decision_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_decision ADD CONSTRAINT decision_on_item
    FOREIGN KEY (item_id, meeting_id) REFERENCES meetings_agendaitem (id, meeting_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_decision ADD CONSTRAINT decision_taker_in_partnership
    FOREIGN KEY (decided_by_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_decision ADD CONSTRAINT decision_corrects_in_partnership
    FOREIGN KEY (corrects_id, partnership_id) REFERENCES meetings_decision (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_dissent ADD CONSTRAINT dissent_from_decision
    FOREIGN KEY (decision_id, meeting_id) REFERENCES meetings_decision (id, meeting_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_dissent ADD CONSTRAINT dissent_of_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_dissent ADD CONSTRAINT dissent_member_in_partnership
    FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meetingcommitment ADD CONSTRAINT made_at_meeting
    FOREIGN KEY (meeting_id, partnership_id) REFERENCES meetings_meeting (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meetingcommitment ADD CONSTRAINT made_on_item
    FOREIGN KEY (item_id, meeting_id) REFERENCES meetings_agendaitem (id, meeting_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meetingcommitment ADD CONSTRAINT made_by_decision
    FOREIGN KEY (decision_id, meeting_id) REFERENCES meetings_decision (id, meeting_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_meetingcommitment ADD CONSTRAINT made_in_partnership
    FOREIGN KEY (commitment_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- 2. What has ended stays as it is -------------------------------------------------------------------
-- Says whether a change does nothing but forget who somebody was: only columns named in `people` differ, and became null.
-- Erasing a person must stay possible, and is no change of what was decided.
CREATE FUNCTION meetings_only_forgets(before jsonb, after jsonb, people text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT after = before || COALESCE(
        (SELECT jsonb_object_agg(name, NULL) FROM unnest(people) AS name WHERE after -> name = 'null'::jsonb), '{}')
$$;

CREATE FUNCTION meetings_meeting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('closed', 'cancelled') THEN
        RAISE EXCEPTION 'this meeting has ended: its record stays as it is'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'meeting_has_ended';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON meetings_meeting
    FOR EACH ROW EXECUTE FUNCTION meetings_meeting_stays();

-- For tables with a meeting_id; arguments name the columns that hold people. The meeting is locked against closing at the
-- same moment, so a row cannot slip in between.
CREATE FUNCTION meetings_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.meeting_id]
                                   WHEN 'DELETE' THEN ARRAY[OLD.meeting_id]
                                   ELSE ARRAY[OLD.meeting_id, NEW.meeting_id] END;
BEGIN
    IF TG_OP = 'UPDATE' AND meetings_only_forgets(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM meetings_meeting WHERE id = ANY(touched) ORDER BY id FOR SHARE;
    IF EXISTS (SELECT 1 FROM meetings_meeting WHERE id = ANY(touched) AND status IN ('closed', 'cancelled')) THEN
        RAISE EXCEPTION 'this meeting has ended: its record stays as it is'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'meeting_has_ended';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_coremember
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays();
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_attendance
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays('announced_by_id', 'person_id', 'recorded_by_id');
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_agendaitem
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays('created_by_id');
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_paper
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays('added_by_id');
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_decision
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays('recorded_by_id');
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_dissent
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays();
CREATE TRIGGER stays BEFORE INSERT OR UPDATE OR DELETE ON meetings_meetingcommitment
    FOR EACH ROW EXECUTE FUNCTION meetings_record_stays();

-- What happened to a meeting is told on, never retold.
CREATE FUNCTION meetings_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND meetings_only_forgets(to_jsonb(OLD), to_jsonb(NEW), TG_ARGV) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of a meeting only grows'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'meeting_history_only_grows';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON meetings_meetingchange
    FOR EACH ROW EXECUTE FUNCTION meetings_change_stays('by_id');
