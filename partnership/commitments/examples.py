"""Answers as the API's description shows them."""

COMMITMENT = {
    "id": "019a1f6e-8d10-7f02-a3c4-5e6f70819203",
    "partnership": {
        "id": "019a1f6e-7bf0-7c55-8a41-1d6a3f0a9e02",
        "slug": "rotterdam-port",
        "name": "Port of Rotterdam against undermining",
    },
    "agency": {"id": "019a1f6e-7a90-7e10-b0c3-52f6b2d0c4d7", "code": "customs", "name": "Customs Rotterdam"},
    "person": {
        "id": "019a1f6e-7b3c-7f70-9c52-0e8d5a1b3c4d",
        "name": "Liaison officer",
        "function": "Liaison officer, scan team",
    },
    "contributors": [
        {"id": "019a1f6e-7a90-7e10-b0c3-52f6b2d0c4d8", "code": "police", "name": "Police Rotterdam"},
    ],
    "promise": "Customs will report the scan results of the Waalhaven lane of the past month.",
    "done_when": "A note with scans made and follow-up inspections is shared with the members that need it.",
    "due_on": "2026-12-12",
    "date_asked": None,
    "times_replanned": 0,
    "status": "in_progress",
    "blocked": None,
    "reason": "",
    "evidence": "",
    "evidence_items": [
        {
            "id": "019a1f6e-8d20-7f02-a3c4-5e6f70819203",
            "kind": "file",
            "title": "Scans of the lane, first half of the month",
            "link": "",
            "file": {
                "name": "scans.pdf",
                "kind": "pdf",
                "size": 148213,
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            },
            "agency": {"id": "019a1f6e-7a90-7e10-b0c3-52f6b2d0c4d7", "code": "customs", "name": "Customs Rotterdam"},
            "added_at": "2026-11-21T10:00:00.123456Z",
        }
    ],
    "verified_by": None,
    "approaches": ["AD"],
    "responsibility": "019a1f6e-8c00-7a11-8b22-3c33d44e5566",
    "clause": None,
    "input": None,
    "competence": None,
    "repeats": "FREQ=MONTHLY;BYMONTHDAY=12",
    "series": "019a1f6e-8d11-7f02-a3c4-5e6f70819203",
    "needs": [],
    "created_at": "2026-11-20T09:30:00.123456Z",
    "updated_at": "2026-11-21T10:00:00.123456Z",
}
