"""Earlier versions: kept by the database, and behind wall two."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0011_versions"), ("readers", "0001_initial")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
