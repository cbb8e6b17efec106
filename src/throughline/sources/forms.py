"""What the import pages ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from throughline.accounts.forms import SaysNo
from throughline.engine.dates import zone_named
from throughline.engine.refusals import Refused
from throughline.sources.fields import TARGETS
from throughline.sources.formats.registry import reports
from throughline.sources.wishes import Wish, known_at_of
from throughline.sources.wording import in_page

FIELD_CHOICES = [("", "Keep as an attribute"), *((target.name, target.titled) for target in TARGETS)]


class SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given or [None]]


class PutIn(SaysNo, forms.Form):
    """Files to import."""

    file = FilesField(
        label="Files",
        widget=SeveralFiles,
        allow_empty_file=True,
        error_messages={"required": "Choose a file: a scanner's report, CSV, JSON or JSON Lines."},
    )


def known_formats() -> list[tuple[str, str]]:
    """What a file can be read as: a table, or a report of a tool."""
    titles = sorted(
        ((found.name, found.title) for found in reports().values()), key=lambda each: each[1].lower()
    )
    return [("", "A table of columns"), *titles]


class ImportOptions(SaysNo, forms.Form):
    """Everything about an import but its columns."""

    source = forms.CharField(
        max_length=120,
        help_text="Where the records come from; identity is judged inside one source.",
        widget=forms.TextInput(attrs={"list": "known-sources"}),
    )
    scope = forms.CharField(
        max_length=240, required=False, help_text="The part of the source that this file covers."
    )
    service = forms.CharField(
        max_length=160,
        required=False,
        help_text="What was scanned, where the findings do not say; remembered for the next report.",
        widget=forms.TextInput(attrs={"list": "known-services"}),
    )
    default_branch = forms.CharField(
        max_length=200,
        required=False,
        help_text="Of the repository that was scanned, where it is not called main; remembered. A scan of "
        "another branch is refused, unless its scope says which (shop@branch).",
    )
    skip_invalid = forms.BooleanField(
        label="Leave out what cannot be read", required=False, help_text="It is listed with the result."
    )
    state = forms.ChoiceField(
        label="State of rows that name none",
        choices=[("confirmed", "Confirmed (a register)"), ("potential", "Potential (a scanner)")],
    )
    as_of = forms.CharField(
        label="Known as of",
        max_length=40,
        required=False,
        help_text="The day on which the file was made, such as 2024-01-31; empty for now.",
    )
    as_of_column = forms.ChoiceField(label="Known as of, by column", required=False)
    zone = forms.CharField(
        label="Time zone",
        max_length=60,
        initial="UTC",
        help_text="Of times that name none: UTC, Europe/Berlin, +02:00.",
    )
    order = forms.ChoiceField(
        label="Dates like 03/04/2024",
        choices=[("", "Decide by the column"), ("dmy", "Day first"), ("mdy", "Month first")],
        required=False,
    )
    full = forms.BooleanField(
        label="A complete listing", required=False, help_text="What it does not list any more has vanished."
    )

    def __init__(self, *args: Any, columns: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["as_of_column"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "No such column"), *((column, column) for column in columns)]

    def clean_zone(self) -> str:
        try:
            zone_named(self.cleaned_data["zone"])
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
        return str(self.cleaned_data["zone"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("as_of") and cleaned.get("as_of_column"):
            self.add_error("as_of", "Say one of both: a day for the whole file, or a column row by row.")
        elif cleaned.get("as_of"):
            self._check_as_of(cleaned)
        return cleaned

    def _check_as_of(self, cleaned: dict[str, Any]) -> None:
        zone, order = zone_named(cleaned.get("zone") or "UTC"), cleaned.get("order") or None
        try:
            known_at_of(Wish(as_of=cleaned["as_of"], zone=zone, order=order), datetime.now(UTC))
        except Refused as refused:
            self.add_error("as_of", in_page(refused.message))
