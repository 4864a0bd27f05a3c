"""Less is looked at: when a note is given to many, and when somebody leaves a circle."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("notes", "0022_many_recipients"),
        ("grants", "0006_by_member"),
        ("readers", "0007_nobody_is_missed"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
