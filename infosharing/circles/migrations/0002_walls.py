"""Wholes, groups and walls of circles."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    # what time it is, is asked there
    dependencies = [("circles", "0001_initial"), ("notes", "0010_terms"), ("membership", "0004_departures_are_kept")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
