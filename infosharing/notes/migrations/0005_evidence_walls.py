"""Wall two, for notes as evidence of a commitment; and what was verified stands."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("notes", "0004_evidence"),
        ("commitments", "0010_evidence_stands"),
        ("membership", "0002_groups_and_sight"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
