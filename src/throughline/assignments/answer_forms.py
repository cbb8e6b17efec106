"""What a person says to a suggestion, as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.assignments.answers import LONGEST
from throughline.engine.refusals import Refused


class NotNowForm(forms.Form):
    """A few words on why not now."""

    use_required_attribute = False
    reason = forms.CharField(
        label="Why not now?",
        max_length=LONGEST,
        help_text="A few words. Whoever plans the team sees your answer and these words.",
        error_messages={"required": "Say in a few words why not now."},
    )

    @classmethod
    def of(cls, work: int, data: Any = None) -> NotNowForm:
        """The form beside a piece of work, whose fields have ids of their own."""
        return cls(data, auto_id=f"work-{work}_%s")

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)
