"""Whoever lost a note is told why."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("readers", "0007_nobody_is_missed")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
