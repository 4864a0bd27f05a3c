-- Notes are shared with circles (docs/decisions/0013-circles.md).

-- 1. What grants must agree with, as in migration 0002, and with circles ---------------------------
-- Stamps a grant with its note's time, and refuses an audience that the note's marking does not allow.
CREATE OR REPLACE FUNCTION grants_fit_group() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE note public.notes_note;
BEGIN
    PERFORM public.grants_require_view(NEW.permission_id);
    SELECT * INTO STRICT note FROM public.notes_note WHERE id = NEW.content_object_id;
    NEW.created_at := note.created_at;
    NEW.granted_at := coalesce(NEW.granted_at, clock_timestamp());
    NEW.granted_by_id := coalesce(NEW.granted_by_id, nullif(current_setting('sight.person', true), '')::bigint);
    IF note.status = 'live' AND note.audience <> 'persons' AND (
        EXISTS (SELECT 1 FROM public.membership_membership m
                WHERE m.group_id = NEW.group_id AND m.partnership_id = note.partnership_id
                  AND (m.id = note.owner_id OR (note.audience = 'agencies' AND m.status = 'active')))
        OR (note.audience = 'partnership'
            AND EXISTS (SELECT 1 FROM public.membership_partnership s
                        WHERE s.group_id = NEW.group_id AND s.id = note.partnership_id))
        -- only who is in a circle shares with it
        OR (note.audience = 'agencies'
            AND EXISTS (SELECT 1 FROM public.circles_circle c
                        JOIN public.circles_circlemember k ON k.circle_id = c.id
                        WHERE c.group_id = NEW.group_id AND c.partnership_id = note.partnership_id AND c.status = 'open'
                          AND k.membership_id = note.owner_id AND k.status = 'member')))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the marking of this note does not allow this audience' USING ERRCODE = 'check_violation';
END $$;

-- The note's side of the same agreement, and what of a note never changes.
CREATE OR REPLACE FUNCTION notes_fit_grants() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.public_id, NEW.partnership_id, NEW.owner_id, NEW.author_id, NEW.created_at)
       IS DISTINCT FROM (OLD.public_id, OLD.partnership_id, OLD.owner_id, OLD.author_id, OLD.created_at) THEN
        RAISE EXCEPTION 'a note keeps its partnership, owner, author and time' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'withdrawn' AND NEW.status = 'live' THEN
        RAISE EXCEPTION 'a withdrawn note does not come back' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM public.grants_noteusergrant u WHERE u.content_object_id = NEW.id
                 AND (NEW.audience <> 'persons' OR (NEW.status = 'withdrawn' AND u.user_id <> NEW.author_id)))
       OR EXISTS (
           SELECT 1 FROM public.grants_notegroupgrant g
           LEFT JOIN public.membership_membership m ON m.group_id = g.group_id
           LEFT JOIN public.membership_partnership s ON s.group_id = g.group_id
           WHERE g.content_object_id = NEW.id AND m.id IS DISTINCT FROM NEW.owner_id
             AND (NEW.status = 'withdrawn'
                  -- a group of neither a member nor a partnership is a circle's
                  OR NOT (NEW.audience = 'agencies' AND s.id IS NULL
                          OR NEW.audience = 'partnership' AND s.id IS NOT NULL)))
       OR (NEW.audience = 'persons'
           AND EXISTS (SELECT 1 FROM public.grants_notegroupgrant g WHERE g.content_object_id = NEW.id))
    THEN
        RAISE EXCEPTION 'end the grants that no longer fit first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- 2. Who may know that a note was shared with a circle ----------------------------------------------
-- As in migration 0010; that a circle with a confidential roster got it, only those in the circle may know.
CREATE FUNCTION sight.may_know_audience(wanted bigint, audience int, begins timestamptz, ends timestamptz) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN sight.may_know_grant(wanted, begins, ends)
        AND (sight.owns(wanted) OR NOT EXISTS (
            SELECT 1 FROM public.circles_circle c WHERE c.group_id = audience AND c.is_confidential
              AND NOT audience = ANY(sight.ints('sight.groups'))));
