"""Answers as the API's description shows them."""

from partnership.membership.examples import MEMBERSHIP

REQUEST = {
    "id": "019a1f71-20bc-7c12-9a44-5d1f6e7a8b90",
    "partnership": MEMBERSHIP["partnership"],
    "agency": MEMBERSHIP["agency"],
    "author": {"name": "A. Jansen"},
    "to": [
        {
            "agency": {"id": "019a1f6e-7a93-7a41-8a37-1b6d0f2c9e88", "code": "customs", "name": "Customs"},
            "status": "refused",
            "late": False,
            "answer": "",
            "note": None,
            "offer": "",
            "ground": "R7",
            "reason": "The harbour authority keeps this.",
            "decided_by": "B. de Vries",
            "decided_at": "2026-03-05T08:15:00.000000Z",
        }
    ],
    "title": "Passes that open the west gates at night",
    "question": "How many, and for which functions? No names.",
    "purpose": "Placing the night scan",
    "legal_basis": "GDPR art. 6(1)(e), public task",
    "category": "place",
    "competence": None,
    "tlp": "AMBER",
    "due_on": "2026-03-16",
    "asked_know_each_other": True,
    "state": "closed",
    "withdrawal_reason": "",
    "created_at": "2026-03-02T08:15:00.000000Z",
}
