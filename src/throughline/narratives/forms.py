"""The form of a story: a sentence for each reader, what would show that it fails, and what it unlocks."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.engine.refusals import Refused
from throughline.narratives.actions import said_of
from throughline.narratives.library import library
from throughline.narratives.models import LONGEST, Story
from throughline.risk.amounts import amount_of, written

AMOUNT = forms.TextInput({"inputmode": "decimal"})


def _sentence(name: str, label: str) -> forms.CharField:
    longest = LONGEST[name]
    return forms.CharField(
        required=False, max_length=longest, label=label, widget=forms.Textarea({"rows": 3})
    )


class StoryForm(forms.Form):
    """Everything may stay empty; work of which nothing is told is flagged, and nothing else happens."""

    use_required_attribute = False
    # Nothing of it is needed, which need not be said beside every field.
    is_sketch = True

    narrative = forms.ChoiceField(required=False, label="A story of the library that it takes after")
    board = _sentence("board", "To the board")
    customer = _sentence("customer", "To a customer")
    engineer = _sentence("engineer", "To an engineer")
    fails = forms.CharField(
        required=False,
        max_length=LONGEST["fails"] + 200,
        label="It fails when",
        widget=forms.Textarea({"rows": 5}),
    )
    revenue = forms.CharField(required=False, max_length=40, label="Revenue that it unlocks", widget=AMOUNT)
    revenue_from = forms.CharField(
        required=False, max_length=LONGEST["revenue_from"], label="Which deals, contracts or customers"
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        field = self.fields["narrative"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None of them"), *((each.key, each.title) for each in library().values())]

    @classmethod
    def of(cls, story: Story | None, *, after: str = "") -> StoryForm:
        """The form as a story stands; `after` takes a story of the library as the one that it takes after."""
        said = {**said_of(story), "revenue": written(story.revenue if story else None)}
        chosen = after if after in library() else said["narrative"]
        return cls(initial={**said, "narrative": chosen, "fails": signs_for(chosen, said["fails"])})

    @property
    def said(self) -> dict[str, Any]:
        """What goes into the story. Raises Refused with the field."""
        amount = self.cleaned_data["revenue"].strip()
        revenue = amount_of(amount, place="revenue") if amount else None
        return {**self.cleaned_data, "revenue": revenue}

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


def signs_for(narrative: str, written: str) -> str:
    """The signs of failing as the field shows them: what was written, or those of the story chosen."""
    lines = "\n".join(line.strip() for line in written.splitlines() if line.strip())
    ready = {each.fails.text for each in library().values()}
    if lines and lines not in ready:
        return lines
    chosen = library().get(narrative)
    return chosen.fails.text if chosen else ""
