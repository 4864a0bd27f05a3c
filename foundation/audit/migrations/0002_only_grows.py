"""The audit trail can only grow."""

from django.db import migrations

SQL = """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit trail can only grow' USING ERRCODE = 'insufficient_privilege';
    END $$;
    CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_refuse();
    REVOKE UPDATE, DELETE ON audit_event FROM concord_app;
"""
UNDO = "DROP TRIGGER only_grows ON audit_event; DROP FUNCTION audit_refuse"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(SQL, UNDO)]