END $$;
REVOKE ALL ON FUNCTION sight.may_know_audience(bigint, int, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.may_know_audience(bigint, int, timestamptz, timestamptz) TO concord_app;

ALTER POLICY group_grant_select ON grants_notegroupgrant USING (
    (group_id IN (SELECT unnest((SELECT sight.ints('sight.groups'))::int[]))
     AND (not_before IS NULL OR not_before <= (SELECT sight.now()))
     AND (expires_at IS NULL OR expires_at > (SELECT sight.now())))
    OR sight.may_know_audience(content_object_id, group_id, not_before, expires_at));

-- 3. Search within a partnership looks through its circles too --------------------------------------
CREATE OR REPLACE FUNCTION sight.audiences_in(wanted bigint) RETURNS SETOF int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT group_id FROM public.membership_partnership WHERE id = wanted
    UNION ALL SELECT group_id FROM public.membership_membership WHERE partnership_id = wanted
    UNION ALL SELECT group_id FROM public.circles_circle WHERE partnership_id = wanted;
$$;

-- 4. Who leaves a circle takes out of it what it shared there ---------------------------------------
-- An originator always knows who sees its notes: of a circle that it is not in, it would not. Who leaves the partnership
-- has decided beforehand what becomes of its notes (migration 0003): those stay where they are, or all are taken back.
CREATE FUNCTION notes_leave_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.grants_notegroupgrant g
    USING public.notes_note n, public.circles_circle c, public.membership_membership m
    WHERE c.id = NEW.circle_id AND m.id = NEW.membership_id AND m.status <> 'withdrawn'
      AND g.group_id = c.group_id AND n.id = g.content_object_id AND n.owner_id = NEW.membership_id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_notes_out AFTER UPDATE OF status ON circles_circlemember
    FOR EACH ROW WHEN (OLD.status = 'member' AND NEW.status IN ('left', 'removed'))
    EXECUTE FUNCTION notes_leave_circle();

CREATE FUNCTION notes_end_circle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.grants_notegroupgrant g WHERE g.group_id = NEW.group_id;
    RETURN NULL;
END $$;
CREATE TRIGGER take_notes_out AFTER UPDATE OF status ON circles_circle
    FOR EACH ROW WHEN (NEW.status = 'ended') EXECUTE FUNCTION notes_end_circle();

-- 5. What a newcomer would receive ------------------------------------------------------------------
-- By originator, marking, category and personal data of what is shared in a circle: all that the agreements ask, and
-- nothing of what the notes say. For the circle's members, and for whoever is invited.
CREATE FUNCTION sight.shared_in_circle(wanted bigint)
    RETURNS TABLE (owner bigint, tlp text, category text, personal_data text[], notes bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT sight.knows_circle(wanted) THEN
        RAISE EXCEPTION 'this circle is not known to the reader' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        SELECT n.owner_id, n.tlp::text, n.category::text, n.personal_data::text[], count(*)
        FROM public.circles_circle c JOIN public.grants_notegroupgrant g ON g.group_id = c.group_id
        JOIN public.notes_note n ON n.id = g.content_object_id
        WHERE c.id = wanted AND (g.expires_at IS NULL OR g.expires_at > sight.now())
        GROUP BY n.owner_id, n.tlp, n.category, n.personal_data ORDER BY 1, 2, 3, 4;
END $$;
REVOKE ALL ON FUNCTION sight.shared_in_circle(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.shared_in_circle(bigint) TO concord_app;

-- 6. A note as evidence tells that the member which added it has it ---------------------------------
-- Where the note was shared with a circle that the reader is not in, that would tell who is in it: then the member must have
-- it in another way, which the reader may know.
CREATE FUNCTION sight.may_know_it_has(wanted bigint, had_by bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (
            SELECT 1 FROM public.grants_notegroupgrant g JOIN public.circles_circle c ON c.group_id = g.group_id
            WHERE g.content_object_id = wanted AND NOT g.group_id = ANY(sight.ints('sight.groups')))
        OR EXISTS (
            SELECT 1 FROM public.membership_membership m
            JOIN public.membership_partnership s ON s.id = m.partnership_id
            JOIN public.grants_notegroupgrant g ON g.group_id IN (m.group_id, s.group_id)
            WHERE m.id = had_by AND g.content_object_id = wanted)
        OR EXISTS (
            SELECT 1 FROM public.grants_notegroupgrant g JOIN public.circles_circle c ON c.group_id = g.group_id
            JOIN public.circles_circlemember k ON k.circle_id = c.id AND k.status = 'member'
            WHERE g.content_object_id = wanted AND k.membership_id = had_by
              AND g.group_id = ANY(sight.ints('sight.groups')));
END $$;
REVOKE ALL ON FUNCTION sight.may_know_it_has(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.may_know_it_has(bigint, bigint) TO concord_app;

ALTER POLICY note_evidence_select ON notes_noteevidence USING (
    EXISTS (SELECT 1 FROM notes_note n
            WHERE n.id = notes_noteevidence.note_id AND n.status = 'live'
              AND ((n.recipients_know_each_other AND sight.may_know_it_has(n.id, notes_noteevidence.member_id))
                   OR n.owner_id = notes_noteevidence.member_id
                   OR notes_noteevidence.member_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
                   OR n.owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[])) OFFSET 0));
