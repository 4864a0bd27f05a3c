"""Pages of competences."""

from partnership.competences.web import acknowledgement, acting, barriers, graph, matrix, members, register, rights

__all__ = ["acknowledgement", "acting", "barriers", "graph", "matrix", "members", "register", "rights"]
