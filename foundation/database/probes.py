"""Questions about other rows that are asked of each row found, and never of all there are."""

from django.db.models import Exists


class Probe(Exists):
    """Whether there is such a row, looked up for each row that is left after all else; for one arm of an OR.

    There, PostgreSQL may rather gather every row that the subquery could give, and look each up in that: quicker in its
    estimate, and slower the more an agency has written. It never does with an offset, which changes no answer. The
    policies of wall two say it likewise. Not where the question stands alone: as an Exists it can become a join.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"
