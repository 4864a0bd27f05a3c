-- Departures and what is handed over: of one partnership, by the tables of states, and final once they are final.

ALTER TABLE membership_departure ADD CONSTRAINT departure_of_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE membership_handover ADD CONSTRAINT hand_over_of_departure
    FOREIGN KEY (departure_id, leaver_id, partnership_id)
    REFERENCES membership_departure (id, membership_id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE membership_handover ADD CONSTRAINT hand_over_taker_in_partnership
    FOREIGN KEY (taker_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- the same tables as partnership/membership/states.py; a test holds them together
CREATE FUNCTION membership_hold_departure() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.membership_id, NEW.noticed_on, NEW.reason, NEW.choices)
       IS DISTINCT FROM (OLD.membership_id, OLD.noticed_on, OLD.reason, OLD.choices) THEN
        RAISE EXCEPTION 'what was announced stays as it was announced' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'announced' THEN
        RAISE EXCEPTION 'a departure that is % does not change', OLD.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON membership_departure FOR EACH ROW EXECUTE FUNCTION membership_hold_departure();

CREATE FUNCTION membership_begin_departure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'announced' THEN
        RAISE EXCEPTION 'a departure begins as announced' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin_as_announced BEFORE INSERT ON membership_departure
    FOR EACH ROW EXECUTE FUNCTION membership_begin_departure();

CREATE FUNCTION membership_hold_hand_over() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.membership_departure d
                   WHERE d.id = NEW.departure_id AND d.status = 'announced') THEN
        RAISE EXCEPTION 'the hand-over list changes while the departure is announced'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF (NEW.departure_id, NEW.room, NEW.subject_id) IS DISTINCT FROM (OLD.departure_id, OLD.room, OLD.subject_id) THEN
        RAISE EXCEPTION 'a hand-over is of one thing' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT NEW.status = ANY(CASE OLD.status
        WHEN 'offered' THEN '{offered,agreed,declined,ends,ended}'
        WHEN 'agreed' THEN '{offered,ends,handed_over,ended}'
        WHEN 'declined' THEN '{offered,ends,ended}'
        WHEN 'ends' THEN '{offered,ends,ended}'
        ELSE '{}' END::text[]) THEN
        RAISE EXCEPTION 'what is % does not become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON membership_handover
    FOR EACH ROW EXECUTE FUNCTION membership_hold_hand_over();
