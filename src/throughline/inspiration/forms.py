"""Forms of the shelf: an item, a file, who reads, and what was taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.inspiration.actions import LIMITS, LONGEST_TAKEAWAY, Said
from throughline.inspiration.bringing import MOST_BYTES
from throughline.inspiration.models import Item


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class ItemForm(_Refusing):
    """Something to read or watch."""

    title = forms.CharField(
        max_length=LIMITS["title"], label="Title", error_messages={"required": "Give it a title."}
    )
    kind = forms.ChoiceField(choices=Item.Kind.choices, label="Kind", initial=Item.Kind.ARTICLE)
    address = forms.CharField(max_length=LIMITS["address"], required=False, label="Where it is")
    text = forms.CharField(
        max_length=LIMITS["text"],
        required=False,
        label="What it is about",
        widget=forms.Textarea({"rows": 3}),
    )

    @property
    def said(self) -> Said:
        """What was written, once the form is valid."""
        return Said(**{name: self.cleaned_data[name] for name in ("title", "kind", "address", "text")})


class ShelfFileForm(_Refusing):
    """A file of items."""

    file = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, where it is no larger than what is read at once."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"Expected at most {MOST_BYTES:,} bytes, found {file.size:,}.")
        return file


class AssignForm(_Refusing):
    """Who reads it; left out, it is the person herself."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Choose somebody who takes part."},
    )

    def __init__(self, *args: Any, people: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = people


class TakeForm(_Refusing):
    """One takeaway, and whether it becomes a note."""

    takeaway = forms.CharField(
        max_length=LONGEST_TAKEAWAY,
        label="What you take from it",
        error_messages={"required": "Say in one line what you take from it."},
    )
    to_board = forms.BooleanField(required=False, label="Put it on the board of ideas as a note of mine")
