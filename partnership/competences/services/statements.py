"""The statement of differences: put to the members, kept in step with the register, acknowledged by each."""

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from foundation.notifications.services import notify, withdraw_notices
from foundation.notifications.tasks import deliver_soon
from partnership.competences import notices
from partnership.competences.differences import content_of, fingerprint_of
from partnership.competences.models import Acknowledgement, Holding, Statement
from partnership.membership.models import Partnership
from partnership.membership.policy import own_membership, require_coordinator


@transaction.atomic
def put_to_members(*, actor: Actor, partnership: Partnership) -> Statement:
    """Make the first statement and ask every member's lead to acknowledge it. Later ones follow by themselves.

    Raises:
        NotAllowed: the actor does not coordinate the partnership.
        Invalid: nobody holds anything yet.
        OutOfTurn: the members were asked already.
    """
    require_coordinator(actor, partnership)
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    if partnership.statements.exists():
        raise OutOfTurn("The members were asked already. They are asked again whenever the register changes.")
    if not Holding.objects.held(clock.today()).filter(partnership=partnership).exists():
        raise Invalid("The register says of nobody what it can do. Fill it first.")
    statement = _make(partnership, 1)
    record(verb="competences.statement_put", actor=actor, subject=statement, fingerprint=statement.fingerprint)
    _ask(statement)
    return statement


def follow(partnership: Partnership) -> Statement | None:
    """Keep the statement in step with the register, in the transaction of the caller, who holds the partnership's lock.

    While nobody has signed the newest one, it changes; after that there is a next one, and all are asked again.

    Returns:
        The newest statement; None where the members were never asked.
    """
    newest = partnership.statements.order_by("-number").first()
    if newest is None:
        return None
    content = content_of(partnership, clock.today())
    fingerprint = fingerprint_of(content)
    if fingerprint == newest.fingerprint:
        return newest
    if not newest.acknowledgements.exists():
        newest.content, newest.fingerprint, newest.made_at = content, fingerprint, clock.now()
        newest.save()
        return newest
    withdraw_notices(kind=notices.TO_ACKNOWLEDGE, subject=newest)
    following = _make(partnership, newest.number + 1)
    record(verb="competences.statement_changed", actor=None, subject=following, fingerprint=fingerprint)
    _ask(following)
    return following


@transaction.atomic
def follow_all() -> int:
    """Keep every statement in step with what time and memberships changed: a holding past its day, a member suspended.

    Returns:
        How many new ones the members are asked to acknowledge.
    """
    made = 0
    for partnership in Partnership.objects.filter(statements__isnull=False).distinct().order_by("pk"):
        locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
        before = locked.statements.count()
        follow(locked)
        made += locked.statements.count() - before
    return made


@transaction.atomic
def acknowledge(*, actor: Actor, statement: Statement, fingerprint: str, password: str) -> Acknowledgement:
    """Sign, as a member's lead, that the differences were read and are taken into account.

    Args:
        fingerprint: of the text that was read.
        password: of the actor, entered again for this signature.

    Raises:
        NotAllowed: the actor is no lead of an active member.
        Invalid: the password is wrong.
        OutOfTurn: the register has changed since, or this member has signed.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=statement.partnership_id)
    own = own_membership(actor, partnership)
    if own is None or not actor.is_lead:
        raise NotAllowed("Only a member's lead may sign for it.")
    newest = follow(partnership)
    if newest is None or newest.pk != statement.pk or newest.fingerprint != fingerprint:
        raise OutOfTurn("The register has changed since you opened this page. Read it again before you sign.")
    if newest.acknowledgements.filter(membership=own).exists():
        raise OutOfTurn("Your agency has signed this already.")
    person = Person.objects.get(pk=actor.person_id)
    if not person.check_password(password):
        raise Invalid("This is not your password. Enter it again.", field="password")
    signed = Acknowledgement.objects.create(
        statement=newest,
        partnership=partnership,
        membership=own,
        person=person,
        person_name=person.name,
        fingerprint=fingerprint,
        at=clock.now(),
    )
    withdraw_notices(
        kind=notices.TO_ACKNOWLEDGE,
        subject=newest,
        recipients=own.agency.people.values_list("pk", flat=True),
    )
    record(verb="competences.acknowledged", actor=actor, subject=newest, fingerprint=fingerprint)
    return signed


def _make(partnership: Partnership, number: int) -> Statement:
    content = content_of(partnership, clock.today())
    return Statement.objects.create(
        partnership=partnership,
        number=number,
        content=content,
        fingerprint=fingerprint_of(content),
        made_at=clock.now(),
    )


def _ask(statement: Statement) -> None:
    leads = Person.objects.active().human().leads()
    asked = leads.filter(agency__memberships__partnership=statement.partnership, agency__memberships__status="active")
    notify(
        kind=notices.TO_ACKNOWLEDGE,
        recipients=set(asked.values_list("pk", flat=True)),
        subject=statement,
        occasion="asked",
        partnership=statement.partnership.name,
        slug=statement.partnership.slug,
        number=str(statement.number),
    )
    deliver_soon()
