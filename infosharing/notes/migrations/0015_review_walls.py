"""Prolongations behind wall two, and what becomes of a note at its review date."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0014_review")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
