"""Wall two around given lists."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("identifiers", "0001_initial"), ("membership", "0002_groups_and_sight")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
