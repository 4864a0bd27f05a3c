"""Pages of competences."""

from partnership.competences.web import (
    acknowledgement,
    acting,
    barriers,
    catalogue,
    graph,
    importing,
    matrix,
    members,
    register,
    rights,
)

__all__ = [
    "acknowledgement",
    "acting",
    "barriers",
    "catalogue",
    "graph",
    "importing",
    "matrix",
    "members",
    "register",
    "rights",
]
