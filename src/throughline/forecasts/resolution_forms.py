"""The form of what came of a scenario."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.forecasts.models import Resolution
from throughline.forecasts.resolving import loss_of
from throughline.risk.amounts import written


class ResolutionForm(forms.Form):
    """The outcome, its day and loss where it happened, the evidence, and of a correction the reason.

    A correction starts with what it corrects.
    """

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
    loss = forms.CharField(
        label="What it cost",
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
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
        error_messages={"required": "Say why what was said before is not so."},
        widget=forms.TextInput({"maxlength": 500}),
    )

    def __init__(self, *args: Any, corrects: Resolution | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if corrects is not None:
            self.fields["reason"].required = True
            self.initial = {**_said(corrects), **self.initial}

    def clean_loss(self) -> float | None:
        """The amount, read as every other amount is."""
        try:
            return loss_of(self.cleaned_data["loss"], place="loss")
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


def _said(resolution: Resolution) -> dict[str, Any]:
    """What was said, as the fields take it; why the next is another stays to be said."""
    return {
        "outcome": resolution.outcome,
        "on": resolution.on,
        "loss": written(resolution.loss),
        "evidence": resolution.evidence,
    }
