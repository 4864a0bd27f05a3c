"""Evidence is links and files, each a row of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.records

# the link that came with a claim joins the rest; the change of the claim knows who gave it
MOVE = """
    INSERT INTO commitments_evidence
        (public_id, commitment_id, partnership_id, kind, title, link, file_name, member_id, added_by_id, added_at)
    SELECT gen_random_uuid(), c.id, c.partnership_id, 'link', left(substr(c.evidence_link, 9), 200), c.evidence_link, '',
           c.owner_id, claimed.by_id, coalesce(claimed.at, c.updated_at)
    FROM commitments_commitment c
    LEFT JOIN LATERAL (
        SELECT x.by_id, x.at FROM commitments_commitmentchange x
        WHERE x.commitment_id = c.id AND x.after = 'done' ORDER BY x.id LIMIT 1
    ) claimed ON true
    WHERE c.evidence_link <> '';
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0008_kept_by_holders"),
        ("files", "0001_initial"),
        ("membership", "0004_departures_are_kept"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=foundation.records.new_public_id, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("link", "link"), ("file", "file")], max_length=10, verbose_name="kind"),
                ),
                ("title", models.CharField(max_length=200, verbose_name="what it shows")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                ("file_name", models.CharField(blank=True, max_length=100, verbose_name="name of the file")),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ("id",),
            },
        ),
        migrations.AlterField(
            model_name="commitmentchange",
            name="what",
            field=models.CharField(
                blank=True,
                choices=[
                    ("person", "Another person does it"),
                    ("plan", "Planned otherwise"),
                    ("needs", "Needs another commitment first"),
                    ("freed", "Needs another commitment no more"),
                    ("series_ended", "Does not repeat any more"),
                    ("date_asked", "Another date asked for"),
                    ("date_kept", "The date stays"),
                    ("evidence", "Evidence added"),
                    ("evidence_removed", "Evidence removed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="evidence_items", to="commitments.commitment"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="file",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="membership.membership",
                verbose_name="added for",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="membership.partnership"
            ),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="commitment",
            name="commitment_evidence_link_https",
        ),
        migrations.RemoveField(
            model_name="commitment",
            name="evidence_link",
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("file__isnull", True), ("file_name", ""), ("kind", "link"), ("link__startswith", "https://")
                    ),
                    models.Q(
                        ("file__isnull", False),
                        ("kind", "file"),
                        ("link", ""),
                        models.Q(("file_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evidence_is_link_or_file",
                violation_error_message="Give an address that begins with https://, or a file: one of the two.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "link")), fields=("commitment", "link"), name="evidence_link_once"
            ),
        ),
    ]
