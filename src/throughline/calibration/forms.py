"""The forms of one question: true or false with how sure, or a range of 90 %."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused

SURE = "From 50 (either is as likely) to 100 (certain)."
WORDS = [("true", "True"), ("false", "False")]
NO_NUMBER = "Expected a number in figures, such as 1200 or 3.5."


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class StatementForm(_Refusing):
    """Whether it is true, and how sure the person is of that."""

    says = forms.ChoiceField(
        label="It is",
        choices=WORDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose true or false; at 50 % it does not matter which."},
    )
    confidence = forms.FloatField(
        label="How sure are you, in %",
        min_value=50,
        max_value=100,
        error_messages={
            "required": f"Say how sure you are. {SURE}",
            "invalid": "Expected a percentage from 50 to 100.",
            # Django fills these two in, so that a percent sign is written twice.
            "min_value": "Below 50 %% you think the opposite: choose it, and say how sure you are of that.",
            "max_value": "Nobody is surer than 100 %%.",
        },
        widget=forms.NumberInput({"inputmode": "decimal", "step": 1}),
    )

    @property
    def probability(self) -> float:
        """The chance that the statement is true, as the person sees it."""
        sure = float(self.cleaned_data["confidence"]) / 100
        return sure if self.cleaned_data["says"] == "true" else 1 - sure


class RangeForm(_Refusing):
    """The two ends of a range."""

    low = forms.FloatField(
        label="Lower end",
        error_messages={"required": "Say the lower end.", "invalid": NO_NUMBER},
        widget=forms.NumberInput({"inputmode": "decimal", "step": "any"}),
    )
    high = forms.FloatField(
        label="Upper end",
        error_messages={"required": "Say the upper end.", "invalid": NO_NUMBER},
        widget=forms.NumberInput({"inputmode": "decimal", "step": "any"}),
    )

    @property
    def ends(self) -> dict[str, Any]:
        """Both ends as the action takes them."""
        return {"low": self.cleaned_data["low"], "high": self.cleaned_data["high"]}
