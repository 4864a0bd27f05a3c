"""What people fill in about the barrier model, and what the matrix shows of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.ui.forms import HintedCheckboxes
from partnership.approaches import Approach
from partnership.competences.coverage import Matrix
from partnership.competences.models import Barrier, Competence, Process, Step
from partnership.membership.models import Partnership


class MatrixFilter(forms.Form):
    show_optional = False

    process = forms.ChoiceField(label=_("Process"), required=False)
    approach = forms.ChoiceField(
        label=_("Approach"), required=False, choices=[("", _("Every approach")), *Approach.choices]
    )
    members = forms.ChoiceField(
        label=_("Members"), required=False, choices=[("", _("All members")), ("acting", _("Only those that can act"))]
    )

    def __init__(self, *args: Any, processes: Sequence[Process], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._processes = {str(one.public_id): one for one in processes}
        choices = [("", _("All processes")), *((key, one.name) for key, one in self._processes.items())]
        self.fields["process"].choices = choices  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> str:
        """Return what was chosen; nonsense chooses nothing."""
        return self.cleaned_data.get(name) or ""

    def apply(self, matrix: Matrix) -> Matrix:
        """Narrow a matrix to the process and the members that were chosen."""
        if process := self._processes.get(self.chosen("process")):
            matrix = matrix.of_process(process)
        return matrix.of_those_who_act() if self.chosen("members") == "acting" else matrix


class ProcessForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the process"), max_length=200, help_text=_("Such as “Cocaine through the port”.")
    )
    phenomenon = forms.CharField(
        label=_("Phenomenon"),
        max_length=200,
        help_text=_("What your local profile calls it, such as “drug trafficking”."),
    )
    summary = forms.CharField(
        label=_("Summary"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @staticmethod
    def initial_of(process: Process) -> dict[str, Any]:
        return {"name": process.name, "phenomenon": process.phenomenon, "summary": process.summary}


class StepForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the step"), max_length=200, help_text=_("What the crime cannot do without, such as “Arrival”.")
    )
    description = forms.CharField(
        label=_("What happens"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    @staticmethod
    def initial_of(step: Step) -> dict[str, Any]:
        return {"name": step.name, "description": step.description}


class CompetencesChoice(forms.ModelMultipleChoiceField):
    """Several competences, each told with what it is used for."""

    def label_from_instance(self, obj: Competence) -> str:
        return obj.name


class BarrierForm(forms.Form):
    name = forms.CharField(
        label=_("Barrier"), max_length=200, help_text=_("What is put in the way, such as “Scan containers at risk”.")
    )
    description = forms.CharField(
        label=_("How it works"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    competences = CompetencesChoice(
        Competence.objects.none(),
        label=_("Competences that serve it"),
        required=False,
        to_field_name="public_id",
        help_text=_("Tick each that can put it up. None ticked: the barrier has nobody, and the matrix says so."),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = partnership.competences.in_use().order_by("name", "pk")
        field: Any = self.fields["competences"]
        hints = {str(one.public_id): one.used_for for one in known if one.used_for}
        field.widget = HintedCheckboxes(attrs={"class": "ticklist"}, hints=hints)
        field.queryset = known

    @staticmethod
    def initial_of(barrier: Barrier) -> dict[str, Any]:
        return {
            "name": barrier.name,
            "description": barrier.description,
            "competences": list(
                Competence.objects.in_use().filter(barriers=barrier).values_list("public_id", flat=True)
            ),
        }
