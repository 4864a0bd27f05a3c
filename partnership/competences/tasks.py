"""Celery's door to the room."""

from celery import shared_task

from partnership.competences.services import statements


@shared_task(name="competences.follow_statements")
def follow_statements() -> int:
    """Keep the statements of differences in step with days that passed and members that left."""
    return statements.follow_all()
