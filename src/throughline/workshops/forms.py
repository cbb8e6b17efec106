"""The forms of a board. What is right is decided by the actions; the forms read texts and carry messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms

from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.workshops.actions import LONGEST_LINK, LONGEST_NOTE
from throughline.workshops.models import Board
from throughline.workshops.opening import COLUMNS, LONGEST_QUESTION, LONGEST_TITLE, QUESTIONS


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class OpenForm(_Refusing):
    """What is asked, of whom, together or apart, with authors or without."""

    purpose = forms.ChoiceField(
        choices=Board.Purpose.choices, label="What it is for", widget=forms.RadioSelect
    )
    title = forms.CharField(max_length=LONGEST_TITLE, required=False, label="Title")
    question = forms.CharField(max_length=LONGEST_QUESTION, required=False, label="What everybody is asked")
    columns = forms.CharField(
        max_length=400, required=False, label="Columns, one a line", widget=forms.Textarea({"rows": 3})
    )
    mode = forms.ChoiceField(
        choices=Board.Mode.choices, label="When people come", widget=forms.RadioSelect, initial="together"
    )
    ends_at = forms.CharField(
        required=False, label="It waits until, UTC", widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    shows_authors = forms.BooleanField(required=False, label="Show who wrote a note once it is revealed")
    asked = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who is asked to come",
    )

    def __init__(self, *args: Any, people: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        asked = self.fields["asked"]
        assert isinstance(asked, forms.ModelMultipleChoiceField)
        asked.queryset = people

    def clean_ends_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["ends_at"])

    def clean_columns(self) -> list[str]:
        return [each.strip() for each in self.cleaned_data["columns"].splitlines() if each.strip()]


class NoteForm(_Refusing):
    """The fields of a note, as a page shows them; what may stand in them is decided by the action."""

    text = forms.CharField(label="Your note", widget=forms.Textarea({"rows": 2, "maxlength": LONGEST_NOTE}))
    column = forms.ChoiceField(required=False, label="Column")
    link = forms.CharField(
        required=False, label="A link", widget=forms.TextInput({"maxlength": LONGEST_LINK})
    )
    key_result = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="The key result it would move"
    )

    def __init__(self, *args: Any, board: Board, key_results: dict[int, str], **given: Any) -> None:
        super().__init__(*args, **given)
        column, key_result = self.fields["column"], self.fields["key_result"]
        assert isinstance(column, forms.ChoiceField)
        assert isinstance(key_result, forms.ChoiceField)
        column.choices = [(each, each) for each in board.columns]
        key_result.choices = [("", "None"), *key_results.items()]
        if not board.columns:
            del self.fields["column"]


def first_values(purpose: str) -> dict[str, Any]:
    """What the form of a new board for this purpose says already."""
    if purpose not in Board.Purpose.values:
        purpose = Board.Purpose.IDEAS
    columns = "\n".join(COLUMNS.get(Board.Purpose(purpose), ()))
    return {"purpose": purpose, "question": QUESTIONS[Board.Purpose(purpose)], "columns": columns}


def moment_of(text: str) -> datetime | None:
    """The instant of a field of day and time, in UTC; None where it is empty. Raises ValidationError."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise forms.ValidationError(
            f"Expected a day and a time such as 2027-01-15T16:00, found '{text[:40]}'."
        ) from None
