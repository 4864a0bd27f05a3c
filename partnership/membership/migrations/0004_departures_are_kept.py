"""Departures and hand-overs: composite keys, and the tables of states."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("membership", "0003_departures")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
