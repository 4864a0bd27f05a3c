"""Nobody who read a note and lost it is missed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("readers", "0006_footprints_kept"), ("notes", "0022_many_recipients"), ("grants", "0005_ended_at")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
