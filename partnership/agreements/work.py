"""What agreements add to "My work", to the partnership's page and to a member's."""

from accounts.people.actor import Actor
from foundation.work.needs import Need, register_needs
from partnership.agreements import selectors
from partnership.agreements.models import Signatory, Signature, Status, Version
from partnership.membership.models import Membership, Partnership
from partnership.membership.panels import member_board, partnership_board

READ = ("agreement__partnership", "partnership")


def _need(version: Version, what: str, action: str, url: str = "") -> Need:
    return Need(
        what=what,
        where=version.partnership.name,
        group=version.partnership.slug,
        action=action,
        url=url or version.get_absolute_url(),
    )


@register_needs
def to_sign(actor: Actor) -> list[Need]:
    """Versions that wait for the lead's signature."""
    if not actor.is_lead:
        return []
    awaited = Signatory.objects.awaited().of_agency(actor).values("version")
    versions = Version.objects.visible_to(actor).open_for_signature().filter(pk__in=awaited)
    return [
        _need(
            version, f"{version.agreement.title}, version {version.number}, waits for your signature", "Read and sign"
        )
        for version in versions.select_related(*READ).order_by("pk")
    ]


@register_needs
def to_bring_into_force(actor: Actor) -> list[Need]:
    """Versions that all have signed, and that the coordinator has still to bring into force or to settle."""
    signed = (
        Version.objects.visible_to(actor)
        .open_for_signature()
        .exclude(pk__in=Signatory.objects.awaited().values("version"))
    )
    coordinated = Partnership.objects.coordinated_by(actor)
    return [
        _need(version, f"All have signed {version.agreement.title}; something in it is not settled", "Settle it")
        for version in signed.filter(partnership__in=coordinated).select_related(*READ).order_by("pk")
    ]


@register_needs
def to_read(actor: Actor) -> list[Need]:
    """Versions in consultation on which the agency has not remarked yet."""
    if not actor.may_write:
        return []
    versions = (
        Version.objects.visible_to(actor)
        .in_consultation()
        .exclude(partnership__coordinator=actor.agency_key)
        .exclude(remarks__membership__agency=actor.agency_key)
    )
    return [
        _need(version, f"{version.agreement.title} is in consultation: what does your agency think?", "Read it")
        for version in versions.select_related(*READ).order_by("pk")
    ]


def in_force(actor: Actor, partnership: Partnership) -> dict[str, object]:
    """What is in force, with how many signed, and what is in the making."""
    return {"versions": selectors.agreements(actor, partnership)}


def signed_by(actor: Actor, membership: Membership) -> dict[str, object]:
    """What a member signed, and what it did not."""
    seen = Version.objects.visible_to(actor).filter(partnership=membership.partnership)
    signatures = Signature.objects.counting().filter(membership=membership, version__in=seen)
    standing = seen.filter(status__in=(Status.IN_FORCE, Status.UNDER_REVIEW), is_material=True)
    return {
        "signatures": signatures.select_related("version__agreement__partnership").order_by("-pk"),
        "unsigned": standing.exclude(pk__in=signatures.values("version")).select_related(*READ).order_by("pk"),
    }


partnership_board.register(5, "agreements/panel_partnership.html", in_force)
member_board.register(5, "agreements/panel_member.html", signed_by)
