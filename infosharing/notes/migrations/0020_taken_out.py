"""What is taken out of a circle is recalled from its readers."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0019_days"), ("readers", "0004_download_walls")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
