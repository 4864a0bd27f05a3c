"""Everything that changes a commitment. Each change is recorded with who, when and why."""

from partnership.commitments.services.dates import agree_to_date, ask_for_date, keep_date, replan_commitment
from partnership.commitments.services.evidence import add_evidence, remove_evidence
from partnership.commitments.services.handing_over import hand_over
from partnership.commitments.services.needs import add_need, remove_need
from partnership.commitments.services.planning import (
    propose_commitment,
    revise_commitment,
    stop_repeating,
)
from partnership.commitments.services.steps import (
    accept_commitment,
    block_commitment,
    claim_done,
    decline_commitment,
    drop_commitment,
    send_back,
    start_commitment,
    unblock_commitment,
    verify_commitment,
)

__all__ = [
    "accept_commitment",
    "add_evidence",
    "add_need",
    "agree_to_date",
    "ask_for_date",
    "block_commitment",
    "claim_done",
    "decline_commitment",
    "drop_commitment",
    "hand_over",
    "keep_date",
    "propose_commitment",
    "remove_evidence",
    "remove_need",
    "replan_commitment",
    "revise_commitment",
    "send_back",
    "start_commitment",
    "stop_repeating",
    "unblock_commitment",
    "verify_commitment",
]
