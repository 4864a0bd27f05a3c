"""The recalls of a note are found by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("readers", "0009_whoever_takes_it_back")]

    operations = [
        migrations.AddIndex(model_name="recall", index=models.Index(fields=["note"], name="recall_of_note")),
    ]
