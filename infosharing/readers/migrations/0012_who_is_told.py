"""Words shown in a search stand in the footprint; readers of named people stay unknown; who left a circle is told."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("readers", "0011_found"), ("auditors", "0002_walls"), ("circles", "0003_one_circle")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
