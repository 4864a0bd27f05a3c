"""Answers as the API's description shows them."""

MEMBERSHIP = {
    "id": "019a1f6e-7c1b-7d54-9d0e-6f5f0b7c2a11",
    "partnership": {
        "id": "019a1f6e-7bf0-7c55-8a41-1d6a3f0a9e02",
        "slug": "rotterdam-port",
        "name": "Port of Rotterdam against undermining",
    },
    "agency": {"id": "019a1f6e-7a90-7e10-b0c3-52f6b2d0c4d7", "code": "police", "name": "Police Rotterdam"},
    "role": "core",
    "status": "active",
    "level": "regional",
    "sector": "public",
    "joined_on": "2026-01-12",
    "left_on": None,
    "representatives": [
        {
            "id": "019a1f6e-7b3c-7f70-9c52-0e8d5a1b3c4d",
            "name": "A. Jansen",
            "function": "District chief",
            "part": "representative",
            "mandate": "Signs for the district",
        }
    ],
    "updated_at": "2026-01-12T09:30:00.123456Z",
}
MEMBERSHIPS = {"results": [MEMBERSHIP], "next": None, "token": "4711:kq3…"}
