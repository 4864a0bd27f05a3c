"""Whoever is suspended in one partnership keeps the groups of all others: they are not looked at."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("membership", "0005_notices_hold_keys")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
