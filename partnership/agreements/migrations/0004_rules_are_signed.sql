-- Sharing rules are part of what is signed: the database holds it, shell and administration included.

-- 1. A rule is of its clause, and names members of its own partnership ------------------------------
ALTER TABLE agreements_sharingrule ADD CONSTRAINT sharing_rule_of_clause
    FOREIGN KEY (clause_id, version_id, partnership_id)
    REFERENCES agreements_clause (id, version_id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_rulemember ADD CONSTRAINT rule_member_of_rule
    FOREIGN KEY (rule_id, version_id, partnership_id)
    REFERENCES agreements_sharingrule (id, version_id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE agreements_rulemember ADD CONSTRAINT rule_member_in_partnership
    FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
    DEFERRABLE INITIALLY DEFERRED;

-- 2. Rules change in draft alone, as the clauses do -------------------------------------------------
CREATE TRIGGER only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON agreements_sharingrule
    FOR EACH ROW EXECUTE FUNCTION agreements_only_in_draft();
CREATE TRIGGER only_in_draft BEFORE INSERT OR UPDATE OR DELETE ON agreements_rulemember
    FOR EACH ROW EXECUTE FUNCTION agreements_only_in_draft();

-- 3. Rules stand in clauses on sharing --------------------------------------------------------------
CREATE FUNCTION agreements_rule_in_sharing_clause() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.agreements_clause c WHERE c.id = NEW.clause_id AND c.kind = 'sharing') THEN
        RAISE EXCEPTION 'a sharing rule stands in a clause on sharing' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_sharing_clause BEFORE INSERT OR UPDATE OF clause_id ON agreements_sharingrule
    FOR EACH ROW EXECUTE FUNCTION agreements_rule_in_sharing_clause();

CREATE FUNCTION agreements_clause_keeps_rules() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.kind <> 'sharing' AND EXISTS (SELECT 1 FROM public.agreements_sharingrule r WHERE r.clause_id = NEW.id) THEN
        RAISE EXCEPTION 'a sharing rule stands in a clause on sharing' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_rules BEFORE UPDATE OF kind ON agreements_clause
    FOR EACH ROW EXECUTE FUNCTION agreements_clause_keeps_rules();

-- 4. Each side names members or says "any member": never both, never neither ------------------------
-- At the end of the transaction, since a rule is written before its members.
CREATE FUNCTION agreements_sides_of_rule(rule bigint) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.agreements_sharingrule r WHERE r.id = rule AND (
            r.from_any = EXISTS (SELECT 1 FROM public.agreements_rulemember m WHERE m.rule_id = r.id AND m.side = 'gives')
            OR r.to_any
               = EXISTS (SELECT 1 FROM public.agreements_rulemember m WHERE m.rule_id = r.id AND m.side = 'receives')))
    THEN
        RAISE EXCEPTION 'a sharing rule names members or says any member, on each side'
            USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION agreements_check_rule() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.agreements_sides_of_rule(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION agreements_check_rule_of_member() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.agreements_sides_of_rule(coalesce(NEW.rule_id, OLD.rule_id));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sides AFTER INSERT OR UPDATE ON agreements_sharingrule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreements_check_rule();
CREATE CONSTRAINT TRIGGER sides AFTER INSERT OR UPDATE OR DELETE ON agreements_rulemember
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreements_check_rule_of_member();

-- 5. The notice that a member gives is part of the text ---------------------------------------------
CREATE FUNCTION agreements_hold_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND NEW.notice_days IS DISTINCT FROM OLD.notice_days THEN
        RAISE EXCEPTION 'a version changes while it is a draft, not after' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_notice BEFORE UPDATE OF notice_days ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_hold_notice();
