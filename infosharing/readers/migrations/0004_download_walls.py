"""A download names a file of its note, and is no reading of the note's text."""

from django.db import migrations

SQL = """
    ALTER TABLE readers_reading ADD CONSTRAINT reading_attachment_of_its_note
        FOREIGN KEY (attachment_id, note_id) REFERENCES attachments_attachment (id, note_id)
        DEFERRABLE INITIALLY DEFERRED;

    -- as in migration 0012 of notes: of earlier versions those that were read, not those of which a file was had
    ALTER POLICY note_version_select ON notes_noteversion USING (
        EXISTS (SELECT 1 FROM notes_note n WHERE n.id = notes_noteversion.note_id OFFSET 0)
        AND (sight.owns(note_id)
             OR EXISTS (SELECT 1 FROM readers_reading r
                        WHERE r.note_id = notes_noteversion.note_id AND r.version = notes_noteversion.number
                          AND r.person_id = (SELECT sight.person()) AND r.how <> 'downloaded' OFFSET 0)));
"""


class Migration(migrations.Migration):
    dependencies = [("readers", "0003_downloads"), ("attachments", "0002_walls"), ("notes", "0016_circles")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
