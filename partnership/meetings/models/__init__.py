"""Meetings and their record. The record is frozen by the database once its meeting has ended (migration 0004)."""

from partnership.meetings.models.agenda import (
    ITEM_TRANSITIONS,
    REPRESENTED,
    AgendaItem,
    Announced,
    Attendance,
    ItemKind,
    ItemStatus,
    Presence,
)
from partnership.meetings.models.meetings import (
    AHEAD,
    ENDED,
    TRANSITIONS,
    CoreMember,
    Meeting,
    MeetingChange,
    QuorumRule,
    Series,
    SeriesCoreMember,
    Status,
)
from partnership.meetings.models.records import Decision, DecisionRule, Dissent, MeetingCommitment, Paper, PaperReading

__all__ = [
    "AHEAD",
    "ENDED",
    "ITEM_TRANSITIONS",
    "REPRESENTED",
    "TRANSITIONS",
    "AgendaItem",
    "Announced",
    "Attendance",
    "CoreMember",
    "Decision",
    "DecisionRule",
    "Dissent",
    "ItemKind",
    "ItemStatus",
    "Meeting",
    "MeetingChange",
    "MeetingCommitment",
    "Paper",
    "PaperReading",
    "Presence",
    "QuorumRule",
    "Series",
    "SeriesCoreMember",
    "Status",
]
