-- A second pair of eyes: where the partnership or the originator asks for it, what leaves the agency is released by a
-- colleague of its writer. Here: who releases, and within which transaction. Migration 0002 of drafts adds that the
-- writer asked for it. `released_at` is the moment of the transaction that releases, so that within it, and no later,
-- the note may be given out.

CREATE FUNCTION sight.asks_second_pair(of_partnership bigint, of_owner bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.notes_conventions c WHERE c.partnership_id = of_partnership AND c.second_pair)
        OR EXISTS (SELECT FROM public.notes_houserule h WHERE h.membership_id = of_owner)
$$;
REVOKE ALL ON FUNCTION sight.asks_second_pair(bigint, bigint) FROM PUBLIC;

-- Whether the reader may write a note and its grants: people of the owner; for a note to named people, its author, and
-- in the transaction that releases it, who releases it.
CREATE OR REPLACE FUNCTION sight.owns(wanted bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.notes_note n
                   WHERE n.id = wanted AND n.owner_id = ANY(sight.ints('sight.own'))
                     AND (n.audience <> 'persons' OR n.author_id = sight.person()
                          OR (n.released_by_id = sight.person() AND n.released_at = transaction_timestamp())));
END $$;

ALTER POLICY note_select ON notes_note USING (
    ((author_id = (SELECT sight.person())
      OR (released_by_id = (SELECT sight.person()) AND released_at = transaction_timestamp()))
     AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]))
    OR EXISTS (SELECT 1 FROM grants_notegroupgrant g
               WHERE g.content_object_id = notes_note.id
                 AND g.group_id = ANY((SELECT sight.ints('sight.groups'))::int[])
                 AND (g.not_before IS NULL OR g.not_before <= (SELECT sight.now()))
                 AND (g.expires_at IS NULL OR g.expires_at > (SELECT sight.now())) OFFSET 0)
    OR EXISTS (SELECT 1 FROM grants_noteusergrant u
               WHERE u.content_object_id = notes_note.id
                 AND u.user_id = (SELECT sight.person())
                 AND u.through_id = ANY((SELECT sight.ints('sight.groups'))::int[])
                 AND (u.not_before IS NULL OR u.not_before <= (SELECT sight.now()))
                 AND (u.expires_at IS NULL OR u.expires_at > (SELECT sight.now())) OFFSET 0));
ALTER POLICY note_insert ON notes_note WITH CHECK (
    (author_id = (SELECT sight.person())
     OR (released_by_id = (SELECT sight.person()) AND released_from_id = author_id))
    AND owner_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));

-- Runs after `keep_version`, by its name.
CREATE FUNCTION notes_second_pair() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_release boolean := NEW.released_at IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.released_at IS DISTINCT FROM OLD.released_at);
BEGIN
    IF is_release THEN
        IF NEW.released_by_id IS DISTINCT FROM sight.person() OR NOT EXISTS (
            SELECT FROM public.people_person p JOIN public.membership_membership m ON m.agency_id = p.agency_id
            WHERE p.id = NEW.released_from_id AND p.is_active AND m.id = NEW.owner_id) THEN
            RAISE EXCEPTION 'a colleague of the writer releases a note' USING ERRCODE = 'check_violation';
        END IF;
        NEW.released_at := transaction_timestamp();
        IF TG_OP = 'UPDATE' AND NEW.version <> OLD.version THEN
            NEW.edited_by_id := NEW.released_from_id;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.released_by_id, NEW.released_from_id, NEW.released_at)
       IS DISTINCT FROM (OLD.released_by_id, OLD.released_from_id, OLD.released_at) THEN
        RAISE EXCEPTION 'who released a note stays on record' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status <> 'live' OR NEW.audience = 'own_agency' THEN
        RETURN NEW;
    END IF;
    IF (TG_OP = 'INSERT'
        OR (NEW.title, NEW.body, NEW.tlp, NEW.audience, NEW.recipients_know_each_other, NEW.category, NEW.purpose,
            NEW.legal_basis, NEW.personal_data, NEW.competence_id, NEW.handling, NEW.destroy_by, NEW.grading,
            NEW.source_grade, NEW.information_grade)
           IS DISTINCT FROM
           (OLD.title, OLD.body, OLD.tlp, OLD.audience, OLD.recipients_know_each_other, OLD.category, OLD.purpose,
            OLD.legal_basis, OLD.personal_data, OLD.competence_id, OLD.handling, OLD.destroy_by, OLD.grading,
            OLD.source_grade, OLD.information_grade))
       AND sight.asks_second_pair(NEW.partnership_id, NEW.owner_id) THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER second_pair BEFORE INSERT OR UPDATE ON notes_note
    FOR EACH ROW EXECUTE FUNCTION notes_second_pair();

-- The same of what is given out: to others than the owner, and than the author of a note to named people. After the
-- row: what stands already is given anew by every edit, and left as it is.
CREATE FUNCTION grants_second_pair() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.notes_note n JOIN public.membership_membership m ON m.id = n.owner_id
        WHERE n.id = NEW.content_object_id AND n.released_at IS DISTINCT FROM transaction_timestamp()
          AND CASE TG_TABLE_NAME WHEN 'grants_notegroupgrant' THEN (to_jsonb(NEW)->>'group_id')::int <> m.group_id
              ELSE (to_jsonb(NEW)->>'user_id')::bigint <> n.author_id END
          AND sight.asks_second_pair(n.partnership_id, n.owner_id)) THEN
        RAISE EXCEPTION 'a colleague releases what leaves the agency' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER second_pair AFTER INSERT ON grants_notegroupgrant
    FOR EACH ROW EXECUTE FUNCTION grants_second_pair();
CREATE TRIGGER second_pair AFTER INSERT ON grants_noteusergrant
    FOR EACH ROW EXECUTE FUNCTION grants_second_pair();
