"""On what ground a request for information is refused: few and fixed, so that two members mean the same by one word.

A member that refuses on R1 to R9 does what the law or care asks of it: these never count against anyone. R10 says that
it could, and did not get to it: that is a matter of performance.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ground(models.TextChoices):
    R1 = "R1", _("no legal basis")
    R2 = "R2", _("not necessary, or out of proportion")
    R3 = "R3", _("it would put an operation or an ongoing inquiry at risk")
    R4 = "R4", _("a source has to be protected")
    R5 = "R5", _("professional secrecy")
    R6 = "R6", _("the victim did not agree")
    R7 = "R7", _("we do not hold this information")
    R8 = "R8", _("what we hold is not good enough to rely on")
    R9 = "R9", _("we cannot rely on how it would be handled")
    R10 = "R10", _("no capacity now")


MEANING = {
    Ground.R1: _("No law or agreement lets us give this, for this purpose, to you."),
    Ground.R2: _("Less would do, or the purpose does not weigh up to what it means for people."),
    Ground.R3: _("Also that there is an inquiry is not said."),
    Ground.R4: _("Giving it would point to who told us."),
    Ground.R5: _("A doctor, lawyer, tax officer or the like may not speak of it."),
    Ground.R6: _("The organisation that helps the victim decides together with them."),
    Ground.R7: _("Say in the reason who may hold it, if you know."),
    Ground.R8: _("Out of date, unconfirmed, or incomplete."),
    Ground.R9: _("Say in the reason what would have to be in place first."),
    Ground.R10: _("The one ground that counts as performance. Say by when you could."),
}

PERFORMANCE = (Ground.R10,)
