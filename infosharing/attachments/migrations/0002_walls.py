"""Wall two around the files of notes, and what the database holds of them against every door."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("attachments", "0001_initial"), ("notes", "0016_circles")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
