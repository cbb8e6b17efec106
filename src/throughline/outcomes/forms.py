"""Four questions about a finished piece of work, each answered by a sentence that stands for 1 to 5."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.outcomes.actions import FELT
from throughline.outcomes.models import LONGEST_NOTE, Outcome
from throughline.outcomes.words import ANCHORS, QUESTIONS

CANNOT_TELL = ("", "I cannot tell")


class GradeForm(forms.Form):
    """Grades of one piece of work; whoever did not do it is not asked how it felt."""

    use_required_attribute = False

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        label="A note to yourself",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, is_own: bool, may_be_empty: bool = False, **given: Any) -> None:
        super().__init__(*args, **given)
        self.may_be_empty = may_be_empty
        self.names = [name for name in QUESTIONS if is_own or name not in FELT]
        for name in self.names:
            words = [(str(grade), said) for grade, said in enumerate(ANCHORS[name], 1)]
            self.fields[name] = forms.TypedChoiceField(
                required=False,
                label=QUESTIONS[name],
                choices=words if name == "overall" else [*words, CANNOT_TELL],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose one of the sentences."},
            )

    def clean(self) -> dict[str, Any]:
        """The judgment is asked for wherever anything is said."""
        said = super().clean() or {}
        is_empty = not any(said.get(name) for name in (*self.names, "note"))
        is_missing = said.get("overall") is None and "overall" not in self.errors
        if is_missing and not (is_empty and self.may_be_empty):
            self.add_error("overall", "Say whether it was the right work; the rest may stay open.")
        return said

    @classmethod
    def of(
        cls, said: Outcome | None, *, data: Any = None, is_own: bool, may_be_empty: bool = False
    ) -> GradeForm:
        """The form as it stands."""
        names = (*QUESTIONS, "note")
        initial = {name: getattr(said, name) for name in names} if said else {}
        return cls(data, is_own=is_own, may_be_empty=may_be_empty, initial=initial)

    @property
    def questions(self) -> list[forms.BoundField]:
        """The four questions, or the two that can be asked."""
        return [self[name] for name in self.names]

    @property
    def said(self) -> dict[str, Any] | None:
        """The answers; None where there is none."""
        found = self.cleaned_data
        return found if found.get("overall") is not None else None

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)
