"""A commitment that needs a competence is promised by a member that holds it, and both are of its own partnership."""

from django.db import migrations

SQL = """
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_competence_in_partnership
        FOREIGN KEY (competence_id, partnership_id) REFERENCES competences_competence (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    CREATE FUNCTION commitments_owner_holds() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        IF NEW.competence_id IS NOT NULL AND NOT public.competences_holds(NEW.owner_id, NEW.competence_id) THEN
            RAISE EXCEPTION 'who promises this does not hold the competence that it needs'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_owner_holds_competence';
        END IF;
        RETURN NEW;
    END $$;
    -- what was promised stands when the register changes later: the check is at the promise
    CREATE TRIGGER owner_holds BEFORE INSERT ON commitments_commitment
        FOR EACH ROW EXECUTE FUNCTION commitments_owner_holds();
    CREATE TRIGGER other_owner_holds BEFORE UPDATE ON commitments_commitment
        FOR EACH ROW WHEN ((OLD.owner_id, OLD.competence_id) IS DISTINCT FROM (NEW.owner_id, NEW.competence_id))
        EXECUTE FUNCTION commitments_owner_holds();
"""
UNDO = """
    DROP TRIGGER other_owner_holds ON commitments_commitment;
    DROP TRIGGER owner_holds ON commitments_commitment;
    DROP FUNCTION commitments_owner_holds();
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_competence_in_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0007_competence"),
        ("competences", "0002_walls_and_wholes"),
    ]

    operations = [migrations.RunSQL(SQL, UNDO)]
