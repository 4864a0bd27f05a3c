-- What is signed stands: the database holds it against every door, shell and administration included.

-- 1. Everything of an agreement is of its own partnership ------------------------------------------
ALTER TABLE agreements_version ADD CONSTRAINT version_of_partnership
    FOREIGN KEY (agreement_id, partnership_id) REFERENCES agreements_agreement (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_clause ADD CONSTRAINT clause_of_partnership
    FOREIGN KEY (version_id, partnership_id) REFERENCES agreements_version (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_signatory ADD CONSTRAINT signatory_of_partnership
    FOREIGN KEY (version_id, partnership_id) REFERENCES agreements_version (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_signatory ADD CONSTRAINT signatory_in_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_signature ADD CONSTRAINT signature_of_partnership
    FOREIGN KEY (version_id, partnership_id) REFERENCES agreements_version (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_signature ADD CONSTRAINT signature_in_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_remark ADD CONSTRAINT remark_of_partnership
    FOREIGN KEY (version_id, partnership_id) REFERENCES agreements_version (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_remark ADD CONSTRAINT remark_in_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- 2. The text changes in draft alone ---------------------------------------------------------------
CREATE FUNCTION agreements_only_in_draft() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.agreements_version v
               WHERE v.id IN ((to_jsonb(OLD)->>'version_id')::bigint, (to_jsonb(NEW)->>'version_id')::bigint)
                 AND v.status <> 'draft') THEN
        RAISE EXCEPTION 'clauses and signatories change while a version is a draft, not after'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON agreements_clause
    FOR EACH ROW EXECUTE FUNCTION agreements_only_in_draft();
CREATE TRIGGER only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON agreements_signatory
    FOR EACH ROW EXECUTE FUNCTION agreements_only_in_draft();

-- 3. Nothing is in force before all have signed ----------------------------------------------------
CREATE FUNCTION agreements_hold_version() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.status <> 'draft' AND (NEW.agreement_id, NEW.number, NEW.is_material, NEW.ends_on, NEW.change_note)
       IS DISTINCT FROM (OLD.agreement_id, OLD.number, OLD.is_material, OLD.ends_on, OLD.change_note) THEN
        RAISE EXCEPTION 'a version changes while it is a draft, not after' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'consultation' AND NEW.content_hash <> OLD.content_hash THEN
        RAISE EXCEPTION 'the hash of a text is set when it is opened for signature' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    -- the same table as partnership/agreements/states.py; a test holds the two together
    IF NOT NEW.status = ANY(CASE OLD.status
        WHEN 'draft' THEN '{consultation,terminated}'
        WHEN 'consultation' THEN '{draft,open_for_signature,in_force,terminated}'
        WHEN 'open_for_signature' THEN '{draft,in_force,terminated}'
        WHEN 'in_force' THEN '{under_review,superseded,expired,terminated}'
        WHEN 'under_review' THEN '{in_force,superseded,expired,terminated}'
        ELSE '{}' END::text[]) THEN
        RAISE EXCEPTION 'what is % does not become %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'in_force' AND OLD.status <> 'under_review' THEN
        PERFORM public.agreements_require_signed(NEW, OLD.status);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION agreements_require_signed(version public.agreements_version, before text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT version.is_material THEN
        -- nobody signs it again, so there must be one that was signed
        IF EXISTS (SELECT 1 FROM public.agreements_version v
                   WHERE v.agreement_id = version.agreement_id AND v.is_material AND v.number < version.number
                     AND v.in_force_on IS NOT NULL) THEN
            RETURN;
        END IF;
    ELSIF before = 'open_for_signature'
      AND EXISTS (SELECT 1 FROM public.agreements_signatory s WHERE s.version_id = version.id)
      AND NOT EXISTS (
        SELECT 1 FROM public.agreements_signatory s
        WHERE s.version_id = version.id AND NOT EXISTS (
            SELECT 1 FROM public.agreements_signature g
            WHERE g.version_id = version.id AND g.membership_id = s.membership_id AND g.function = s.function
              AND g.version_hash = version.content_hash)) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'nothing is in force before all have signed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER hold BEFORE UPDATE ON agreements_version FOR EACH ROW EXECUTE FUNCTION agreements_hold_version();

CREATE FUNCTION agreements_begin_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'a version begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER begin_as_draft BEFORE INSERT ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_begin_as_draft();

-- 4. A signature is under the text as it stands, by somebody of an active member, and stays -----------
CREATE FUNCTION agreements_fit_signature() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.agreements_version v
                   WHERE v.id = NEW.version_id AND v.content_hash = NEW.version_hash
                     AND v.status IN ('open_for_signature', 'in_force', 'under_review')) THEN
        RAISE EXCEPTION 'what is signed is the text that is open for signature or in force'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.membership_membership m JOIN public.people_person p
                     ON p.agency_id = m.agency_id AND p.is_active AND p.role = 'lead'
                   WHERE m.id = NEW.membership_id AND m.status = 'active' AND p.id = NEW.person_id) THEN
        RAISE EXCEPTION 'a lead of an active member signs for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit BEFORE INSERT ON agreements_signature FOR EACH ROW EXECUTE FUNCTION agreements_fit_signature();

CREATE FUNCTION agreements_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this stays as it was written' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON agreements_signature
    FOR EACH ROW EXECUTE FUNCTION agreements_stays();
CREATE TRIGGER stays BEFORE UPDATE OF number, name, text OR DELETE ON agreements_annex
    FOR EACH ROW EXECUTE FUNCTION agreements_stays();
