"""Everything that changes a meeting, its agenda and its record. Each change is recorded with who, when and why."""

from partnership.meetings.services.agenda import (
    add_paper,
    move_item,
    propose_item,
    read_paper,
    remove_paper,
    revise_item,
    withdraw_item,
)
from partnership.meetings.services.calling import (
    answer_call,
    call_meeting,
    call_the_missing,
    cancel_meeting,
    plan_meeting,
    revise_meeting,
)
from partnership.meetings.services.revising import foresee_revision, revise_series
from partnership.meetings.services.series import end_series, make_coming_meetings, start_series
from partnership.meetings.services.session import (
    Represented,
    close_meeting,
    commit_in_meeting,
    is_early,
    note_dissent,
    note_outcome,
    record_attendance,
    record_decision,
    reword_decision,
    start_meeting,
)

__all__ = [
    "Represented",
    "add_paper",
    "answer_call",
    "call_meeting",
    "call_the_missing",
    "cancel_meeting",
    "close_meeting",
    "commit_in_meeting",
    "end_series",
    "foresee_revision",
    "is_early",
    "make_coming_meetings",
    "move_item",
    "note_dissent",
    "note_outcome",
    "plan_meeting",
    "propose_item",
    "read_paper",
    "record_attendance",
    "record_decision",
    "remove_paper",
    "revise_item",
    "revise_meeting",
    "revise_series",
    "reword_decision",
    "start_meeting",
    "start_series",
    "withdraw_item",
]
