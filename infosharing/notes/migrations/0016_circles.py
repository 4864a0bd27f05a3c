"""Notes are shared with circles."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("notes", "0015_review_walls"), ("circles", "0002_walls")]

    operations = [
        migrations.AlterField(
            model_name="note",
            name="audience",
            field=models.CharField(
                choices=[
                    ("own_agency", "my own agency only"),
                    ("agencies", "agencies and circles that I name"),
                    ("partnership", "the whole partnership"),
                    ("persons", "people that I name"),
                ],
                default="own_agency",
                max_length=20,
                verbose_name="audience",
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
