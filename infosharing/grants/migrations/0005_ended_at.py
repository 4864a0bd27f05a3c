from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0004_terms")]

    operations = [
        migrations.AddIndex(
            model_name="endedgrant",
            index=models.Index(fields=["ended_at"], name="ended_grant_of_late"),
        ),
    ]
