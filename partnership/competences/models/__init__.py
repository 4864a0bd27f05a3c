"""What members can do: the catalogue, the register of a partnership, its barrier model, and what each acknowledges."""

from partnership.competences.models.acknowledgement import Acknowledgement, Statement
from partnership.competences.models.barriers import Barrier, Process, Serving, Step
from partnership.competences.models.catalogue import Entry, EntryCheck
from partnership.competences.models.register import (
    CHANGES,
    Change,
    ChangeKind,
    ChangeStatus,
    Competence,
    Extent,
    Holding,
    Need,
    Remark,
    RemarkReader,
)
from partnership.competences.models.rights import DecisionRight, Interest, Right, Subject

__all__ = [
    "CHANGES",
    "Acknowledgement",
    "Barrier",
    "Change",
    "ChangeKind",
    "ChangeStatus",
    "Competence",
    "DecisionRight",
    "Entry",
    "EntryCheck",
    "Extent",
    "Holding",
    "Interest",
    "Need",
    "Process",
    "Remark",
    "RemarkReader",
    "Right",
    "Serving",
    "Statement",
    "Step",
    "Subject",
]
