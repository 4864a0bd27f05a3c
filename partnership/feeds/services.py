"""Making and revoking feeds, and finding the one that a token opens."""

import secrets
from hashlib import sha256

from django.db import transaction

from accounts.people.actor import Actor
from accounts.people.models import Person
from foundation import clock
from foundation.audit.services import record
from foundation.errors import Invalid, NotAllowed, OutOfTurn
from partnership.feeds.models import Feed, Scope

TOKEN_BYTES = 32
MOST = 10


def digest_of(token: str) -> str:
    """Return what is kept of a token. It is too long to be guessed, so a plain digest is enough."""
    return sha256(token.encode(errors="replace")).hexdigest()


@transaction.atomic
def make_feed(*, actor: Actor, scope: str) -> tuple[Feed, str]:
    """Make a feed of one's own.

    Returns:
        The feed, and its token: known from now on only to whoever gets it.

    Raises:
        NotAllowed: the actor belongs to no agency.
        Invalid: there is no such feed.
        OutOfTurn: the actor has as many as anybody may have.
    """
    if actor.agency_id is None:
        raise NotAllowed("Calendar feeds are for people of an agency.")
    if scope not in Scope.values:
        raise Invalid("Choose what it shows.", field="scope")
    # two requests at once must not both be the tenth
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.person_id)
    if Feed.objects.visible_to(actor).live().count() >= MOST:
        raise OutOfTurn(f"You have {MOST} calendar addresses. Revoke one that you do not use.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed.objects.create(person_id=actor.person_id, scope=scope, digest=digest_of(token), created_at=clock.now())
    record(verb="feeds.made", actor=actor, subject=feed, scope=scope)
    return feed, token


@transaction.atomic
def revoke_feed(*, actor: Actor, feed: Feed) -> Feed:
    """Let a feed's address open nothing any more.

    Raises:
        NotAllowed: it is somebody else's.
        OutOfTurn: it was revoked already.
    """
    feed = Feed.objects.select_for_update(of=("self",)).get(pk=feed.pk)
    if feed.person_id != actor.person_id:
        raise NotAllowed("This is somebody else's calendar address.")
    if feed.revoked_at is not None:
        raise OutOfTurn("This calendar address was revoked already.")
    feed.revoked_at = clock.now()
    feed.save(update_fields=["revoked_at"])
    record(verb="feeds.revoked", actor=actor, subject=feed)
    return feed


def feed_of_token(token: str) -> Feed | None:
    """Return the feed that a token opens now; None for one that is unknown or revoked, or whose person is inactive."""
    return Feed.objects.live().select_related("person__agency").filter(digest=digest_of(token)).first()


def note_read(feed: Feed) -> None:
    """Keep the day on which a feed was last read, once a day: so its owner sees whether anything still uses it."""
    today = clock.today()
    if feed.last_read_on != today:
        Feed.objects.filter(pk=feed.pk).update(last_read_on=today)
