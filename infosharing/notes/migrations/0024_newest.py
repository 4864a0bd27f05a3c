"""The newest notes are asked of a function that keeps its plan."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0023_quicker")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
