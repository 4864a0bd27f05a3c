"""The input that a commitment comes from is of its own partnership."""

from django.db import migrations

SQL = """
    ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_input_in_partnership
        FOREIGN KEY (input_id, partnership_id) REFERENCES engagement_input (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = "ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_input_in_partnership;"


class Migration(migrations.Migration):
    dependencies = [("commitments", "0011_input"), ("engagement", "0002_wholes")]

    operations = [migrations.RunSQL(SQL, UNDO)]
