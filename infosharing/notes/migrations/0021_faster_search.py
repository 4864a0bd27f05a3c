"""Search reads as far as it must, and no further."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0020_taken_out")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
