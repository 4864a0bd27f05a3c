"""An ended grant keeps the day on which the application stands, as a live one does."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    # the function is made there
    dependencies = [("grants", "0001_initial"), ("notes", "0002_walls")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
