"""The form of a triage decision."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django import forms

from throughline.engine.dates import LATEST
from throughline.engine.refusals import Refused
from throughline.vulnerabilities.models import State


class Triage(forms.Form):
    """What the record is, why, and until when an accepted risk stays accepted."""

    state = forms.ChoiceField(choices=State.choices)
    reason = forms.CharField(required=False, max_length=500)
    until = forms.DateField(
        required=False,
        label="Accepted until",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="That day counts. Without one it stays accepted.",
    )

    of = forms.CharField(
        required=False,
        max_length=300,
        label="Duplicate of",
        help_text="Its number, its key or words of its title.",
    )

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that its code names."""
        self.add_error(refused.code if refused.code in self.fields else None, refused.message)

    def clean_until(self) -> datetime | None:
        """The end of the day that was given."""
        day: date | None = self.cleaned_data["until"]
        if day and day.year > LATEST:
            raise forms.ValidationError(f"The end of an acceptance is expected by the year {LATEST}.")
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None
