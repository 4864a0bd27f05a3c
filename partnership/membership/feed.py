"""What changed since: tokens with which a program pulls only the memberships that its last pull could not have seen.

Each row holds the id of the transaction that changed it last (`changed_in`, kept by triggers). A clock would not do:
a transaction that began earlier can commit later, with an earlier time, and a program that asked in between would
never hear of it. A token therefore names a transaction id below which everything had ended when the token was made.
Rows of that transaction or a later one may be given twice; none is left out.
"""

from django.core import signing
from django.db import connection, models
from django.db.models import Max, Q

from accounts.people.actor import Actor
from foundation.errors import Refusal
from partnership.membership.models import Membership


class InvalidToken(Refusal):
    """A token that was not made here, or not for this agency, or before the database was put back."""

    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("This token is of no use here (any more). Pull everything once, without since.", field="since")


def token_for(actor: Actor) -> str:
    """Return the token to give with what is read after this call, in the same request.

    It is the same until something that the actor sees changes: an answer without news has the same ETag.
    """
    unfinished, database = _progress()
    settled = Membership.objects.visible_to(actor).filter(changed_in__lt=unfinished).aggregate(last=Max("changed_in"))
    # anything from the last change seen up to the first unfinished transaction means the same
    return _signer(actor, database).sign(str((settled["last"] or 0) + 1))


def changed_since(actor: Actor, token: str) -> models.QuerySet[Membership]:
    """Return the visible memberships that changed since a token was made, ended ones included.

    Of a partnership that the actor has come to see since then it is all of them: none of it was seen before.

    Raises:
        InvalidToken: the token is of no use.
    """
    unfinished, database = _progress()
    try:
        since = int(_signer(actor, database).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise InvalidToken from error
    if since > unfinished:
        raise InvalidToken
    visible = Membership.objects.visible_to(actor)
    own = visible.active().of_agency(actor).filter(changed_in__gte=since)
    return visible.filter(Q(changed_in__gte=since) | Q(partnership_id__in=own.values("partnership_id")))


def _progress() -> tuple[int, str]:
    """Return the lowest id of a transaction that has not ended, and which life of which database counts them.

    After a restore or a failover the ids go on from elsewhere, so tokens from before are refused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " (SELECT system_identifier FROM pg_control_system()),"
            " (SELECT timeline_id FROM pg_control_checkpoint()),"
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        unfinished, *database = cursor.fetchone()
    return unfinished, ":".join(map(str, database))


def _signer(actor: Actor, database: str) -> signing.Signer:
    return signing.Signer(salt=f"membership.feed:{actor.agency_public_id}:{database}")
