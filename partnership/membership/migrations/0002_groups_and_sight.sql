-- 1. Groups in step -------------------------------------------------------------------------------
-- Who belongs to the groups of memberships and partnerships: the active people of active members.
CREATE VIEW membership_people AS
    SELECT m.id AS membership_id, p.id AS person_id, m.group_id AS member_group_id, s.group_id AS partnership_group_id
    FROM membership_membership m
    JOIN membership_partnership s ON s.id = m.partnership_id
    JOIN people_person p ON p.agency_id = m.agency_id
    WHERE m.status = 'active' AND p.is_active;

-- Brings the group rows of some people in line with the view. Triggers call it, so that services, admin and shell
-- alike take sight away and give it at once.
CREATE FUNCTION membership_keep_groups(people bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH due AS (
        SELECT person_id, member_group_id AS group_id FROM membership_people WHERE person_id = ANY(people)
        UNION
        SELECT person_id, partnership_group_id FROM membership_people WHERE person_id = ANY(people)
    ), gone AS (
        DELETE FROM people_person_groups h
        WHERE h.person_id = ANY(people)
          AND (EXISTS (SELECT 1 FROM membership_membership m WHERE m.group_id = h.group_id)
               OR EXISTS (SELECT 1 FROM membership_partnership s WHERE s.group_id = h.group_id))
          AND NOT EXISTS (SELECT 1 FROM due d WHERE d.person_id = h.person_id AND d.group_id = h.group_id)
    )
    INSERT INTO people_person_groups (person_id, group_id) SELECT person_id, group_id FROM due
    ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION membership_follow_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- two changes of one agency at once must not both read the state before the other
    PERFORM 1 FROM agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM membership_keep_groups(ARRAY(SELECT id FROM people_person WHERE agency_id = NEW.agency_id));
    RETURN NULL;
END $$;
CREATE TRIGGER follow_status AFTER INSERT OR UPDATE OF status, agency_id ON membership_membership
    FOR EACH ROW EXECUTE FUNCTION membership_follow_status();

CREATE FUNCTION membership_follow_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM membership_keep_groups(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER follow_person AFTER INSERT OR UPDATE OF agency_id, is_active ON people_person
    FOR EACH ROW EXECUTE FUNCTION membership_follow_person();

-- 2. The feed of changes --------------------------------------------------------------------------
-- `changed_in` is the transaction that changed the row. A client that asks "what changed since" gets the rows of all
-- transactions that its last answer could not see, so that a slow commit is never skipped (partnership.membership.feed).
CREATE FUNCTION membership_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON membership_membership
    FOR EACH ROW EXECUTE FUNCTION membership_stamp();

-- What a membership shows of its agency, its representatives and its partnership changes with them.
CREATE FUNCTION membership_touch_by_agency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE membership_membership SET changed_in = 0 WHERE agency_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_memberships AFTER UPDATE OF name, code, sector, level ON agencies_agency
    FOR EACH ROW EXECUTE FUNCTION membership_touch_by_agency();

CREATE FUNCTION membership_touch_by_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE membership_membership SET changed_in = 0 WHERE representative_id = NEW.id OR deputy_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_memberships AFTER UPDATE OF name, function ON people_person
    FOR EACH ROW EXECUTE FUNCTION membership_touch_by_person();

CREATE FUNCTION membership_touch_by_partnership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE membership_membership SET changed_in = 0 WHERE partnership_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER touch_memberships AFTER UPDATE OF name, slug ON membership_partnership
    FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.slug <> NEW.slug)
    EXECUTE FUNCTION membership_touch_by_partnership();

-- 3. Sight: who is reading ------------------------------------------------------------------------
-- Settings hold for the transaction alone. Policies read them through (SELECT ...), which PostgreSQL evaluates once
-- per query; read directly they are parsed again for every row.
CREATE SCHEMA sight;
GRANT USAGE ON SCHEMA sight TO concord_app;

CREATE FUNCTION sight.ints(setting text) RETURNS int[]
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v text := current_setting(setting, true);
BEGIN
    IF v IS NULL OR v = '' THEN
        RAISE EXCEPTION 'no reader set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v::int[];
END $$;

CREATE FUNCTION sight.person() RETURNS bigint
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v text := current_setting('sight.person', true);
BEGIN
    IF v IS NULL OR v = '' THEN
        RAISE EXCEPTION 'no reader set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v::bigint;
END $$;

-- Sets the reader: the groups that they read by, and the memberships of their own agency that they may write for.
CREATE FUNCTION sight.enter(reader bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    groups int[] := ARRAY(
        SELECT h.group_id FROM public.people_person_groups h JOIN public.people_person p ON p.id = h.person_id
        WHERE h.person_id = reader AND p.is_active);
    own int[] := ARRAY(
        SELECT m.id FROM public.membership_membership m WHERE m.group_id = ANY(groups) AND m.status = 'active');
BEGIN
    PERFORM set_config('sight.person', reader::text, true),
            set_config('sight.groups', groups::text, true),
            set_config('sight.own', own::text, true);
END $$;

CREATE FUNCTION sight.leave() RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT set_config('sight.person', '', true), set_config('sight.groups', '', true),
           set_config('sight.own', '', true);
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sight FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.ints(text), sight.person(), sight.enter(bigint), sight.leave() TO concord_app;
