"""The form of the weights carries texts and messages; what is right is decided in `weighing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from throughline.assignments.models import Weighing
from throughline.assignments.weighing import LONGEST_REASON, USUAL
from throughline.assignments.wishing import number_text
from throughline.engine.matching import TERMS, Weights
from throughline.objectives.models import Cycle
from throughline.portfolio.numbers import written
from throughline.risk.forms import NUMBER, PlacedForm

LEAST_RULES, FREE = 2, 1
RULE = ("objective", "at_least", "price")


def _number(label: str) -> forms.CharField:
    return forms.CharField(max_length=40, required=False, label=label, widget=NUMBER)


class WeighingForm(PlacedForm):
    """Weights, balance rules and what else counts; rows that are left empty are left out."""

    is_sketch = True
    business = _number("Business")
    interest = _number("Interest")
    growth = _number("Growth")
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="Why these weights",
        error_messages={"required": "say in one line why these weights"},
    )
    beta = _number("A liked part of the work")
    phi = _number("Fairness")
    continuity = _number("Going on with one's work")

    def __init__(
        self,
        *args: Any,
        cycle: Cycle,
        stated: Weighing | None = None,
        tried: Weights | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        rules = stated.balance if stated else []
        objectives = cycle.objectives.filter(archived_at=None).values_list("key", "title")
        self.rule_count = max(LEAST_RULES, len(rules) + FREE)
        for number in range(1, self.rule_count + 1):
            self._add_rule(number, [("", "–"), *objectives])
        self.initial = {**_said(stated, tried), **self.initial}

    def _add_rule(self, number: int, objectives: list[tuple[str, str]]) -> None:
        self.fields[f"objective_{number}"] = forms.ChoiceField(
            required=False, label="Objective", choices=objectives
        )
        self.fields[f"at_least_{number}"] = _number("At least")
        self.fields[f"price_{number}"] = _number("Price")

    @property
    def weights(self) -> list[forms.BoundField]:
        """The three fields of the weights."""
        return [self[name] for name in TERMS]

    @property
    def rules(self) -> list[list[forms.BoundField]]:
        """The balance, three fields a row."""
        return [[self[f"{name}_{number}"] for name in RULE] for number in range(1, self.rule_count + 1)]

    @property
    def has_more(self) -> bool:
        """Whether what is under “more” differs from the usual, or was refused, so that it is to be seen."""
        is_usual = all(str(self[name].value()) == written(usual) for name, usual in USUAL.items())
        return not is_usual or any(name in self.errors for name in USUAL)

    @property
    def given(self) -> dict[str, Any]:
        """What `weigh` takes."""
        said = self.cleaned_data
        plain = {name: said.get(name, "") for name in (*TERMS, *USUAL, "reason")}
        rows = range(1, self.rule_count + 1)
        return {
            **plain,
            "balance": [{name: said.get(f"{name}_{number}", "") for name in RULE} for number in rows],
        }


def _said(stated: Weighing | None, tried: Weights | None) -> Mapping[str, str]:
    kept = Weights.of(stated.business, stated.interest, stated.growth) if stated else Weights()
    weights = tried or kept
    said: dict[str, str] = dict(zip(TERMS, map(number_text, weights.each), strict=True))
    said |= {name: written(getattr(stated, name) if stated else usual) for name, usual in USUAL.items()}
    for number, rule in enumerate(stated.balance if stated else [], 1):
        said[f"objective_{number}"] = rule["objective"]
        said[f"at_least_{number}"] = f"{written(round(rule['at_least'] * 100, 9))} %"
        said[f"price_{number}"] = written(rule["price"])
    return said
