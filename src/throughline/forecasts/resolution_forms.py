"""The form of what came of a scenario."""

from __future__ import annotations

from django import forms

from throughline.engine.refusals import Refused
from throughline.forecasts.models import Resolution


class ResolutionForm(forms.Form):
    """The outcome, its day and loss where it happened, the evidence, and of a correction the reason."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[("", "Choose one"), *Resolution.Outcome.choices],
        error_messages={"required": "Say what came of it."},
    )
    on = forms.DateField(
        label="The day it happened",
        required=False,
        error_messages={"invalid": "Expected a day such as 2027-02-14."},
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    loss = forms.FloatField(
        label="What it cost",
        required=False,
        min_value=0,
        error_messages={"invalid": "Expected an amount in figures, such as 250000."},
        widget=forms.NumberInput({"inputmode": "decimal", "step": "any"}),
    )
    evidence = forms.CharField(
        label="By what anybody can see it",
        max_length=1000,
        error_messages={"required": "Say by what anybody can see it, in words or by a link."},
        widget=forms.Textarea({"rows": 3}),
    )
    reason = forms.CharField(
        label="Why what was said before is not so",
        required=False,
        max_length=500,
        widget=forms.TextInput({"maxlength": 500}),
    )

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)
