"""Answers as the API's description shows them."""

from partnership.membership.examples import MEMBERSHIP

NOTE = {
    "id": "019a1f70-11aa-7b30-8d2e-7c9b1e0f4a55",
    "partnership": MEMBERSHIP["partnership"],
    "agency": MEMBERSHIP["agency"],
    "author": {"name": "A. Jansen"},
    "title": "Empty containers opened at night",
    "body": "Seals of **three** containers were broken between 02:00 and 04:00.",
    "category": "place",
    "purpose": "Watching the port together",
    "legal_basis": "GDPR art. 6(1)(e), public task",
    "personal_data": [],
    "competence": None,
    "agreement": None,
    "handling": ["no_onward"],
    "destroy_by": None,
    "grading": "4x4",
    "source_grade": "B",
    "information_grade": "2",
    "tlp": "AMBER",
    "audience": {
        "kind": "agencies",
        "agencies": ["019a1f6e-7a93-7a41-8a37-1b6d0f2c9e88"],
        "circles": [],
        "people": [],
        "partnership": False,
    },
    "recipients_know_each_other": True,
    "share_from": None,
    "share_until": "2026-04-30",
    "may_pass_on": False,
    "review_on": "2026-06-01",
    "status": "live",
    "files": [
        {
            "id": "019a1f70-2b1c-7d10-9a3e-5f0c4d7e8a91",
            "name": "seals.pdf",
            "kind": "pdf",
            "size": 48213,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "state": "clean",
            "url": "/api/v1/notes/019a1f70-11aa-7b30-8d2e-7c9b1e0f4a55/files/019a1f70-2b1c-7d10-9a3e-5f0c4d7e8a91",
        }
    ],
    "version": 1,
    "created_at": "2026-03-02T08:15:00.000000Z",
    "updated_at": "2026-03-02T08:15:00.000000Z",
}

EXPLANATION = {
    "visible": False,
    "reasons": [
        "A. Jansen of Police shared it with this agency on 2 March 2026.",
        "It was suspended on 1 April 2026: its people see nothing of the partnership meanwhile. "
        "The coordinator, Municipality, can end the suspension.",
    ],
}
