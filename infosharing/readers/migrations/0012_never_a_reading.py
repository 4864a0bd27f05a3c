"""Words shown in a search are no reading of a version; who read a note to named people stays unknown to auditors."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("readers", "0011_found"), ("auditors", "0002_walls")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
