"""The forms of risk carry texts and messages; what is right is decided in `fields` and `estimating`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from throughline.engine.refusals import Refused, each_of
from throughline.risk import amounts, chances
from throughline.risk.estimating import HOW_DEAR, HOW_OFTEN, PERIODS, estimate_of, fields_of
from throughline.risk.fields import checked
from throughline.risk.models import Appetite, Estimate, Scenario

NUMBER = forms.TextInput({"inputmode": "decimal"})
PEOPLE = forms.TextInput({"list": "people", "autocomplete": "off"})
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PlacedForm(forms.Form):
    """A form whose refusals stand beside the field that they name."""

    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside its field; several beside theirs."""
        for each in each_of(refused):
            place = self.place_of(each)
            if place in self.errors:
                continue
            self.add_error(place if place in self.fields else None, each.message)

    def place_of(self, refused: Refused) -> str:
        """The field that a refusal is about."""
        return refused.place or ""


def _asked(longest: int, missing: str, **more: Any) -> forms.CharField:
    """A field that cannot be left empty, with what is said where it is."""
    return forms.CharField(max_length=longest, error_messages={"required": missing}, **more)


def _lines(number: int) -> forms.Textarea:
    return forms.Textarea({"rows": number})


class ScenarioForm(PlacedForm):
    """What may happen, who says whether it did, and when."""

    statement = _asked(300, "say what may happen, in one sentence", label="What may happen", widget=_lines(2))
    criteria = _asked(
        5000,
        "say how the judge will tell whether it happened",
        label="How the judge will tell",
        widget=_lines(4),
    )
    judge = _asked(120, "name the person who will say whether it happened", widget=PEOPLE)
    owner = forms.CharField(max_length=120, required=False, widget=PEOPLE)
    period = forms.ChoiceField(choices=Scenario.Period.choices, label="Within")
    start = _asked(10, "say the first day", widget=DAY, label="From")
    tags = forms.CharField(max_length=600, required=False)
    steps = forms.CharField(max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, scenario: Scenario | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if scenario is not None:
            self.initial = {**_said(scenario), **self.initial}

    def clean(self) -> dict[str, Any]:
        """Every field is read, also where another is wrong, so that all are marked at once."""
        try:
            checked({name: self.data.get(name, "") for name in self.fields if name not in self.errors})
        except Refused as refused:
            self.refuse(refused)
        return self.cleaned_data


def _said(scenario: Scenario) -> dict[str, Any]:
    """The fields of a scenario as the form writes them."""
    return {
        "statement": scenario.statement,
        "criteria": scenario.criteria,
        "judge": scenario.judge_name,
        "owner": scenario.owner_name,
        "period": scenario.period,
        "start": f"{scenario.start:%Y-%m-%d}",
        "tags": ", ".join(scenario.tags),
        "steps": "\n".join(scenario.steps),
    }


class EstimateForm(PlacedForm):
    """How often, and how dear if it happens. What is right is decided in `estimating`."""

    stage = forms.ChoiceField(choices=Estimate.Stage.choices, label="Of")
    how = forms.ChoiceField(choices=HOW_OFTEN, label="How often, as")
    often = _asked(40, "say how often, such as 9 % or 0.3", widget=NUMBER, label="How often")
    often_to = forms.CharField(max_length=40, required=False, widget=NUMBER, label="To")
    per = forms.ChoiceField(choices=tuple(PERIODS.items()), label="In")
    dear = forms.ChoiceField(choices=HOW_DEAR, label="How dear if it happens, as")
    low = _asked(40, "say how dear it is at least, such as 250k", label="At least")
    likely = forms.CharField(max_length=40, required=False, label="Most likely")
    high = _asked(40, "say how dear it is at most, such as 2.5 M", label="At most")
    retention = forms.CharField(max_length=40, required=False, label="Without the first")
    cap = forms.CharField(max_length=40, required=False, label="Never more than")
    note = forms.CharField(max_length=500, required=False, label="What it rests on")

    def __init__(self, *args: Any, estimate: Estimate | None = None, per: str = "year", **more: Any) -> None:
        super().__init__(*args, **more)
        said = {"stage": "residual", "how": "probability", "per": per, "dear": "ci90"}
        if estimate is not None and not estimate.beliefs:
            said |= fields_of(estimate.frequency, estimate.loss)
        self.initial = {**said, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Every field is read, also where another is wrong, so that all are marked at once."""
        try:
            self.frequency, self.loss = estimate_of({name: self.data.get(name, "") for name in self.fields})
        except Refused as refused:
            self.refuse(refused)
        return self.cleaned_data

    def place_of(self, refused: Refused) -> str:
        """What the engine refuses names how often or how dear, which are several fields here."""
        place = super().place_of(refused)
        return {"frequency": "often", "loss": "high"}.get(place, place)


class LinkForm(PlacedForm):
    """An objective or a key result that the scenario bears on."""

    to = forms.ChoiceField(
        label="Objective or key result", error_messages={"required": "choose what it bears on"}
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [("", "Choose one"), *choices]


class TreatmentForm(PlacedForm):
    """What remains of a scenario when an initiative is done."""

    scenario = forms.ModelChoiceField(
        Scenario.objects.none(),
        to_field_name="key",
        empty_label="Choose one",
        error_messages={"required": "choose the scenario that it changes"},
    )
    frequency_low = forms.CharField(max_length=40, required=False, label="At least")
    frequency_high = forms.CharField(max_length=40, required=False, label="At most")
    loss_low = forms.CharField(max_length=40, required=False, label="At least")
    loss_high = forms.CharField(max_length=40, required=False, label="At most")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        running = Scenario.objects.filter(archived_at=None).order_by("statement")
        scenario = self.fields["scenario"]
        assert isinstance(scenario, forms.ModelChoiceField)
        scenario.queryset = running

    @property
    def ends(self) -> dict[str, tuple[float, float]]:
        """The parts that remain; what is left empty stays as it is. Raises Refused."""
        return {name: _ends(self.cleaned_data, name) for name in ("frequency", "loss")}


class CostForm(PlacedForm):
    """What an initiative costs a year."""

    low = _asked(40, "say what it costs at least, such as 120k", label="At least")
    high = _asked(40, "say what it costs at most", label="At most")

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends. Raises Refused."""
        low, high = (amounts.amount_of(self.cleaned_data[name], place=name) for name in ("low", "high"))
        if low > high:
            raise Refused("the range is reversed: swap its ends", place="high", code="reversed")
        return low, high


class AppetiteForm(PlacedForm):
    """How much loss is borne, and how often: points of a curve, the dearer the rarer."""

    ROWS = 4
    # Rows that are left empty are left out, so that none is marked as optional.
    is_sketch = True
    note = forms.CharField(max_length=500, required=False, label="Who decided it, and when")

    def __init__(self, *args: Any, appetite: Appetite | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        stated = list(appetite.points) if appetite else []
        for number in range(1, max(self.ROWS, len(stated)) + 1):
            at = stated[number - 1] if number <= len(stated) else None
            self.fields[f"loss_{number}"] = forms.CharField(
                max_length=40,
                required=False,
                label="More than",
                initial=amounts.written(at["loss"]) if at else "",
            )
            self.fields[f"probability_{number}"] = forms.CharField(
                max_length=40,
                required=False,
                label="At most with a chance of",
                initial=chances.said(at["probability"], figures=12) if at else "",
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The points as pairs of fields."""
        numbers = [name.removeprefix("loss_") for name in self.fields if name.startswith("loss_")]
        return [(self[f"loss_{number}"], self[f"probability_{number}"]) for number in numbers]

    @property
    def points(self) -> list[dict[str, float]]:
        """The points that are written. Raises Refused with the field."""
        found = []
        for loss, chance in self.rows:
            texts = [str(self.cleaned_data.get(each.name) or "").strip() for each in (loss, chance)]
            if any(texts):
                found.append(
                    {
                        "loss": amounts.amount_of(texts[0], place=loss.name),
                        "probability": chances.chance_of(texts[1], place=chance.name),
                    }
                )
        return found


def _ends(said: dict[str, Any], name: str) -> tuple[float, float]:
    texts = [str(said.get(f"{name}_{end}") or "").strip() for end in ("low", "high")]
    if not any(texts):
        return 1.0, 1.0
    # One end alone is meant exactly.
    low, high = texts[0] or texts[1], texts[1] or texts[0]
    ends = chances.part_of(low, place=f"{name}_low"), chances.part_of(high, place=f"{name}_high")
    if ends[0] > ends[1]:
        raise Refused("the range is reversed: swap its ends", place=f"{name}_high", code="reversed")
    return ends
