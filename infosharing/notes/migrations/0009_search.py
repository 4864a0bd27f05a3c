"""Search of notes: their words beside them, and the one function that reads these."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text()
UNDO = """
    DROP TRIGGER search_add ON grants_notegroupgrant;
    DROP TRIGGER search_remove ON grants_notegroupgrant;
    DROP TRIGGER search_add ON grants_noteusergrant;
    DROP TRIGGER search_remove ON grants_noteusergrant;
    DROP TRIGGER search_change ON notes_note;
    DROP TRIGGER search_forget ON notes_note;
    DROP FUNCTION notes_search_follow_groups(), notes_search_follow_persons(), notes_search_follow_note(),
        notes_search_add(bigint, bigint[]), notes_search_remove(bigint, bigint[]),
        sight.search(text, int, bigint, text, bigint[], timestamptz, timestamptz, timestamptz, bigint),
        notes_query(text, boolean), notes_words(text, text);
    DROP TEXT SEARCH CONFIGURATION notes_stems;
    DROP TEXT SEARCH DICTIONARY notes_stem;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0004_departures_are_kept"),
        ("notes", "0008_destroy_dates"),
        ("grants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "note",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="notes.note",
                    ),
                ),
                ("tlp", models.CharField(max_length=20)),
                ("created_at", models.DateTimeField()),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="membership.membership",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="membership.partnership",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["keys", "words"], gin_pending_list_limit=1024, name="search_keys_and_words"
                    )
                ],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
