"""Evidence is of its commitment's partnership, and what was verified stands: keys and a trigger hold it."""

from django.db import migrations

SQL = """
    ALTER TABLE commitments_evidence ADD CONSTRAINT evidence_of_partnership
        FOREIGN KEY (commitment_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_evidence ADD CONSTRAINT evidence_member_in_partnership
        FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;

    -- For every table whose rows are evidence of a commitment (`commitment_id`), in this room and above it.
    CREATE FUNCTION commitments_verified_stands() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        wanted bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.commitment_id ELSE OLD.commitment_id END;
    BEGIN
        IF EXISTS (SELECT 1 FROM public.commitments_commitment c WHERE c.id = wanted AND c.status = 'verified') THEN
            RAISE EXCEPTION 'evidence of what was verified stands' USING ERRCODE = 'check_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER verified_stands BEFORE INSERT OR DELETE ON commitments_evidence
        FOR EACH ROW EXECUTE FUNCTION commitments_verified_stands();
    CREATE TRIGGER verified_stands_unchanged
        BEFORE UPDATE OF commitment_id, kind, title, link, file_id, file_name, member_id ON commitments_evidence
        FOR EACH ROW EXECUTE FUNCTION commitments_verified_stands();
"""
UNDO = """
    DROP TRIGGER verified_stands_unchanged ON commitments_evidence;
    DROP TRIGGER verified_stands ON commitments_evidence;
    DROP FUNCTION commitments_verified_stands();
    ALTER TABLE commitments_evidence DROP CONSTRAINT evidence_member_in_partnership;
    ALTER TABLE commitments_evidence DROP CONSTRAINT evidence_of_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0009_evidence")]

    operations = [migrations.RunSQL(SQL, UNDO)]
