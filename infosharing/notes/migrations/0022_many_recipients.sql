-- What grants must agree with, as in migrations 0016 and 0017; but asked once of all that a statement grants, not of each
-- row: sharing with forty agencies then takes about as long as sharing with one (docs/performance.md).
CREATE OR REPLACE FUNCTION grants_fit_group() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- the time of the note, which the page of a group's newest notes is sorted by
    SELECT n.created_at INTO STRICT NEW.created_at FROM public.notes_note n WHERE n.id = NEW.content_object_id;
    NEW.granted_at := coalesce(NEW.granted_at, clock_timestamp());
    NEW.granted_by_id := coalesce(NEW.granted_by_id, nullif(current_setting('sight.person', true), '')::bigint);
    RETURN NEW;
END $$;

CREATE FUNCTION grants_fit_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE permission bigint;
BEGIN
    FOR permission IN SELECT DISTINCT permission_id FROM changed LOOP
        PERFORM public.grants_require_view(permission);
    END LOOP;
    IF EXISTS (
        SELECT FROM changed g JOIN public.notes_note n ON n.id = g.content_object_id
        WHERE NOT (n.status = 'live' AND n.audience <> 'persons' AND (
            EXISTS (SELECT FROM public.membership_membership m
                    WHERE m.group_id = g.group_id AND m.partnership_id = n.partnership_id
                      AND (m.id = n.owner_id OR (n.audience = 'agencies' AND m.status = 'active')))
            OR (n.audience = 'partnership'
                AND EXISTS (SELECT FROM public.membership_partnership s
                            WHERE s.group_id = g.group_id AND s.id = n.partnership_id))
            -- only who is in a circle shares with it
            OR (n.audience = 'agencies'
                AND EXISTS (SELECT FROM public.circles_circle c
                            JOIN public.circles_circlemember k ON k.circle_id = c.id
                            WHERE c.group_id = g.group_id AND c.partnership_id = n.partnership_id AND c.status = 'open'
                              AND k.membership_id = n.owner_id AND k.status = 'member'))))
    ) THEN
        RAISE EXCEPTION 'the marking of this note does not allow this audience' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- by name before those that keep the index of search
ALTER TRIGGER fit ON grants_notegroupgrant RENAME TO stamp;
CREATE TRIGGER fit AFTER INSERT ON grants_notegroupgrant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION grants_fit_groups();

CREATE FUNCTION grants_second_pair_of_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM changed g JOIN public.notes_note n ON n.id = g.content_object_id
        JOIN public.membership_membership m ON m.id = n.owner_id
        WHERE n.released_at IS DISTINCT FROM transaction_timestamp() AND g.group_id <> m.group_id
          AND sight.asks_second_pair(n.partnership_id, n.owner_id)) THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER second_pair ON grants_notegroupgrant;
CREATE TRIGGER second_pair AFTER INSERT ON grants_notegroupgrant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION grants_second_pair_of_groups();

-- As in migration 0020; but it looks for the leaving member's own notes in the circle, not for the owner of each note that
-- is there: there may be a hundred thousand.
CREATE OR REPLACE FUNCTION notes_leave_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM public.grants_notegroupgrant g
        WHERE g.group_id = (SELECT c.group_id FROM public.circles_circle c WHERE c.id = NEW.circle_id)
          AND g.content_object_id = ANY(ARRAY(
              SELECT n.id FROM public.notes_note n JOIN public.membership_membership m ON m.id = n.owner_id
              WHERE m.id = NEW.membership_id AND m.status <> 'withdrawn'))
        RETURNING g.content_object_id)
    SELECT array_agg(content_object_id) INTO taken FROM gone;
    PERFORM public.readers_recall_taken_out(taken, 'Its originator is no longer in the circle in which you had it.');
    RETURN NULL;
END $$;
