"""Whatever a meeting names is of its own partnership, and the record of one that has ended is frozen."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_records"),
        ("membership", "0002_groups_and_sight"),
        ("commitments", "0002_members_of_the_partnership"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
