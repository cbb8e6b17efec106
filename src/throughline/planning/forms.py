"""Forms of planning: what another team plans, a file of it, and what a goal claims."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Goal, Objective
from throughline.planning.others import LIMITS, Said

MOST_FILE_BYTES = 2_000_000


class Refusing(forms.Form):
    """A form beside whose fields a refusal of the action stands."""

    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


class OtherForm(Refusing):
    """An objective of another team, and the objectives of ours that it meets."""

    team = forms.CharField(
        max_length=LIMITS["team"], label="Team", error_messages={"required": "Say which team it is."}
    )
    title = forms.CharField(
        max_length=LIMITS["title"],
        label="What they want to reach",
        error_messages={"required": "Say what they want to reach."},
    )
    text = forms.CharField(
        max_length=LIMITS["text"], required=False, label="More of it", widget=forms.Textarea({"rows": 3})
    )
    source = forms.CharField(max_length=LIMITS["source"], required=False, label="Where it can be read")
    bridges = forms.ModelMultipleChoiceField(
        queryset=Objective.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Meets our objectives",
    )

    def __init__(self, *args: Any, cycle: Cycle, **given: Any) -> None:
        super().__init__(*args, **given)
        bridges = self.fields["bridges"]
        assert isinstance(bridges, forms.ModelMultipleChoiceField)
        bridges.queryset = cycle.objectives.filter(archived_at=None)

    @property
    def said(self) -> Said:
        """What was written, once the form is valid."""
        return Said(**{name: self.cleaned_data[name] for name in LIMITS})


class FileForm(Refusing):
    """A file that is read whole."""

    file = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, where it is no larger than what is read at once."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_FILE_BYTES:
            raise forms.ValidationError(f"Expected at most {MOST_FILE_BYTES:,} bytes, found {file.size:,}.")
        return file


class ClaimForm(Refusing):
    """A goal and its person-weeks."""

    goal = forms.ModelChoiceField(
        queryset=Goal.objects.filter(archived_at=None),
        label="Goal",
        empty_label="Choose one",
        error_messages={"required": "Choose the goal."},
    )
    weeks = forms.FloatField(
        label="Person-weeks",
        widget=forms.TextInput({"inputmode": "decimal"}),
        error_messages={
            "required": "Say how many person-weeks it takes.",
            "invalid": "Expected a number of person-weeks such as 6 or 2.5.",
        },
    )
    note = forms.CharField(max_length=500, required=False, label="For what")
