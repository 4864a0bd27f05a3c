"""Whoever comes to a circle or leaves it keeps the groups of all others: they are not looked at."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("circles", "0002_walls")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
