"""When a grant begins and ends, for what purpose, and whether it may be passed on."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_rules_are_signed"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("grants", "0003_by_what_rule"),
        ("notes", "0009_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notegroupgrant",
            name="group_grant_once",
        ),
        migrations.RemoveIndex(
            model_name="notegroupgrant",
            name="group_grant_page",
        ),
        migrations.AddField(
            model_name="endedgrant",
            name="expires_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="endedgrant",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="notegroupgrant",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="expires at"),
        ),
        migrations.AddField(
            model_name="notegroupgrant",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="not before"),
        ),
        migrations.AddField(
            model_name="notegroupgrant",
            name="onward",
            field=models.BooleanField(db_default=False, default=False, verbose_name="may be passed on"),
        ),
        migrations.AddField(
            model_name="notegroupgrant",
            name="purpose",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="purpose"),
        ),
        migrations.AddField(
            model_name="noteusergrant",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="expires at"),
        ),
        migrations.AddField(
            model_name="noteusergrant",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="not before"),
        ),
        migrations.AddField(
            model_name="noteusergrant",
            name="onward",
            field=models.BooleanField(db_default=False, default=False, verbose_name="may be passed on"),
        ),
        migrations.AddField(
            model_name="noteusergrant",
            name="purpose",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="purpose"),
        ),
        migrations.AddIndex(
            model_name="notegroupgrant",
            index=models.Index(
                fields=["group", "-created_at", "-content_object"],
                include=("not_before", "expires_at"),
                name="group_grant_page",
            ),
        ),
        migrations.AddIndex(
            model_name="notegroupgrant",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="notegroupgrant_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="notegroupgrant",
            index=models.Index(
                condition=models.Q(("not_before__isnull", False)), fields=["not_before"], name="notegroupgrant_embargo"
            ),
        ),
        migrations.AddIndex(
            model_name="noteusergrant",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)), fields=["expires_at"], name="noteusergrant_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="noteusergrant",
            index=models.Index(
                condition=models.Q(("not_before__isnull", False)), fields=["not_before"], name="noteusergrant_embargo"
            ),
        ),
        migrations.AddConstraint(
            model_name="notegroupgrant",
            constraint=models.UniqueConstraint(
                fields=("content_object", "group", "permission"),
                include=("not_before", "expires_at"),
                name="group_grant_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="notegroupgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_before__isnull", True),
                    ("expires_at__isnull", True),
                    ("expires_at__gt", models.F("not_before")),
                    _connector="OR",
                ),
                name="notegroupgrant_begins_before_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteusergrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_before__isnull", True),
                    ("expires_at__isnull", True),
                    ("expires_at__gt", models.F("not_before")),
                    _connector="OR",
                ),
                name="noteusergrant_begins_before_it_ends",
            ),
        ),
    ]
