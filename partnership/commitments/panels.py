"""What stands on a commitment's page beside its own facts. Rooms register what they show there."""

from partnership.commitments.models import Commitment
from partnership.membership.panels import Board

commitment_board: Board[Commitment] = Board()
# what shows that it is kept, beside its own links and files
evidence_board: Board[Commitment] = Board()
