"""A commitment's owner, verifier and responsibility are of its own partnership: composite foreign keys hold it."""

from django.db import migrations

SQL = """
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_owner_in_partnership
        FOREIGN KEY (owner_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_verifier_in_partnership
        FOREIGN KEY (verified_by_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_responsibility_in_partnership
        FOREIGN KEY (responsibility_id, partnership_id)
        REFERENCES responsibilities_responsibility (id, partnership_id) DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_responsibility_in_partnership;
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_verifier_in_partnership;
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_owner_in_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0001_initial"), ("responsibilities", "0002_members_of_the_partnership")]

    operations = [migrations.RunSQL(SQL, UNDO)]
