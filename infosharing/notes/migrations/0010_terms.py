"""The terms on which a note is shared, in both walls and in search."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("competences", "0002_walls_and_wholes"),
        ("membership", "0005_notices_hold_keys"),
        ("notes", "0009_search"),
        ("grants", "0004_terms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="note",
            name="may_pass_on",
            field=models.BooleanField(db_default=False, default=False, verbose_name="may be passed on"),
        ),
        migrations.AddField(
            model_name="note",
            name="share_from",
            field=models.DateField(blank=True, null=True, verbose_name="shared from"),
        ),
        migrations.AddField(
            model_name="note",
            name="share_until",
            field=models.DateField(blank=True, null=True, verbose_name="shared until"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="timed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share_from__isnull", True),
                    ("share_until__isnull", True),
                    ("share_until__gte", models.F("share_from")),
                    _connector="OR",
                ),
                name="note_shared_from_before_until",
                violation_error_message="It is shared from a day on that comes before its last.",
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
