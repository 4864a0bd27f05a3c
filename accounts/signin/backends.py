"""Finds who is signed in."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.people.models import Person


class PersonBackend(AuthenticationBackend):
    """Signs in as allauth does, and reads the person of each request together with the agency, in one query."""

    def get_user(self, user_id: int) -> Person | None:
        person = Person.objects.select_related("agency").filter(pk=user_id).first()
        return person if self.user_can_authenticate(person) else None
