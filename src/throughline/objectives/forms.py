"""The form of a key result. What is right is decided in `drafts`; the form carries texts and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms

from throughline.engine.calendar import quarter_of
from throughline.objectives import kinds
from throughline.objectives.models import Version
from throughline.objectives.terms import Terms, Undecidable, fitting_window

LINES = forms.Textarea({"rows": 2})
SCALES = (("probability", "Probability"), ("log_odds", "Log-odds: small chances count as much as large"))
CODE = {"class": "expression", "spellcheck": "false", "autocapitalize": "off"}


class KeyResultForm(forms.Form):
    """The fields of Terms, as a person writes them: those of its kind, and those of all kinds."""

    use_required_attribute = False

    kind = forms.ChoiceField(choices=Version.Kind.choices)
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
    phases = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea({"rows": 2}), label="Targets on the way"
    )
    scale = forms.ChoiceField(choices=SCALES, required=False)
    bound_low = forms.CharField(max_length=40, required=False, label="At least")
    bound_high = forms.CharField(max_length=40, required=False, label="At most")
    allowed_outside = forms.CharField(
        max_length=6,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal"}),
        label="Days allowed outside",
    )
    steps = forms.CharField(
        max_length=10_000, widget=forms.Textarea({"rows": 4, "placeholder": "40: The pilot runs"})
    )
    acceptance = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 3}), label="The event and its test"
    )
    start = forms.CharField(widget=forms.DateInput({"type": "date"}), label="Start")
    due = forms.CharField(widget=forms.DateInput({"type": "date"}), label="Due")
    owner = forms.CharField(max_length=120, widget=forms.TextInput({"list": "people"}))
    judge = forms.CharField(max_length=120, required=False)
    title = forms.CharField(max_length=240, required=False)
    objective = forms.CharField(max_length=240, required=False)
    commitment = forms.ChoiceField(choices=Version.Commitment.choices, required=False)
    weight = forms.CharField(max_length=10, required=False, widget=forms.TextInput({"inputmode": "decimal"}))
    why = forms.CharField(
        max_length=2000, required=False, widget=LINES, label="Why this serves the objective"
    )
    why_target = forms.CharField(max_length=2000, required=False, widget=LINES, label="Why this target")
    how_measured = forms.CharField(max_length=2000, required=False, widget=LINES, label="How it is measured")
    cadence_days = forms.CharField(
        max_length=3,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric"}),
        label="Cadence in days",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        said = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        # A form that does not say its kind is one from before there were kinds.
        self.of_kind = said if said in Version.Kind.values else str(Version.Kind.MOVE)
        self.fields["kind"].required = not self.is_bound or "kind" in self.data
        for name in kinds.DECIDING:
            if not kinds.has(self.of_kind, name):
                del self.fields[name]
        if self.of_kind != Version.Kind.BINARY:
            del self.fields["acceptance"]

    def clean(self) -> dict[str, Any]:
        """The texts with one kind of line end, whatever the browser sends."""
        cleaned = super().clean() or {}
        texts = {
            name: value.replace("\r\n", "\n") for name, value in cleaned.items() if isinstance(value, str)
        }
        return {**cleaned, **texts}

    def refuse(self, refused: Undecidable) -> None:
        """Put a refusal beside its field."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.message)


class ChangeForm(KeyResultForm):
    """The same fields, with the reason that a new version carries."""

    reason = forms.ChoiceField(
        choices=[("", "Choose one"), *[(each.value, each.value.capitalize()) for each in Version.Reason][1:]],
        label="Why it changes",
    )
    text = forms.CharField(max_length=500, label="In your own words")
    # The version that the person saw: a change made from an older one would undo the newer.
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "This form is not whole: open the key result again."},
    )


def first_values(asked: Mapping[str, str], *, owner: str, now: datetime) -> dict[str, str]:
    """What a new form starts with: what the address says, the running quarter, a measured baseline."""
    quarter = quarter_of(now)
    usual = {
        "kind": str(Version.Kind.MOVE),
        "window": fitting_window(asked["metric"]) if asked.get("metric") else "",
        "baseline": "measured",
        "weight": "1",
        "allowed_outside": "0",
        "start": f"{quarter.start:%Y-%m-%d}",
        "due": f"{quarter.end - timedelta(days=1):%Y-%m-%d}",
        "owner": owner,
    }
    return usual | {name: asked[name] for name in KeyResultForm.base_fields if asked.get(name)}


def values_of(terms: Terms, *, due: str) -> dict[str, str]:
    """The terms as the change form shows them."""
    names: Iterable[str] = (name for name in KeyResultForm.base_fields if name not in ("start", "due"))
    shown: dict[str, Any] = {name: str(getattr(terms, name)) for name in names}
    shown |= {
        "phases": "\n".join(f"{each.due}: {each.target}" for each in terms.phases),
        "steps": "\n".join(f"{each.weight:g}: {each.title}" for each in terms.steps),
        "weight": f"{terms.weight:g}",
        "allowed_outside": f"{terms.allowed_outside:g}",
    }
    return shown | {"start": f"{terms.start:%Y-%m-%d}", "due": due[:10]}
