"""The form of the three texts of a report."""

from __future__ import annotations

from django import forms

from throughline.engine.refusals import Refused
from throughline.reports.content import PARTS, Report
from throughline.reports.drafts import left_out
from throughline.reports.models import LONGEST, Words


def _text(part: str) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=LONGEST,
        label=Words.Part(part).label,
        widget=forms.Textarea({"rows": 6, "maxlength": LONGEST}),
        error_messages={
            "max_length": f"Expected at most {LONGEST} characters: one page has room for no more."
        },
    )


class WordsForm(forms.Form):
    """What happened, what was learnt, what comes next; an empty text is the draft of the facts again."""

    use_required_attribute = False
    # Nothing of it is needed, which need not be said beside every field.
    is_sketch = True

    narrative = _text("narrative")
    learnt = _text("learnt")
    next = _text("next")

    @classmethod
    def of(cls, report: Report) -> WordsForm:
        """The form as the texts stand: what was written, and where nothing was, the draft to start from."""
        return cls(initial={part: report.text(part).said for part in PARTS})

    def texts(self, report: Report) -> dict[str, str]:
        """What goes into the report: a draft that was left as it is stays the draft of the day."""
        return left_out(report, {part: self.cleaned_data[part] for part in PARTS})

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)
