"""Wall two around acceptances: a reader's own, and those under the notes of the own agency."""

from django.db import migrations

SQL = """
    ALTER TABLE notes_acceptance ENABLE ROW LEVEL SECURITY;
    CREATE POLICY acceptance_select ON notes_acceptance FOR SELECT TO concord_app USING (
        person_id = (SELECT sight.person()) OR sight.owns(note_id));
    CREATE POLICY acceptance_insert ON notes_acceptance FOR INSERT TO concord_app WITH CHECK (
        person_id = (SELECT sight.person())
        AND EXISTS (SELECT 1 FROM notes_note n WHERE n.id = note_id OFFSET 0));
    -- no policy for UPDATE or DELETE: what was accepted was accepted
"""


class Migration(migrations.Migration):
    dependencies = [("notes", "0006_basis_and_handling")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
