"""Wall two: row-level security on notes and their grants, and what grants must agree with."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("notes", "0001_initial"),
        ("grants", "0001_initial"),
        ("membership", "0002_groups_and_sight"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
