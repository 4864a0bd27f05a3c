"""Of a grant to a circle, its originator's place in it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_rules_are_signed"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("circles", "0003_one_circle"),
        ("grants", "0005_ended_at"),
        ("notes", "0022_many_recipients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notegroupgrant",
            name="by_member",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="circles.circlemember",
            ),
        ),
        migrations.AddIndex(
            model_name="notegroupgrant",
            index=models.Index(
                condition=models.Q(("by_member__isnull", False)), fields=["by_member"], name="group_grant_by_member"
            ),
        ),
    ]
