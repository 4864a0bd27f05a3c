-- 1. What grants must agree with: as in migration 0022 --------------------------------------------------------------
-- Whoever gives out many at once says the time of the note with them: then no row is looked at alone, and all are held
-- to it together.
DROP TRIGGER stamp ON grants_notegroupgrant;
CREATE TRIGGER stamp BEFORE INSERT ON grants_notegroupgrant FOR EACH ROW
    WHEN (NEW.created_at IS NULL OR NEW.granted_at IS NULL OR NEW.granted_by_id IS NULL)
    EXECUTE FUNCTION grants_fit_group();

CREATE OR REPLACE FUNCTION grants_fit_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    permission bigint;
    as_marked boolean;
    as_kept boolean;
    to_circles boolean;
BEGIN
    FOR permission IN SELECT DISTINCT permission_id FROM changed LOOP
        PERFORM public.grants_require_view(permission);
    END LOOP;
    SELECT coalesce(bool_and(n.status = 'live' AND n.audience <> 'persons' AND (
               EXISTS (SELECT FROM public.membership_membership m
                       WHERE m.group_id = g.group_id AND m.partnership_id = n.partnership_id
                         AND (m.id = n.owner_id OR (n.audience = 'agencies' AND m.status = 'active')))
               OR (n.audience = 'partnership'
                   AND EXISTS (SELECT FROM public.membership_partnership s
                               WHERE s.group_id = g.group_id AND s.id = n.partnership_id))
               -- only who is in a circle shares with it
               OR (n.audience = 'agencies' AND c.status = 'open' AND k.id IS NOT NULL))), true),
           coalesce(bool_and(g.created_at = n.created_at AND g.by_member_id IS NULL), true),
           coalesce(bool_or(k.id IS NOT NULL), false)
    INTO as_marked, as_kept, to_circles
    FROM changed g JOIN public.notes_note n ON n.id = g.content_object_id
    LEFT JOIN public.circles_circle c ON c.group_id = g.group_id AND c.partnership_id = n.partnership_id
    LEFT JOIN public.circles_circlemember k
        ON k.circle_id = c.id AND k.membership_id = n.owner_id AND k.status = 'member';
    IF NOT as_marked THEN
        RAISE EXCEPTION 'the marking of this note does not allow this audience' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT as_kept THEN
        RAISE EXCEPTION 'what a grant knows of its note is kept by the database' USING ERRCODE = 'check_violation';
    END IF;
    IF to_circles THEN
        UPDATE public.grants_notegroupgrant g SET by_member_id = k.id
        FROM changed a JOIN public.notes_note n ON n.id = a.content_object_id
        JOIN public.circles_circle c ON c.group_id = a.group_id
        JOIN public.circles_circlemember k
            ON k.circle_id = c.id AND k.membership_id = n.owner_id AND k.status = 'member'
        WHERE g.id = a.id;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION grants_second_pair_of_groups() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- of the note first, which many grants have in common
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT content_object_id AS id FROM changed) given
        JOIN public.notes_note n USING (id) JOIN public.membership_membership m ON m.id = n.owner_id
        WHERE n.released_at IS DISTINCT FROM transaction_timestamp()
          AND EXISTS (SELECT FROM changed g WHERE g.content_object_id = n.id AND g.group_id <> m.group_id)
          AND sight.asks_second_pair(n.partnership_id, n.owner_id)) THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- 2. Who leaves a circle takes out of it what it shared there: as in migration 0022 ---------------------------------
-- A grant to a circle knows by which of its members it was given: whoever shared nothing there leaves without anything
-- being looked for.
CREATE OR REPLACE FUNCTION notes_leave_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM public.grants_notegroupgrant g
        WHERE g.by_member_id = NEW.id
          AND NOT EXISTS (SELECT FROM public.membership_membership m
                          WHERE m.id = NEW.membership_id AND m.status = 'withdrawn')
        RETURNING g.content_object_id)
    SELECT array_agg(content_object_id) INTO taken FROM gone;
    PERFORM public.readers_recall_taken_out(taken, 'Its originator is no longer in the circle in which you had it.');
    RETURN NULL;
END $$;

-- 3. Whether somebody sees one note ---------------------------------------------------------------------------------
-- Both walls: the text of the explicit filter (infosharing/notes/wall.py; a test holds them together), asked as the
-- caller, behind row-level security. To plan that takes several times as long as to answer it; a function keeps its plan.
CREATE FUNCTION notes_shown(note bigint, person bigint, present timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM notes_note n WHERE n.id = note AND
        (EXISTS (SELECT FROM grants_notegroupgrant g
                 WHERE g.content_object_id = n.id AND g.group_id = ANY(ARRAY(
                     SELECT h.group_id FROM people_person_groups h
                     JOIN people_person p ON p.id = h.person_id AND p.is_active WHERE h.person_id = person))
                   AND (g.not_before IS NULL OR g.not_before <= present)
                   AND (g.expires_at IS NULL OR g.expires_at > present) OFFSET 0)
         OR EXISTS (SELECT FROM grants_noteusergrant g
                    WHERE g.content_object_id = n.id AND g.user_id = person AND g.through_id = ANY(ARRAY(
                        SELECT h.group_id FROM people_person_groups h
                        JOIN people_person p ON p.id = h.person_id AND p.is_active WHERE h.person_id = person))
                      AND (g.not_before IS NULL OR g.not_before <= present)
                      AND (g.expires_at IS NULL OR g.expires_at > present) OFFSET 0)));
END $$;
REVOKE ALL ON FUNCTION notes_shown(bigint, bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notes_shown(bigint, bigint, timestamptz) TO concord_app;

-- 4. What is shared with circles already --------------------------------------------------------------------------
UPDATE grants_notegroupgrant g SET by_member_id = k.id
FROM circles_circle c JOIN circles_circlemember k ON k.circle_id = c.id AND k.status = 'member', notes_note n
WHERE c.group_id = g.group_id AND n.id = g.content_object_id AND k.membership_id = n.owner_id;
