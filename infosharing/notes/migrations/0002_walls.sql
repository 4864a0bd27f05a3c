-- Wall two (docs/decisions/0003-two-walls.md). The application's role owns none of these tables and cannot bypass the
-- policies. It guards against forgotten filters and wrong queries, not against SQL injection: the role can set its own
-- reader.

-- 1. Questions that policies ask ------------------------------------------------------------------
-- SECURITY DEFINER breaks the circle note -> grant -> note. All read the transaction's reader, and fail without one.

-- Whether the reader holds a live grant on a note.
CREATE FUNCTION sight.sees(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.grants_notegroupgrant g
                   WHERE g.content_object_id = wanted AND g.group_id = ANY(sight.ints('sight.groups')))
        OR EXISTS (SELECT 1 FROM public.grants_noteusergrant u
                   WHERE u.content_object_id = wanted AND u.user_id = sight.person()
                     AND u.through_id = ANY(sight.ints('sight.groups')));
END $$;

-- Whether the reader may write a note and its grants: people of the owner; for a note to named people, its author.
CREATE FUNCTION sight.owns(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.notes_note n
                   WHERE n.id = wanted AND n.owner_id = ANY(sight.ints('sight.own'))
                     AND (n.audience <> 'persons' OR n.author_id = sight.person()));
END $$;

-- Whether the reader may know who else sees a note. The list of recipients is itself sensitive: the owner decides.
CREATE FUNCTION sight.may_know_recipients(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN sight.owns(wanted)
        OR (sight.sees(wanted)
            AND EXISTS (SELECT 1 FROM public.notes_note n
                        WHERE n.id = wanted
                          AND (n.recipients_know_each_other OR n.owner_id = ANY(sight.ints('sight.own')))));
END $$;

REVOKE ALL ON FUNCTION sight.sees(bigint), sight.owns(bigint), sight.may_know_recipients(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight.owns(bigint), sight.may_know_recipients(bigint) TO concord_app;

-- 2. Policies -------------------------------------------------------------------------------------
-- One policy per command: a policy FOR ALL would let a reader delete what they may read.
-- (SELECT ...) around each setting: evaluated once per query; without it the array is parsed again for every row
-- (measured 12 times slower on a page of the widest reader).
-- OFFSET 0 in EXISTS: keeps it a probe of one index entry per row; without it the planner may first gather everything
-- that the reader sees (measured 40 times slower for a list of ids).
ALTER TABLE notes_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE grants_notegroupgrant ENABLE ROW LEVEL SECURITY;
ALTER TABLE grants_noteusergrant ENABLE ROW LEVEL SECURITY;
ALTER TABLE grants_endedgrant ENABLE ROW LEVEL SECURITY;

CREATE POLICY note_select ON notes_note FOR SELECT TO concord_app USING (
    -- the author, before the first grant exists: INSERT ... RETURNING asks this policy
    (author_id = (SELECT sight.person()) AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    OR EXISTS (SELECT 1 FROM grants_notegroupgrant g
               WHERE g.content_object_id = notes_note.id
                 AND g.group_id = ANY((SELECT sight.ints('sight.groups'))::int[]) OFFSET 0)
    OR EXISTS (SELECT 1 FROM grants_noteusergrant u
               WHERE u.content_object_id = notes_note.id
                 AND u.user_id = (SELECT sight.person())
                 AND u.through_id = ANY((SELECT sight.ints('sight.groups'))::int[]) OFFSET 0));
CREATE POLICY note_insert ON notes_note FOR INSERT TO concord_app WITH CHECK (
    author_id = (SELECT sight.person()) AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
CREATE POLICY note_update ON notes_note FOR UPDATE TO concord_app USING (
    owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
    AND (audience <> 'persons' OR author_id = (SELECT sight.person())));
-- no policy for DELETE: notes are withdrawn

CREATE POLICY group_grant_select ON grants_notegroupgrant FOR SELECT TO concord_app USING (
    -- a hashed set: an array in a filter would be searched from its start for every row
    group_id IN (SELECT unnest((SELECT sight.ints('sight.groups'))::int[]))
    OR sight.may_know_recipients(content_object_id));
CREATE POLICY group_grant_insert ON grants_notegroupgrant FOR INSERT TO concord_app
    WITH CHECK (sight.owns(content_object_id));
CREATE POLICY group_grant_delete ON grants_notegroupgrant FOR DELETE TO concord_app
    USING (sight.owns(content_object_id));

CREATE POLICY user_grant_select ON grants_noteusergrant FOR SELECT TO concord_app USING (
    (user_id = (SELECT sight.person()) AND through_id = ANY((SELECT sight.ints('sight.groups'))::int[]))
    OR sight.may_know_recipients(content_object_id));
CREATE POLICY user_grant_insert ON grants_noteusergrant FOR INSERT TO concord_app
    WITH CHECK (sight.owns(content_object_id));
CREATE POLICY user_grant_delete ON grants_noteusergrant FOR DELETE TO concord_app
    USING (sight.owns(content_object_id));

CREATE POLICY ended_grant_select ON grants_endedgrant FOR SELECT TO concord_app USING (sight.owns(note_id));
REVOKE INSERT, UPDATE, DELETE ON grants_endedgrant FROM concord_app;

-- 3. What grants must agree with ------------------------------------------------------------------
CREATE FUNCTION grants_require_view(permission bigint) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.auth_permission p
                   JOIN public.django_content_type c ON c.id = p.content_type_id
                   WHERE p.id = permission AND p.codename = 'view_note' AND c.app_label = 'notes') THEN
        RAISE EXCEPTION 'a note is granted to be viewed, nothing else' USING ERRCODE = 'check_violation';
    END IF;
END $$;

-- Stamps a grant with its note's time, and refuses an audience that the note's marking does not allow.
CREATE FUNCTION grants_fit_group() RETURNS trigger
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
                        WHERE s.group_id = NEW.group_id AND s.id = note.partnership_id)))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the marking of this note does not allow this audience' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER fit BEFORE INSERT ON grants_notegroupgrant FOR EACH ROW EXECUTE FUNCTION grants_fit_group();

