"""How an agency looks over its notes is its own affair: wall two around house rules, as wall one has it."""

from django.db import migrations

SQL = """
    ALTER TABLE notes_houserule ENABLE ROW LEVEL SECURITY;
    CREATE POLICY house_rule_select ON notes_houserule FOR SELECT TO concord_app USING (
        membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]));
    -- a lead says it for the agency; people are behind no wall
    CREATE POLICY house_rule_insert ON notes_houserule FOR INSERT TO concord_app WITH CHECK (
        membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[]) AND set_by_id = (SELECT sight.person())
        AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = (SELECT sight.person()) AND p.role = 'lead' OFFSET 0));
    CREATE POLICY house_rule_delete ON notes_houserule FOR DELETE TO concord_app USING (
        membership_id = ANY((SELECT sight.ints('sight.own'))::bigint[])
        AND EXISTS (SELECT 1 FROM people_person p WHERE p.id = (SELECT sight.person()) AND p.role = 'lead' OFFSET 0));
    -- no policy for UPDATE: it is set, and taken away
    -- whether a note waits for a release, triggers ask past this wall (`sight.asks_second_pair`, migration 0017 of notes)
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0002_walls"), ("notes", "0017_releases")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
