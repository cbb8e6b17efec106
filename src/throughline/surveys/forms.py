"""The forms of surveys. What is right is decided by the actions; the forms read texts and carry messages."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Initiative
from throughline.series.values import LONGEST_NAME
from throughline.site.numbers import whole_number
from throughline.surveys.actions import LONGEST_QUESTION, LONGEST_TITLE, LONGEST_WHY
from throughline.surveys.models import Survey

NUMBER = {"inputmode": "numeric", "autocomplete": "off"}
FIRST = {"kind": Survey.Kind.NPS.value, "why": "Why?"}


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class NewForm(_Refusing):
    """What is asked, and what it is about."""

    title = forms.CharField(max_length=LONGEST_TITLE, label="What it is about")
    kind = forms.ChoiceField(choices=Survey.Kind.choices, widget=forms.RadioSelect, label="How people answer")
    question = forms.CharField(max_length=LONGEST_QUESTION, label="The question")
    why = forms.CharField(max_length=LONGEST_WHY, required=False, label="The open question after it")
    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label="Name of its series",
        widget=forms.TextInput({"class": "expression", "spellcheck": "false", "autocapitalize": "off"}),
    )
    cycle = forms.ModelChoiceField(queryset=Cycle.objects.none(), required=False, empty_label="None")
    initiative = forms.ModelChoiceField(
        queryset=Initiative.objects.none(), required=False, empty_label="None", label="Initiative"
    )

    def __init__(self, *args: Any, cycles: Any, initiatives: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for name, rows in (("cycle", cycles), ("initiative", initiatives)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class OpenForm(_Refusing):
    """How many are asked, and by which links."""

    asked = forms.CharField(
        max_length=9, required=False, label="How many people are asked", widget=forms.TextInput(NUMBER)
    )
    shared = forms.BooleanField(required=False, initial=True, label="One link for everybody")
    personal = forms.CharField(
        max_length=5, required=False, label="Personal links", widget=forms.TextInput(NUMBER)
    )
    as_file = forms.BooleanField(required=False, label="Give me the personal links as a CSV file")

    def clean_asked(self) -> int | None:
        return _whole(self.cleaned_data["asked"])

    def clean_personal(self) -> int:
        return _whole(self.cleaned_data["personal"]) or 0


class AnswerForm(_Refusing):
    """What a stranger answers: one number, and a line if she likes."""

    score = forms.TypedChoiceField(
        coerce=int, widget=forms.RadioSelect, error_messages={"required": "Choose one of the numbers."}
    )
    why = forms.CharField(required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, low: int, high: int, most: int, **given: Any) -> None:
        super().__init__(*args, **given)
        score = self.fields["score"]
        assert isinstance(score, forms.ChoiceField)
        score.choices = [(each, str(each)) for each in range(low, high + 1)]
        self.fields["why"].widget.attrs["maxlength"] = most


def _whole(text: str) -> int | None:
    found = text.strip()
    if not found:
        return None
    number = whole_number(found)
    if number is None:
        raise forms.ValidationError(f"Expected a whole number such as 12, found '{found}'.")
    return number
