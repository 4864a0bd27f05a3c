"""A duty, and a part in one, falls on a member of the same partnership: a composite foreign key holds it."""

from django.db import migrations

SQL = """
    ALTER TABLE responsibilities_responsibility ADD CONSTRAINT responsibility_accountable_in_partnership
        FOREIGN KEY (accountable_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE responsibilities_responsibility ADD CONSTRAINT responsibility_id_in_partnership
        UNIQUE (id, partnership_id);
    ALTER TABLE responsibilities_responsibilitypart ADD CONSTRAINT responsibility_part_in_partnership
        FOREIGN KEY (membership_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE responsibilities_responsibilitypart ADD CONSTRAINT responsibility_part_of_partnership
        FOREIGN KEY (responsibility_id, partnership_id) REFERENCES responsibilities_responsibility (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
    ALTER TABLE responsibilities_responsibilitypart DROP CONSTRAINT responsibility_part_of_partnership;
    ALTER TABLE responsibilities_responsibilitypart DROP CONSTRAINT responsibility_part_in_partnership;
    ALTER TABLE responsibilities_responsibility DROP CONSTRAINT responsibility_id_in_partnership;
    ALTER TABLE responsibilities_responsibility DROP CONSTRAINT responsibility_accountable_in_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [("responsibilities", "0001_initial")]

    operations = [migrations.RunSQL(SQL, UNDO)]
