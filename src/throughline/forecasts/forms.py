"""The forms of a room. What is right is decided by the actions; the forms read texts and carry messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms

from throughline.accounts.models import User
from throughline.engine.chances import chance_of
from throughline.engine.refusals import Refused
from throughline.forecasts.actions import Answer
from throughline.forecasts.models import BaseRate, Forecast, Room
from throughline.forecasts.rate_files import KINDS
from throughline.risk.amounts import amount_of
from throughline.risk.amounts import written as amount

CHANCE_MISSING = {"required": "Write a probability, in % or between 0 and 1."}
AMOUNT_MISSING = {"required": "Write an amount such as 250,000 or 250k or 2.5 M."}
# No figure stands in or beside the field: whoever reads one before answering answers nearer to it.
PERCENT = {"inputmode": "decimal", "autocomplete": "off"}
AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
MOMENT = "%Y-%m-%dT%H:%M"


class _Refusing(forms.Form):
    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names; another place, such as a line of a file, is said."""
        named = refused.place in self.fields
        self.add_error(refused.place if named else None, refused.message if named else str(refused))


class OpenForm(_Refusing):
    """Who is asked, together or apart, and whether for a loss."""

    title = forms.CharField(max_length=160, required=False, label="Title")
    mode = forms.ChoiceField(
        choices=Room.Mode.choices, label="How people answer", widget=forms.RadioSelect, initial="together"
    )
    closes_at = forms.CharField(
        required=False,
        label="Each round waits until, UTC",
        widget=forms.DateTimeInput({"type": "datetime-local"}),
    )
    asks_loss = forms.BooleanField(required=False, initial=True, label="Ask for the loss too")
    panel = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who is asked",
    )
    facilitator = forms.ModelChoiceField(queryset=User.objects.none(), required=False, label="Facilitator")

    def __init__(self, *args: Any, people: Any, appoints: bool, **given: Any) -> None:
        super().__init__(*args, **given)
        for name in ("panel", "facilitator"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people
        facilitator = self.fields["facilitator"]
        assert isinstance(facilitator, forms.ModelChoiceField)
        facilitator.empty_label = "You"
        if not appoints:
            del self.fields["facilitator"]

    def clean_closes_at(self) -> datetime | None:
        return moment_of(self.cleaned_data["closes_at"])


class GiveForm(_Refusing):
    """A person's number: one chance, or one for each step; a loss where it is asked; and why."""

    probability = forms.CharField(
        max_length=40,
        label="How likely is it?",
        widget=forms.TextInput(PERCENT),
        error_messages=CHANCE_MISSING,
    )
    loss_low = forms.CharField(
        max_length=40,
        label="It costs at least",
        widget=forms.TextInput(AMOUNT),
        error_messages=AMOUNT_MISSING,
    )
    loss_high = forms.CharField(
        max_length=40, label="and at most", widget=forms.TextInput(AMOUNT), error_messages=AMOUNT_MISSING
    )
    rationale = forms.CharField(
        required=False, max_length=2000, label="Why", widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, room: Room, **given: Any) -> None:
        super().__init__(*args, **given)
        self.room = room
        for number, step in enumerate(room.scenario.steps):
            self.fields[f"step_{number}"] = forms.CharField(
                max_length=40,
                label=step,
                widget=forms.TextInput(PERCENT),
                error_messages=CHANCE_MISSING,
            )
        if room.scenario.steps:
            del self.fields["probability"]
            self.order_fields(each.name for each in self.steps)
        if not room.asks_loss:
            del self.fields["loss_low"], self.fields["loss_high"]

    @property
    def steps(self) -> list[forms.BoundField]:
        """The fields of the steps, in their order."""
        return [self[f"step_{number}"] for number in range(len(self.room.scenario.steps))]

    def clean(self) -> dict[str, Any]:
        """Read each number where it stands, so that each refusal stands beside its field."""
        names = [each.name for each in self.steps] or ["probability"]
        chances = [self._read(name) for name in names]
        loss = self._loss() if self.room.asks_loss else None
        if not self.errors:
            steps = [each for each in chances if each is not None]
            probability = None if self.steps else chances[0]
            self.cleaned_data["answer"] = Answer(
                probability=probability,
                steps=steps if self.steps else (),
                loss=loss,
                rationale=self.cleaned_data.get("rationale", ""),
            )
        return self.cleaned_data

    def _read(self, name: str) -> float | None:
        if name in self.errors:
            return None
        try:
            return chance_of(self.cleaned_data[name], place=name)
        except Refused as refused:
            self.refuse(refused)
            return None

    def _loss(self) -> tuple[float, float] | None:
        if "loss_low" in self.errors or "loss_high" in self.errors:
            return None
        try:
            return range_of(self.cleaned_data["loss_low"], self.cleaned_data["loss_high"])
        except Refused as refused:
            self.refuse(refused)
            return None


class SayForm(_Refusing):
    """A line in the discussion."""

    text = forms.CharField(
        max_length=5000,
        label="What you think",
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write what you think first."},
    )


BY_HAND = [each for each in BaseRate.Kind.choices if each[0] != BaseRate.Kind.SCORES]


class RateForm(_Refusing):
    """What happened elsewhere or before, as counts."""

    title = forms.CharField(max_length=240, label="What was counted")
    kind = forms.ChoiceField(choices=BY_HAND, label="How it was counted")
    events = forms.CharField(
        max_length=12, label="How often it happened", widget=forms.TextInput({"inputmode": "numeric"})
    )
    exposure = forms.CharField(
        max_length=20,
        label="Years watched, or how many cases",
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    source = forms.CharField(max_length=500, required=False, label="Where it is from")


class RateFileForm(_Refusing):
    """A file in which is counted, and what of it."""

    kind = forms.ChoiceField(choices=KINDS, label="What the file is", widget=forms.RadioSelect, initial="kev")
    file = forms.FileField(error_messages={"required": "Choose a file."})
    vendor = forms.CharField(max_length=120, required=False, label="Vendor, in KEV")
    product = forms.CharField(max_length=120, required=False, label="Product, in KEV")
    cves = forms.CharField(
        max_length=20000, required=False, label="CVEs, in EPSS", widget=forms.Textarea({"rows": 2})
    )
    sector = forms.CharField(max_length=120, required=False, label="Sector, of breaches")
    organisations = forms.CharField(max_length=20, required=False, label="How many could be hit")


def written(kept: Forecast | None, room: Room) -> dict[str, str]:
    """What a person gave, as the fields of her form take it."""
    if kept is None:
        return {}
    fields = {"rationale": kept.rationale}
    if room.scenario.steps:
        fields |= {f"step_{number}": percent(each) for number, each in enumerate(kept.steps)}
    else:
        fields["probability"] = percent(kept.probability)
    if kept.loss_low is not None:
        fields |= {"loss_low": amount(kept.loss_low), "loss_high": amount(kept.loss_high)}
    return fields


def range_of(low: str, high: str) -> tuple[float, float]:
    """A 90 % range of a loss: the smaller amount first. Raises Refused with the field.

    >>> range_of("80k", "1.5M")
    (80000.0, 1500000.0)
    """
    lowest, highest = amount_of(low, place="loss_low"), amount_of(high, place="loss_high")
    if lowest > highest:
        message = f"the upper end ({high.strip()}) is below the lower end ({low.strip()}): swap them"
        raise Refused(message, place="loss_high", code="reversed_range")
    if lowest == highest:
        message = "both ends are the same: write a range that you are 90 % sure of"
        raise Refused(message, place="loss_high", code="empty_range")
    return lowest, highest


def percent(share: float) -> str:
    """A share as a field takes it: 0.18 is 18 %.

    >>> percent(0.18), percent(0.0005), percent(0.0)
    ('18 %', '0.05 %', '0 %')
    """
    return f"{share * 100:.12g} %"


def moment_of(text: str, *, place: str = "closes_at") -> datetime | None:
    """The instant of a field of day and time, in UTC; None where it is empty. Raises ValidationError."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        raise forms.ValidationError(
            f"Expected a day and a time such as 2027-01-15T16:00, found '{text[:40]}'."
        ) from None


def as_field(moment: datetime | None) -> str:
    """An instant as such a field takes it."""
    return f"{moment.astimezone(UTC):{MOMENT}}" if moment else ""


def chosen(people: Sequence[User]) -> list[int]:
    """People as the boxes of a form take them."""
    return [each.pk for each in people]
