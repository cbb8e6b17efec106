"""Forms of what is said of key results: checking in, looking back, and grading otherwise."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.reviews.models import PostMortem


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class CheckInForm(_Refusing):
    """How sure the owner is, in percent, and one line."""

    confidence = forms.FloatField(
        label="How likely is it to end at or past its target?",
        min_value=0,
        max_value=100,
        error_messages={
            "required": "Say it in percent: 50 if it could go either way.",
            "invalid": "Expected a percentage between 0 and 100.",
        },
        widget=forms.NumberInput({"inputmode": "decimal", "step": 5}),
    )
    line = forms.CharField(
        label="In one line", required=False, max_length=500, widget=forms.TextInput({"maxlength": 500})
    )

    def clean_confidence(self) -> float:
        """The percentage as a probability. 0.4 is refused: most who write it mean 40 %."""
        given = float(self.cleaned_data["confidence"])
        if 0 < given < 1:
            meant = f"{100 * given:g}"
            raise forms.ValidationError(f"{meant} or {given:g} %? Write {meant} for {meant} %.")
        return given / 100


class OverrideForm(_Refusing):
    """Another grade, and why."""

    grade = forms.FloatField(
        min_value=0,
        max_value=1,
        error_messages={
            "required": "A grade lies between 0 and 1.",
            "invalid": "A grade lies between 0 and 1.",
        },
        widget=forms.NumberInput({"inputmode": "decimal", "step": 0.05}),
    )
    reason = forms.CharField(
        label="Why the computed grade is not the right one",
        max_length=500,
        error_messages={"required": "Say why: both grades and the reason are shown from now on."},
    )


class DropForm(_Refusing):
    """Giving a key result up before its end."""

    reason = forms.CharField(
        label="Why it is given up",
        max_length=500,
        error_messages={"required": "Say why: the key result stays in the history with its reason."},
    )


class PostMortemForm(_Refusing):
    """What it taught."""

    worked = forms.CharField(
        label="What worked", required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    did_not = forms.CharField(
        label="What did not", required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    cause = forms.ChoiceField(choices=[("", "Choose one"), *PostMortem.Cause.choices], label="The main cause")
    lesson = forms.CharField(label="The lesson, in one line", required=False, max_length=500)
    next_step = forms.ChoiceField(
        choices=[("", "Choose one"), *PostMortem.NextStep.choices], label="What comes next"
    )


class ReviewForm(_Refusing):
    """What a monthly review decided."""

    month = forms.DateField(
        input_formats=["%Y-%m"],
        error_messages={"invalid": "Expected a month such as 2026-11.", "required": "Which month was it?"},
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
    )
    text = forms.CharField(
        label="What was decided",
        max_length=5000,
        error_messages={"required": "Write down what was decided, even if it is: nothing changes."},
        widget=forms.Textarea({"rows": 4}),
    )


def first_post_mortem(found: PostMortem | None) -> dict[str, Any]:
    """What the form starts with: what was written already."""
    names = PostMortemForm.base_fields
    return {name: getattr(found, name) for name in names} if found else {}
