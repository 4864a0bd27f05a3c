"""A decision rests on a competence of its own partnership's register."""

from django.db import migrations

SQL = """
    ALTER TABLE meetings_decision ADD CONSTRAINT decision_rests_on_own_register
        FOREIGN KEY (rests_on_id, partnership_id) REFERENCES competences_competence (id, partnership_id)
        DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = "ALTER TABLE meetings_decision DROP CONSTRAINT decision_rests_on_own_register;"


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0006_rests_on_competence"),
        ("competences", "0002_walls_and_wholes"),
    ]

    operations = [migrations.RunSQL(SQL, UNDO)]
