"""The forms of a series. What is right is decided in `values`; the forms carry texts and messages."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused

BETTER = (("", "Neither"), ("lower", "Lower"), ("higher", "Higher"))


class _Placed(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside its field."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class AboutForm(_Placed):
    """What a series is."""

    title = forms.CharField(max_length=240, required=False)
    unit = forms.CharField(max_length=20, widget=forms.TextInput({"list": "units"}))
    better = forms.ChoiceField(choices=BETTER, required=False, label="Better is")
    cadence_days = forms.CharField(
        max_length=3, widget=forms.TextInput({"inputmode": "numeric"}), label="Cadence in days"
    )
    description = forms.CharField(max_length=2000, required=False, widget=forms.Textarea({"rows": 2}))


class DefineForm(AboutForm):
    """A series that is still to be made."""

    name = forms.CharField(
        max_length=80,
        widget=forms.TextInput({"class": "expression", "spellcheck": "false", "autocapitalize": "off"}),
    )
    field_order: Any = ["name", "title", "unit", "better", "cadence_days", "description"]


class EnterForm(_Placed):
    """One value by hand."""

    at = forms.CharField(widget=forms.DateInput({"type": "date"}), label="Day")
    value = forms.CharField(max_length=40, widget=forms.TextInput({"inputmode": "decimal"}))
    note = forms.CharField(max_length=500, required=False)
