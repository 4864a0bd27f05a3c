"""Pages of competences."""

from partnership.competences.web import acknowledgement, acting, members, register, rights

__all__ = ["acknowledgement", "acting", "members", "register", "rights"]
