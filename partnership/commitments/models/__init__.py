"""Tables of commitments: the promise, what belongs to it, and what shows that it is kept."""

from partnership.commitments.models.commitments import OPEN, TO_PLAN, TRANSITIONS, UNDER_WAY, Commitment, Status
from partnership.commitments.models.evidence import Evidence, EvidenceKind
from partnership.commitments.models.links import CommitmentChange, Contribution, Dependency, What

__all__ = [
    "OPEN",
    "TO_PLAN",
    "TRANSITIONS",
    "UNDER_WAY",
    "Commitment",
    "CommitmentChange",
    "Contribution",
    "Dependency",
    "Evidence",
    "EvidenceKind",
    "Status",
    "What",
]
