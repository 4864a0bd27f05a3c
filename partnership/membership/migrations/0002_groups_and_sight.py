"""Groups that follow memberships by themselves, the feed of changes, and who the database lets see."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("membership", "0001_initial"), ("people", "0001_initial")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
