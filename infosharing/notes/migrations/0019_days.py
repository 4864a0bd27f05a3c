"""Days are the agencies' days."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0018_agreement")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
