-- 1. Wholes ---------------------------------------------------------------------------------------
ALTER TABLE circles_circle ADD CONSTRAINT circle_keeper_in_partnership
    FOREIGN KEY (keeper_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE circles_circlemember ADD CONSTRAINT circle_member_of_circle
    FOREIGN KEY (circle_id, partnership_id) REFERENCES circles_circle (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE circles_circlemember ADD CONSTRAINT circle_member_in_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- the same tables as infosharing/circles/models.py; a test holds them together
CREATE FUNCTION circles_hold_circle() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.public_id, NEW.partnership_id, NEW.is_confidential, NEW.group_id, NEW.created_at)
       IS DISTINCT FROM (OLD.public_id, OLD.partnership_id, OLD.is_confidential, OLD.group_id, OLD.created_at) THEN
        RAISE EXCEPTION 'a circle keeps its partnership, its confidentiality and its group' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'ended' THEN
        RAISE EXCEPTION 'a circle that has ended does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON circles_circle FOR EACH ROW EXECUTE FUNCTION circles_hold_circle();

CREATE FUNCTION circles_hold_member() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.circle_id, NEW.membership_id, NEW.invited_at) IS DISTINCT FROM (OLD.circle_id, OLD.membership_id, OLD.invited_at)
       OR (OLD.since IS NOT NULL AND NEW.since IS DISTINCT FROM OLD.since) THEN
        RAISE EXCEPTION 'who was in a circle since when stays as it was' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT NEW.status = ANY(CASE OLD.status
        WHEN 'invited' THEN '{member,declined,taken_back}'
        WHEN 'member' THEN '{left,removed,ended}'
        ELSE '{}' END::text[]) THEN
        RAISE EXCEPTION 'what is % does not become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON circles_circlemember FOR EACH ROW EXECUTE FUNCTION circles_hold_member();

-- Only somebody who takes part is invited, into a circle that is open; only the keeper begins as a member.
CREATE FUNCTION circles_begin_member() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.circles_circle c JOIN public.membership_membership m ON m.id = NEW.membership_id
                   WHERE c.id = NEW.circle_id AND c.status = 'open' AND m.status = 'active'
                     AND (NEW.status = 'invited' OR (NEW.status = 'member' AND c.keeper_id = NEW.membership_id))) THEN
        RAISE EXCEPTION 'an active member is invited to an open circle; its keeper alone begins in it'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin BEFORE INSERT ON circles_circlemember FOR EACH ROW EXECUTE FUNCTION circles_begin_member();

-- 2. Groups in step, as those of memberships (membership, migration 0002) ---------------------------
CREATE VIEW circles_people AS
    SELECT p.id AS person_id, c.group_id
    FROM circles_circlemember k
    JOIN circles_circle c ON c.id = k.circle_id
    JOIN membership_membership m ON m.id = k.membership_id
    JOIN people_person p ON p.agency_id = m.agency_id
    WHERE k.status = 'member' AND c.status = 'open' AND m.status = 'active' AND p.is_active;
REVOKE ALL ON circles_people FROM concord_app;

