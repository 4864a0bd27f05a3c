"""Group, recorder and answering member of an input are of its own partnership: composite foreign keys hold it."""

from django.db import migrations

SQL = """
    ALTER TABLE engagement_input ADD CONSTRAINT input_group_in_partnership
        FOREIGN KEY (group_id, partnership_id) REFERENCES engagement_group (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE engagement_input ADD CONSTRAINT input_given_to_in_partnership
        FOREIGN KEY (given_to_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE engagement_input ADD CONSTRAINT input_recorder_in_partnership
        FOREIGN KEY (recorded_for_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
    ALTER TABLE engagement_input DROP CONSTRAINT input_recorder_in_partnership;
    ALTER TABLE engagement_input DROP CONSTRAINT input_given_to_in_partnership;
    ALTER TABLE engagement_input DROP CONSTRAINT input_group_in_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial"), ("membership", "0002_groups_and_sight")]

    operations = [migrations.RunSQL(SQL, UNDO)]
