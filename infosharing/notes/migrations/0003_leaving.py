"""Wall two, for a member that leaves: its notes are taken back without anybody reading them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()
UNDO = "DROP FUNCTION sight.withdraw_notes_of(bigint, text);"


class Migration(migrations.Migration):
    dependencies = [("notes", "0002_walls"), ("membership", "0004_departures_are_kept")]

    operations = [migrations.RunSQL(SQL, UNDO)]
