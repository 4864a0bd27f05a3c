"""What people change about themselves."""

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.audit.services import record


@transaction.atomic
def revise_own_profile(*, actor: Actor, name: str, function: str) -> Person:
    """Change one's own name and function. Agency, role and e-mail are the administrator's to change."""
    person = Person.objects.select_for_update().get(pk=actor.person_id)
    person.name, person.function = name, function
    person.save(update_fields=["name", "function"])
    record(verb="people.profile_revised", actor=actor, subject=person)
    return person
