"""Notices hold keys and dates; their words are made in the reader's language."""

from django.db import migrations

DAYS = """
    UPDATE notifications_notice n SET facts = n.facts || jsonb_build_object('day', d.effective_on)
    FROM membership_departure d WHERE n.kind = 'membership.leaves' AND n.subject_id = d.public_id;
    UPDATE notifications_notice n
    SET facts = n.facts - 'thing' || jsonb_build_object('day', d.effective_on, 'room', h.room)
    FROM membership_handover h JOIN membership_departure d ON d.id = h.departure_id
    WHERE n.kind = 'membership.to_take_over' AND n.subject_id = h.public_id;
"""


class Migration(migrations.Migration):
    dependencies = [("membership", "0004_departures_are_kept"), ("notifications", "0002_preferences")]

    operations = [migrations.RunSQL(DAYS, migrations.RunSQL.noop)]
