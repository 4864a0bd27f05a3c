"""Sharing rules and the days of notice are part of what is signed: constraints and triggers."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_sharing_rules"), ("membership", "0002_groups_and_sight")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
