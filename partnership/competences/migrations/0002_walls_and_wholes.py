"""Whatever the register names is of its own partnership; what is signed stays; remarks stand behind the second wall."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("competences", "0001_initial"),
        ("membership", "0002_groups_and_sight"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
