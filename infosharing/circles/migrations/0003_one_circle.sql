-- As in migration 0002, for some circles alone: those that a member is in, or the one that it comes to or leaves. Of its
-- people's other groups none is looked at, and there may be many (docs/performance.md).
CREATE FUNCTION circles_keep_groups_of(people bigint[], circles bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH concerned AS (
        SELECT c.group_id FROM public.circles_circle c WHERE c.id = ANY(circles)
    ), due AS (
        SELECT DISTINCT p.person_id, p.group_id FROM concerned JOIN public.circles_people p USING (group_id)
        WHERE p.person_id = ANY(people)
    ), gone AS (
        DELETE FROM public.people_person_groups h
        WHERE h.person_id = ANY(people) AND h.group_id = ANY(ARRAY(SELECT group_id FROM concerned))
          AND NOT EXISTS (SELECT FROM due d WHERE d.person_id = h.person_id AND d.group_id = h.group_id)
    )
    INSERT INTO public.people_person_groups (person_id, group_id) SELECT person_id, group_id FROM due
    ON CONFLICT DO NOTHING;
$$;
REVOKE ALL ON FUNCTION circles_keep_groups_of(bigint[], bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION circles_follow_agency() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.agencies_agency WHERE id = NEW.agency_id FOR UPDATE;
    PERFORM public.circles_keep_groups_of(
        ARRAY(SELECT id FROM public.people_person WHERE agency_id = NEW.agency_id),
        ARRAY(SELECT circle_id FROM public.circles_circlemember WHERE membership_id = NEW.id));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION circles_follow_member() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE agency bigint;
BEGIN
    SELECT m.agency_id INTO agency FROM public.membership_membership m WHERE m.id = NEW.membership_id;
    PERFORM 1 FROM public.agencies_agency WHERE id = agency FOR UPDATE;
    PERFORM public.circles_keep_groups_of(
        ARRAY(SELECT id FROM public.people_person WHERE agency_id = agency), ARRAY[NEW.circle_id]);
    RETURN NULL;
END $$;
