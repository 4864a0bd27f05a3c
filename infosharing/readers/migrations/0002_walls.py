"""Wall two around who read what, and what the database tells by itself."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("readers", "0001_initial"),
        ("membership", "0002_groups_and_sight"),
        ("notes", "0008_destroy_dates"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
