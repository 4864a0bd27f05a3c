"""Wall two around drafts, and what the database holds of them against every door."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("drafts", "0001_initial"),
        ("notes", "0017_releases"),
        ("membership", "0002_groups_and_sight"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