CREATE FUNCTION circles_keep_groups(people bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.people_person_groups h
    WHERE h.person_id = ANY(people)
      AND EXISTS (SELECT 1 FROM public.circles_circle c WHERE c.group_id = h.group_id)
      AND NOT EXISTS (SELECT 1 FROM public.circles_people d WHERE d.person_id = h.person_id AND d.group_id = h.group_id);
    INSERT INTO public.people_person_groups (person_id, group_id)
    SELECT DISTINCT person_id, group_id FROM public.circles_people WHERE person_id = ANY(people)
    ON CONFLICT DO NOTHING;
$$;
REVOKE ALL ON FUNCTION circles_keep_groups(bigint[]) FROM PUBLIC;

CREATE FUNCTION circles_follow_agency() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM public.circles_keep_groups(ARRAY(SELECT id FROM public.people_person WHERE agency_id = NEW.agency_id));
    RETURN NULL;
END $$;
CREATE TRIGGER follow_status_into_circles AFTER INSERT OR UPDATE OF status, agency_id ON membership_membership
    FOR EACH ROW EXECUTE FUNCTION circles_follow_agency();

CREATE FUNCTION circles_follow_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM public.circles_keep_groups(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER follow_person_into_circles AFTER INSERT OR UPDATE OF agency_id, is_active ON people_person
    FOR EACH ROW EXECUTE FUNCTION circles_follow_person();

CREATE FUNCTION circles_follow_member() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE agency bigint;
BEGIN
    SELECT m.agency_id INTO agency FROM public.membership_membership m WHERE m.id = NEW.membership_id;
    PERFORM 1 FROM public.agencies_agency WHERE id = agency FOR UPDATE;
    PERFORM public.circles_keep_groups(ARRAY(SELECT id FROM public.people_person WHERE agency_id = agency));
    RETURN NULL;
END $$;
CREATE TRIGGER follow_member AFTER INSERT OR UPDATE OF status ON circles_circlemember
    FOR EACH ROW EXECUTE FUNCTION circles_follow_member();

-- 3. Who leaves the partnership leaves its circles, and no circle is without a keeper ---------------
CREATE FUNCTION circles_follow_withdrawal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.circles_circlemember
    SET status = CASE status WHEN 'member' THEN 'left' ELSE 'taken_back' END, until = sight.now()
    WHERE membership_id = NEW.id AND status IN ('invited', 'member');
    RETURN NULL;
END $$;
CREATE TRIGGER leave_circles AFTER UPDATE OF status ON membership_membership
    FOR EACH ROW WHEN (NEW.status = 'withdrawn' AND OLD.status <> 'withdrawn')
    EXECUTE FUNCTION circles_follow_withdrawal();

-- The next keeper is whoever has been in longest; a circle that nobody is left in ends.
CREATE FUNCTION circles_find_keeper() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE next bigint;
BEGIN
    PERFORM 1 FROM public.circles_circle
    WHERE id = NEW.circle_id AND status = 'open' AND keeper_id = NEW.membership_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT k.membership_id INTO next FROM public.circles_circlemember k
    JOIN public.membership_membership m ON m.id = k.membership_id
    WHERE k.circle_id = NEW.circle_id AND k.status = 'member'
    ORDER BY m.status <> 'active', k.since, k.id LIMIT 1;
    IF next IS NOT NULL THEN
        UPDATE public.circles_circle SET keeper_id = next WHERE id = NEW.circle_id;
    ELSE
        UPDATE public.circles_circle SET status = 'ended', ended_at = NEW.until, end_reason = 'Nobody is left in it.'
        WHERE id = NEW.circle_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER find_keeper AFTER UPDATE OF status ON circles_circlemember
    FOR EACH ROW WHEN (OLD.status = 'member' AND NEW.status IN ('left', 'removed'))
    EXECUTE FUNCTION circles_find_keeper();

CREATE FUNCTION circles_end_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.circles_circlemember
    SET status = CASE status WHEN 'member' THEN 'ended' ELSE 'taken_back' END, until = NEW.ended_at
    WHERE circle_id = NEW.id AND status IN ('invited', 'member');
    RETURN NULL;
END $$;
CREATE TRIGGER end_members AFTER UPDATE OF status ON circles_circle
    FOR EACH ROW WHEN (NEW.status = 'ended') EXECUTE FUNCTION circles_end_members();

-- 4. Walls ----------------------------------------------------------------------------------------
-- Questions that policies ask: SECURITY DEFINER breaks the circle circle -> member -> circle.
CREATE FUNCTION sight.knows_circle(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.circles_circlemember k
                   WHERE k.circle_id = wanted AND k.membership_id = ANY(sight.ints('sight.own'))
                     AND k.status IN ('invited', 'member', 'ended'));
END $$;

-- Whether the reader knows of somebody that was in a circle from one moment to another; or, without these, of whom was
-- invited to it.
CREATE FUNCTION sight.knows_roster(wanted bigint, began timestamptz, ended timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.circles_circlemember k
                   WHERE k.circle_id = wanted AND k.membership_id = ANY(sight.ints('sight.own')) AND k.since IS NOT NULL
                     AND CASE WHEN began IS NULL THEN k.status = 'member'
                              ELSE k.since <= coalesce(ended, 'infinity') AND began <= coalesce(k.until, 'infinity') END);
END $$;

CREATE FUNCTION sight.keeps_circle(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.circles_circle c
                   WHERE c.id = wanted AND c.keeper_id = ANY(sight.ints('sight.own')));
END $$;

-- Whether the reader was in a circle at a moment and is still.
CREATE FUNCTION sight.in_circle_since(wanted bigint, moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.circles_circlemember k
                   WHERE k.circle_id = wanted AND k.membership_id = ANY(sight.ints('sight.own'))
                     AND k.status = 'member' AND k.since <= moment);
END $$;

-- Nobody is let into a circle, and nothing is shared in it, while somebody else is on the way to either.
CREATE FUNCTION sight.lock_circle(wanted bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 1 FROM public.circles_circle WHERE id = wanted FOR UPDATE;
$$;

REVOKE ALL ON FUNCTION sight.knows_circle(bigint), sight.knows_roster(bigint, timestamptz, timestamptz),
    sight.keeps_circle(bigint), sight.in_circle_since(bigint, timestamptz), sight.lock_circle(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.knows_circle(bigint), sight.knows_roster(bigint, timestamptz, timestamptz),
    sight.keeps_circle(bigint), sight.in_circle_since(bigint, timestamptz), sight.lock_circle(bigint) TO concord_app;

ALTER TABLE circles_circle ENABLE ROW LEVEL SECURITY;
ALTER TABLE circles_circlemember ENABLE ROW LEVEL SECURITY;
ALTER TABLE circles_step ENABLE ROW LEVEL SECURITY;

-- One policy per command, settings within (SELECT ...): see notes, migration 0002.
CREATE POLICY circle_select ON circles_circle FOR SELECT TO concord_app USING (
    keeper_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    OR (NOT is_confidential AND partnership_id IN (
        SELECT m.partnership_id FROM membership_membership m
        WHERE m.id = ANY((SELECT sight.ints('sight.own'))::bigint[])))
    OR sight.knows_circle(id));
CREATE POLICY circle_insert ON circles_circle FOR INSERT TO concord_app
    WITH CHECK (keeper_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
CREATE POLICY circle_update ON circles_circle FOR UPDATE TO concord_app
    USING (keeper_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
-- no policy for DELETE: it is ended

CREATE POLICY member_select ON circles_circlemember FOR SELECT TO concord_app USING (
    membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OR sight.knows_roster(circle_id, since, until));
CREATE POLICY member_insert ON circles_circlemember FOR INSERT TO concord_app
    WITH CHECK (sight.keeps_circle(circle_id));
CREATE POLICY member_update ON circles_circlemember FOR UPDATE TO concord_app USING (
    membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OR sight.keeps_circle(circle_id))
    -- who leaves hands the circle on by it: what is left is theirs, or was
    WITH CHECK (membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) OR sight.keeps_circle(circle_id));
-- no policy for DELETE: who was in it stays on record

CREATE POLICY step_select ON circles_step FOR SELECT TO concord_app USING (
    sight.in_circle_since(circle_id, at)
    -- what somebody did for the own agency: a declined invitation, and INSERT ... RETURNING
    OR (by_id = (SELECT sight.person()) AND membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[])));
CREATE POLICY step_insert ON circles_step FOR INSERT TO concord_app WITH CHECK (
    by_id = (SELECT sight.person()) AND sight.knows_circle(circle_id));
-- no policy for UPDATE or DELETE: what was done was done
