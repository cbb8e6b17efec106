"""The form of a sketch: the fields of a key result, none of them required yet."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.objectives import kinds
from throughline.objectives.forms import KeyResultForm
from throughline.objectives.models import Version
from throughline.objectives.terms import Undecidable

TEXT = forms.Textarea({"rows": 2})


class SketchForm(KeyResultForm):
    """What is written so far of a key result; what it serves is known from where it stands."""

    # Every field may stay empty, so none of them needs to say so.
    is_sketch = True
    objective = None  # type: ignore[assignment]
    kind = forms.ChoiceField(choices=Version.Kind.choices, required=False, label="What decides it")
    commitment = forms.ChoiceField(
        choices=Version.Commitment.choices, required=False, label="How it is meant"
    )
    why = forms.CharField(max_length=2000, required=False, widget=TEXT, label="Why this")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # The fields of every kind are there, and those of the one chosen are shown.
        self.fields = {name: deepcopy(field) for name, field in self.base_fields.items()}
        for field in self.fields.values():
            field.required = False

    @property
    def said(self) -> dict[str, Any]:
        """What goes into the sketch: an emptied field empties it."""
        said = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        return of_its_kind(said)

    def refuse_any(self, refused: Refused) -> None:
        """Put a refusal beside its field, or above all of them."""
        field = refused.field if isinstance(refused, Undecidable) else refused.place
        self.add_error(field if field in self.fields else None, refused.message)


def of_its_kind(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those of another kind: the form keeps them while somebody tries kinds out."""
    kind = said.get("kind") or Version.Kind.MOVE
    if kind not in kinds.FIELDS:
        return dict(said)
    return {name: "" if _is_of_another(name, kind) else value for name, value in said.items()}


def _is_of_another(name: str, kind: str) -> bool:
    return name in kinds.DECIDING and not kinds.has(kind, name)


def form_values(sketch: Mapping[str, Any]) -> dict[str, Any]:
    """A sketch as the form shows it: lists as lines."""
    return {name: _line_by_line(name, value) for name, value in sketch.items()}


def _line_by_line(name: str, value: Any) -> Any:
    if name == "phases":
        return "\n".join(f"{each['due']}: {each['target']}" for each in value)
    if name == "steps":
        return "\n".join(f"{each['weight']:g}: {each['title']}" for each in value)
    return value
