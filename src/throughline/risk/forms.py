"""The forms of a scenario. What is right is decided in `fields`; forms carry texts and messages."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.risk.models import Scenario

PEOPLE = forms.TextInput({"list": "people", "autocomplete": "off"})
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PlacedForm(forms.Form):
    """A form whose refusals stand beside the field that they name."""

    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside its field."""
        place = refused.place or ""
        self.add_error(place if place in self.fields else None, refused.message)


class ScenarioForm(PlacedForm):
    """What may happen, who says whether it did, and when."""

    statement = forms.CharField(
        max_length=300, required=False, label="What may happen", widget=forms.Textarea({"rows": 2})
    )
    criteria = forms.CharField(
        max_length=5000, required=False, label="How the judge will tell", widget=forms.Textarea({"rows": 4})
    )
    judge = forms.CharField(max_length=120, required=False, widget=PEOPLE)
    owner = forms.CharField(max_length=120, required=False, widget=PEOPLE)
    period = forms.ChoiceField(choices=Scenario.Period.choices, label="Within")
    start = forms.CharField(max_length=10, required=False, widget=DAY, label="From")
    tags = forms.CharField(max_length=600, required=False)
    steps = forms.CharField(max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, scenario: Scenario | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if scenario is not None:
            self.initial = {**_said(scenario), **self.initial}


def _said(scenario: Scenario) -> dict[str, Any]:
    """The fields of a scenario as the form writes them."""
    return {
        "statement": scenario.statement,
        "criteria": scenario.criteria,
        "judge": scenario.judge_name,
        "owner": scenario.owner_name,
        "period": scenario.period,
        "start": f"{scenario.start:%Y-%m-%d}",
        "tags": ", ".join(scenario.tags),
        "steps": "\n".join(scenario.steps),
    }
