"""Memberships in the terms of the W3C Organization Ontology (https://www.w3.org/TR/vocab-org/)."""

from collections.abc import Mapping
from typing import Any

from partnership.membership.models import MembershipRole

VOCABULARIES = {
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def membership(data: Mapping[str, Any], base: str) -> dict[str, Any]:
    """An agency is a member of a partnership, which is itself an organisation."""
    return {
        "@id": f"{base}/memberships/{data['id']}",
        "@type": "org:Membership",
        "org:member": _reference(data["agency"], "org:FormalOrganization", f"{base}/agencies"),
        "org:organization": _reference(data["partnership"], "org:OrganizationalCollaboration", f"{base}/partnerships"),
        "org:role": {
            "@type": "org:Role",
            "skos:notation": data["role"],
            "skos:prefLabel": str(MembershipRole(data["role"]).label),
        },
        **_during(data),
        "dcterms:modified": _typed(data["updated_at"], "dateTime"),
        **{name: data[name] for name in ("status", "level", "sector", "representatives")},
    }


def partnership(data: Mapping[str, Any], base: str) -> dict[str, Any]:
    return {
        "@id": f"{base}/partnerships/{data['id']}",
        "@type": "org:OrganizationalCollaboration",
        "skos:prefLabel": data["name"],
        "org:identifier": data["slug"],
        "org:purpose": data["purpose"],
        "dcterms:modified": _typed(data["updated_at"], "dateTime"),
        "coordinator": _reference(data["coordinator"], "org:FormalOrganization", f"{base}/agencies"),
        **{name: data[name] for name in ("city", "status", "review_date")},
    }


def agency(data: Mapping[str, Any], base: str) -> dict[str, Any]:
    return {
        "@id": f"{base}/agencies/{data['id']}",
        "@type": "org:FormalOrganization",
        "skos:prefLabel": data["name"],
        "org:identifier": data["code"],
        "org:classification": {"@type": "skos:Concept", "skos:notation": data["kind"]},
        "dcterms:modified": _typed(data["updated_at"], "dateTime"),
        **{name: data[name] for name in ("city", "sector", "level", "country")},
    }


def _reference(data: Mapping[str, Any], kind: str, base: str) -> dict[str, str]:
    return {"@id": f"{base}/{data['id']}", "@type": kind, "skos:prefLabel": data["name"]}


def _during(data: Mapping[str, Any]) -> dict[str, Any]:
    ends = {"time:hasBeginning": data["joined_on"], "time:hasEnd": data["left_on"]}
    known = {end: {"@type": "time:Instant", "time:inXSDDate": _typed(day, "date")} for end, day in ends.items() if day}
    return {"org:memberDuring": {"@type": "time:Interval", **known}} if known else {}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}
