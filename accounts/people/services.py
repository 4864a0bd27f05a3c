"""What people change about themselves."""

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation.audit.services import record


@transaction.atomic
def revise_own_profile(*, actor: Actor, name: str, function: str, language: str) -> Person:
    """Change one's own name, function and language of mail. Agency, role and e-mail are the administrator's."""
    person = Person.objects.select_for_update().get(pk=actor.person_id)
    person.name, person.function, person.language = name, function, language
    person.save(update_fields=["name", "function", "language"])
    record(verb="people.profile_revised", actor=actor, subject=person)
    return person
