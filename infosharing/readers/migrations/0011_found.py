"""Words of a note that a search shows stand in its footprint."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attachments", "0003_releases"),
        ("membership", "0006_one_membership"),
        ("notes", "0024_newest"),
        ("readers", "0010_recalls_by_note"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reading",
            name="reading_how_known",
        ),
        migrations.AlterField(
            model_name="reading",
            name="how",
            field=models.CharField(
                choices=[
                    ("opened", "opened its page"),
                    ("program", "fetched by a program"),
                    ("downloaded", "downloaded a file"),
                    ("found", "shown words of it in a search"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["opened", "program", "downloaded", "found"])), name="reading_how_known"
            ),
        ),
    ]
