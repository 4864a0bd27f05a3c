"""What is filled in about a calendar feed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.ui.forms import HintedRadios
from partnership.feeds.models import Scope


class FeedForm(forms.Form):
    scope = forms.ChoiceField(
        label=_("What it shows"),
        choices=[(Scope.MINE, _("What is mine to do")), (Scope.OURS, _("All of my agency"))],
        initial=Scope.MINE,
        widget=HintedRadios(
            hints={
                Scope.MINE: _("What you are the person to do, and meetings that you are called to."),
                Scope.OURS: _("What your agency promised or contributes to, and all meetings of its partnerships."),
            }
        ),
    )
