"""Reminders get a room of their own, for all that people are reminded of; what was sent goes with them."""

from django.db import migrations, models

MOVE = """
    INSERT INTO reminders_reminder
        (source, subject_id, partnership_id, day, rung, recipient_id, notice_id, created_at)
    SELECT 'commitments.due', c.public_id, c.partnership_id, r.due_on,
           CASE r.rule WHEN 'week_before' THEN '-7d:doer' WHEN 'on_the_day' THEN '+0d:doer' ELSE '+5d:lead' END,
           r.recipient_id, r.notice_id, r.created_at
    FROM commitments_reminder r JOIN commitments_commitment c ON c.id = r.commitment_id;
    UPDATE notifications_notice n
    SET kind = 'commitments.due_reminder',
        facts = n.facts || jsonb_build_object('rung', r.rung, 'day', r.day)
    FROM reminders_reminder r WHERE r.notice_id = n.public_id AND n.kind = 'commitments.reminder';
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0004_wholes"),
        ("reminders", "0001_initial"),
        ("notifications", "0002_preferences"),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Reminder"),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("status", "proposed")), fields=["created_at"], name="commitment_to_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("status", "done")), fields=["updated_at"], name="commitment_to_verify"
            ),
        ),
    ]