CREATE FUNCTION grants_fit_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE note public.notes_note;
BEGIN
    PERFORM public.grants_require_view(NEW.permission_id);
    SELECT * INTO STRICT note FROM public.notes_note WHERE id = NEW.content_object_id;
    NEW.created_at := note.created_at;
    NEW.granted_at := coalesce(NEW.granted_at, clock_timestamp());
    NEW.granted_by_id := coalesce(NEW.granted_by_id, nullif(current_setting('sight.person', true), '')::bigint);
    -- guardian's own shortcut knows no `through`: it is the person's member in the note's partnership
    NEW.through_id := coalesce(NEW.through_id, (
        SELECT m.group_id FROM public.membership_membership m
        JOIN public.people_person p ON p.agency_id = m.agency_id
        WHERE p.id = NEW.user_id AND m.partnership_id = note.partnership_id AND m.status = 'active'));
    IF note.status = 'live' AND note.audience = 'persons' AND EXISTS (
        SELECT 1 FROM public.membership_membership m
        JOIN public.people_person p ON p.agency_id = m.agency_id
        WHERE m.group_id = NEW.through_id AND m.partnership_id = note.partnership_id AND m.status = 'active'
          AND p.id = NEW.user_id AND p.is_active)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'only people of active members are named on a note to named people'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER fit BEFORE INSERT ON grants_noteusergrant FOR EACH ROW EXECUTE FUNCTION grants_fit_person();

-- A grant is made or ended, never rewritten.
CREATE FUNCTION grants_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a grant is ended and made anew, never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER never_changed BEFORE UPDATE OF content_object_id, group_id, permission_id ON grants_notegroupgrant
    FOR EACH ROW EXECUTE FUNCTION grants_refuse_update();
CREATE TRIGGER never_changed BEFORE UPDATE OF content_object_id, user_id, permission_id, through_id
    ON grants_noteusergrant FOR EACH ROW EXECUTE FUNCTION grants_refuse_update();

-- The note's side of the same agreement, and what of a note never changes.
CREATE FUNCTION notes_fit_grants() RETURNS trigger
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
           WHERE g.content_object_id = NEW.id AND m.id IS DISTINCT FROM NEW.owner_id
             AND (NEW.status = 'withdrawn'
                  OR NOT (NEW.audience = 'agencies' AND m.id IS NOT NULL
                          OR NEW.audience = 'partnership' AND m.id IS NULL)))
       OR (NEW.audience = 'persons'
           AND EXISTS (SELECT 1 FROM public.grants_notegroupgrant g WHERE g.content_object_id = NEW.id))
    THEN
        RAISE EXCEPTION 'end the grants that no longer fit first' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fit AFTER UPDATE ON notes_note FOR EACH ROW EXECUTE FUNCTION notes_fit_grants();

-- 4. History --------------------------------------------------------------------------------------
CREATE FUNCTION grants_keep_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ended jsonb := to_jsonb(OLD);
BEGIN
    INSERT INTO public.grants_endedgrant
        (note_id, group_id, user_id, granted_at, granted_by_id, ended_at, ended_by_id)
    VALUES (OLD.content_object_id,
            coalesce((ended->>'group_id')::int, (ended->>'through_id')::int), (ended->>'user_id')::bigint,
            OLD.granted_at, OLD.granted_by_id, clock_timestamp(),
            nullif(current_setting('sight.person', true), '')::bigint);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_ended AFTER DELETE ON grants_notegroupgrant FOR EACH ROW EXECUTE FUNCTION grants_keep_ended();
CREATE TRIGGER keep_ended AFTER DELETE ON grants_noteusergrant FOR EACH ROW EXECUTE FUNCTION grants_keep_ended();
