"""What stands on an input's page beside its own facts. Rooms register what they made of it."""

from partnership.engagement.models import Input
from partnership.membership.panels import Board

input_board: Board[Input] = Board()
