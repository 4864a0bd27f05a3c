"""Usual headings, so that a coordinator does not begin with an empty page. Every sentence is there to be replaced."""

from partnership.agreements.models import ClauseKind, Kind

# what stands where somebody has still to write; nothing with it is opened for signature
GAP = "…"
Skeleton = tuple[tuple[ClauseKind, str, str], ...]

PURPOSE = (ClauseKind.PURPOSE, "Purpose", "The members work together in order to …, in the area of …")
MEMBERS = (ClauseKind.DEFINITION, "Members and words", "Members are those who signed. In this agreement … means …")
DUTIES = (ClauseKind.DUTY, "What each member does", "Each member does …, so that everybody can see it by …")
SHARING = (
    ClauseKind.SHARING,
    "What may be shared, and on what ground",
    "Member … may give … to …, for the purpose of …, on the ground of …. It is not passed on without leave.",
)
MEETINGS = (
    ClauseKind.GOVERNANCE,
    "Meetings and decisions",
    "The members meet every …. … is in the chair. A decision needs …. Who cannot come sends a deputy with a mandate.",
)
DISPUTES = (
    ClauseKind.GOVERNANCE,
    "When members disagree",
    "What people cannot settle within … working days goes to their leads, and then to ….",
)
LEAVING = (
    ClauseKind.WITHDRAWAL,
    "Leaving",
    "A member leaves with notice of …. Before it goes, its open commitments are handed over.",
)
DURATION = (ClauseKind.DURATION, "Beginning, review and end", "It is in force once all have signed, and is reviewed …")
STRANDS = (ClauseKind.PURPOSE, "Strands", "The strategy has these strands: …. Each has a member that leads it.")
MEASURES = (ClauseKind.DUTY, "Measures and who takes them", "Within this strand … takes …, and … helps by ….")

SKELETONS: dict[str, Skeleton] = {
    Kind.COVENANT: (PURPOSE, MEMBERS, DUTIES, SHARING, MEETINGS, DISPUTES, LEAVING, DURATION),
    Kind.TERMS: (PURPOSE, MEMBERS, MEETINGS, DISPUTES, DURATION),
    Kind.SHARING: (PURPOSE, MEMBERS, SHARING, DISPUTES, LEAVING, DURATION),
    Kind.STRATEGY: (PURPOSE, STRANDS, MEASURES, MEETINGS, DURATION),
    Kind.STRAND_PLAN: (PURPOSE, MEASURES, DURATION),
}
