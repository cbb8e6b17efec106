"""The form of a key result. What is right is decided in `drafts`; the form carries texts and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms

from throughline.engine.calendar import quarter_of
from throughline.objectives.models import Version
from throughline.objectives.terms import Terms, Undecidable, fitting_window

CODE = {"class": "expression", "spellcheck": "false", "autocapitalize": "off"}


class KeyResultForm(forms.Form):
    """The fields of Terms, as a person writes them."""

    use_required_attribute = False

    metric = forms.CharField(
        max_length=2000, widget=forms.TextInput({**CODE, "list": "metrics", "autocomplete": "off"})
    )
    where = forms.CharField(max_length=2000, required=False, widget=forms.TextInput(CODE), label="Slice")
    at = forms.CharField(max_length=80, required=False, widget=forms.TextInput(CODE), label="Date")
    window = forms.CharField(
        max_length=20,
        required=False,
        widget=forms.TextInput({"list": "windows", "placeholder": "what fits the metric"}),
    )
    baseline = forms.CharField(max_length=40)
    target = forms.CharField(max_length=40)
    start = forms.CharField(widget=forms.DateInput({"type": "date"}), label="Start")
    due = forms.CharField(widget=forms.DateInput({"type": "date"}), label="Due")
    owner = forms.CharField(max_length=120, widget=forms.TextInput({"list": "people"}))
    title = forms.CharField(max_length=240, required=False)
    objective = forms.CharField(max_length=240, required=False)
    cadence_days = forms.CharField(
        max_length=3,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric"}),
        label="Cadence in days",
    )

    def refuse(self, refused: Undecidable) -> None:
        """Put a refusal beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.message)


class ChangeForm(KeyResultForm):
    """The same fields, with the reason that a new version carries."""

    reason = forms.ChoiceField(
        choices=[("", "Choose one"), *[(each.value, each.value.capitalize()) for each in Version.Reason][1:]],
        label="Why it changes",
    )
    text = forms.CharField(max_length=500, required=False, label="In your own words")
    # The version that the person saw: a change made from an older one would undo the newer.
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "This form is not whole: open the key result again."},
    )


def first_values(asked: Mapping[str, str], *, owner: str, now: datetime) -> dict[str, str]:
    """What a new form starts with: what the address says, the running quarter, a measured baseline."""
    quarter = quarter_of(now)
    usual = {
        "window": fitting_window(asked["metric"]) if asked.get("metric") else "",
        "baseline": "measured",
        "start": f"{quarter.start:%Y-%m-%d}",
        "due": f"{quarter.end - timedelta(days=1):%Y-%m-%d}",
        "owner": owner,
    }
    return usual | {name: asked[name] for name in KeyResultForm.base_fields if asked.get(name)}


def values_of(terms: Terms, *, due: str) -> dict[str, str]:
    """The terms as the change form shows them."""
    names: Iterable[str] = (name for name in KeyResultForm.base_fields if name not in ("start", "due"))
    shown: dict[str, Any] = {name: str(getattr(terms, name)) for name in names}
    return shown | {"start": f"{terms.start:%Y-%m-%d}", "due": due[:10]}
