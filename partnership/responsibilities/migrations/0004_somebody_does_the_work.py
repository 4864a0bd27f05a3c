"""Somebody does the work of each duty, and its clause is of the same partnership: the database holds both."""

from django.db import migrations

SQL = """
    -- what was there before knew accountable members who did the work themselves
    INSERT INTO responsibilities_responsibilitypart (responsibility_id, partnership_id, membership_id, part)
    SELECT r.id, r.partnership_id, r.accountable_id, 'R' FROM responsibilities_responsibility r
    WHERE NOT EXISTS (SELECT 1 FROM responsibilities_responsibilitypart p
                      WHERE p.responsibility_id = r.id AND p.part = 'R')
    ON CONFLICT (responsibility_id, membership_id) DO UPDATE SET part = 'R';
    SET CONSTRAINTS ALL IMMEDIATE;

    ALTER TABLE responsibilities_responsibility ADD CONSTRAINT responsibility_clause_in_partnership
        FOREIGN KEY (clause_id, partnership_id) REFERENCES agreements_clause (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;

    CREATE FUNCTION responsibilities_require_doer() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
    DECLARE
        wanted bigint := CASE TG_TABLE_NAME WHEN 'responsibilities_responsibility' THEN (to_jsonb(NEW)->>'id')::bigint
                       ELSE coalesce(to_jsonb(OLD)->>'responsibility_id', to_jsonb(NEW)->>'responsibility_id')::bigint
                       END;
    BEGIN
        IF EXISTS (SELECT 1 FROM public.responsibilities_responsibility r WHERE r.id = wanted)
           AND NOT EXISTS (SELECT 1 FROM public.responsibilities_responsibilitypart p
                           WHERE p.responsibility_id = wanted AND p.part = 'R') THEN
            RAISE EXCEPTION 'responsibility_has_a_doer: at least one member is responsible'
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM public.responsibilities_responsibility r
                   JOIN public.responsibilities_responsibilitypart p
                     ON p.responsibility_id = r.id AND p.membership_id = r.accountable_id
                   WHERE r.id = wanted AND p.part <> 'R') THEN
            RAISE EXCEPTION 'responsibility_accountable_part: who is accountable has no other part than doing the work'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER require_doer AFTER INSERT OR UPDATE ON responsibilities_responsibility
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION responsibilities_require_doer();
    CREATE CONSTRAINT TRIGGER require_doer AFTER INSERT OR UPDATE OR DELETE ON responsibilities_responsibilitypart
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION responsibilities_require_doer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("responsibilities", "0003_clauses_and_approaches"),
        ("agreements", "0002_what_is_signed_stands"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
