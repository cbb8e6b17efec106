"""Forms of dashboards: a new one, a tile, a link."""

from __future__ import annotations

from typing import Any

from django import forms

from throughline.dashboards.actions import LONGEST, WIDEST, Said
from throughline.dashboards.models import Dashboard
from throughline.dashboards.sharing import DAYS, LONGEST_NOTE, MOST_DAYS
from throughline.dashboards.tiles import LONGEST as LONGEST_ADDRESS
from throughline.engine.refusals import Refused

NEW = "new"
WIDTHS = [("1", "A third"), ("2", "Two thirds"), ("3", "The whole row")]


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        said = f"{refused.message[:1].upper()}{refused.message[1:]}."
        self.add_error(refused.place if refused.place in self.fields else None, said)


class DashboardForm(_Refusing):
    """A dashboard's name, and who sees it."""

    name = forms.CharField(
        max_length=LONGEST["name"], label="Name", error_messages={"required": "Give it a name."}
    )
    audience = forms.ChoiceField(
        choices=Dashboard.Audience.choices, label="Who sees it", initial=Dashboard.Audience.EVERYBODY
    )


class TileForm(_Refusing):
    """An address, and how it stands on the dashboard."""

    address = forms.CharField(
        max_length=LONGEST_ADDRESS,
        label="Address",
        error_messages={"required": "Paste the address of a page."},
    )
    title = forms.CharField(max_length=LONGEST["title"], required=False, label="Title")
    width = forms.TypedChoiceField(choices=WIDTHS, coerce=int, initial="1", label="Width")
    annotation = forms.CharField(
        max_length=LONGEST["annotation"],
        required=False,
        label="Annotation",
        widget=forms.Textarea({"rows": 3}),
    )

    @property
    def said(self) -> Said:
        """What was written, once the form is valid."""
        names = ("address", "title", "annotation")
        assert self.cleaned_data["width"] <= WIDEST
        return Said(**{name: self.cleaned_data[name] for name in names}, width=self.cleaned_data["width"])


class AddForm(TileForm):
    """A tile, and the dashboard that it goes to: one of one's own, or a new one."""

    to = forms.ChoiceField(label="Dashboard")
    name = forms.CharField(max_length=LONGEST["name"], required=False, label="Name of the new one")

    field_order = ("to", "name", "title", "width", "annotation", "address")

    def __init__(self, *args: Any, boards: list[Dashboard], **given: Any) -> None:
        super().__init__(*args, **given)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [*((each.slug, each.name) for each in boards), (NEW, "A new dashboard")]

    def clean(self) -> dict[str, Any]:
        """A new dashboard needs a name."""
        given = super().clean() or {}
        if given.get("to") == NEW and not given.get("name", "").strip():
            self.add_error("name", "Give the new dashboard a name.")
        return given


class ShareForm(_Refusing):
    """How long a link works, and for whom it is."""

    days = forms.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        initial=DAYS,
        label="Works for, in days",
        error_messages={"required": f"Say for how many days, from 1 to {MOST_DAYS}."},
    )
    note = forms.CharField(max_length=LONGEST_NOTE, required=False, label="Whom it is for")
