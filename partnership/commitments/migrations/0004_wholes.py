"""What a commitment comes from, waits for, needs and who contributes is of its own partnership: composite foreign keys."""

from django.db import migrations

SQL = """
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_clause_in_partnership
        FOREIGN KEY (clause_id, partnership_id) REFERENCES agreements_clause (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_blocker_in_partnership
        FOREIGN KEY (blocker_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_contribution ADD CONSTRAINT contribution_of_partnership
        FOREIGN KEY (commitment_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_contribution ADD CONSTRAINT contribution_member_in_partnership
        FOREIGN KEY (member_id, partnership_id) REFERENCES membership_membership (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_dependency ADD CONSTRAINT dependency_of_partnership
        FOREIGN KEY (commitment_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE commitments_dependency ADD CONSTRAINT dependency_needs_in_partnership
        FOREIGN KEY (needs_id, partnership_id) REFERENCES commitments_commitment (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
    ALTER TABLE commitments_dependency DROP CONSTRAINT dependency_needs_in_partnership;
    ALTER TABLE commitments_dependency DROP CONSTRAINT dependency_of_partnership;
    ALTER TABLE commitments_contribution DROP CONSTRAINT contribution_member_in_partnership;
    ALTER TABLE commitments_contribution DROP CONSTRAINT contribution_of_partnership;
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_blocker_in_partnership;
    ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_clause_in_partnership;
"""


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_plans_and_series")]

    operations = [migrations.RunSQL(SQL, UNDO)]
