"""Wall two around auditors, and what it opens to them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("auditors", "0001_initial"), ("readers", "0006_footprints_kept"), ("notes", "0010_terms")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
