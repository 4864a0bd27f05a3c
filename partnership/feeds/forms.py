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
                Scope.MINE: _("Where you are the person who does it."),
                Scope.OURS: _("What your agency promised, or contributes to."),
            }
        ),
    )
