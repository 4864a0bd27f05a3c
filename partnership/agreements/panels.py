"""What stands on a version's page beside its text. Rooms register what they show there."""

from partnership.agreements.models import Version
from partnership.membership.panels import Board

version_board: Board[Version] = Board()
