"""Who may do what to agreements."""

from accounts.people.actor import Actor
from partnership.agreements.models import STANDING, Signatory, Signature, Status, Version
from partnership.membership.models import Membership
from partnership.membership.policy import may_coordinate, own_membership


def may_draft(actor: Actor, version: Version) -> bool:
    """The coordinator, while it is a draft."""
    return version.status == Status.DRAFT and may_coordinate(actor, version.partnership)


def functions_to_sign(actor: Actor, version: Version) -> list[str]:
    """Return the functions for which the actor, as lead of a member, may still sign a version that is open."""
    if not actor.is_lead or version.status != Status.OPEN:
        return []
    mine = Signatory.objects.awaited().of_agency(actor).filter(version=version)
    return list(mine.order_by("pk").values_list("function", flat=True))


def accession(actor: Actor, version: Version) -> Membership | None:
    """Return the membership for which the actor, its lead, may join what is in force without having signed it."""
    if not actor.is_lead or version.status not in STANDING:
        return None
    membership = own_membership(actor, version.partnership)
    if membership is None:
        return None
    signed = Signature.objects.filter(version=signed_version(version), membership=membership).counting()
    return None if signed.exists() else membership


def may_sign(actor: Actor, version: Version) -> bool:
    """Whether there is a function to sign for, or an accession to make."""
    return bool(functions_to_sign(actor, version)) or accession(actor, version) is not None


def may_bring_into_force(actor: Actor, version: Version) -> bool:
    """The coordinator, once all have signed; what changes nothing that was signed, from consultation on."""
    if not may_coordinate(actor, version.partnership):
        return False
    if version.status == Status.CONSULTATION:
        return not version.is_material
    return version.status == Status.OPEN and not Signatory.objects.awaited().filter(version=version).exists()


def may_remark(actor: Actor, version: Version) -> bool:
    """Staff and leads of active members, while it is in consultation."""
    return (
        version.status == Status.CONSULTATION
        and actor.may_write
        and own_membership(actor, version.partnership) is not None
    )


def signed_version(version: Version) -> Version:
    """Return the version whose signatures hold for this one: itself, or the last material one that was in force."""
    if version.is_material:
        return version
    return (
        Version.objects.filter(
            agreement=version.agreement_id, is_material=True, number__lt=version.number, in_force_on__isnull=False
        )
        .order_by("-number")
        .get()
    )
