"""Many recipients at once are checked at once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0021_faster_search"), ("circles", "0002_walls")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
