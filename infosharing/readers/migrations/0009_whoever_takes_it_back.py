"""A withdrawn note is recalled from who read it, whoever takes it back and whoever is reading at that moment."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("readers", "0008_why_it_ended")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
