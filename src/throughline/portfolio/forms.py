"""The forms of prioritising carry texts and messages; what is right is decided in `fields` and `ruling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from throughline.objectives.effects import written_change
from throughline.objectives.models import Cycle, Goal, Initiative
from throughline.portfolio import fields
from throughline.portfolio.aims import Counted
from throughline.portfolio.models import Candidate, Rules
from throughline.portfolio.numbers import written
from throughline.portfolio.ruling import RELATIONS, choices_of, of_rule
from throughline.risk.amounts import written as amount_written
from throughline.risk.forms import NUMBER, PlacedForm

LEAST_RULES, LEAST_RELATIONS, FREE = 4, 2, 2


def _number(label: str, longest: int = 40) -> forms.CharField:
    return forms.CharField(max_length=longest, required=False, label=label, widget=NUMBER)


class CandidateForm(PlacedForm):
    """Work that might be done; only its title is asked for, and what is missing is named later."""

    is_sketch = True
    title = forms.CharField(
        max_length=240,
        label="What would be done",
        error_messages={"required": "say in one line what would be done"},
    )
    narrative = forms.CharField(
        max_length=2000,
        required=False,
        label="Why, as one would tell the board",
        widget=forms.Textarea({"rows": 3}),
    )
    objective = forms.ChoiceField(required=False, label="For the objective")
    goal = forms.ChoiceField(required=False, label="For the company goal")
    effort_low, effort_high = _number("At least"), _number("At most")
    duration_low, duration_high = _number("At least"), _number("At most")
    delay_low, delay_high = _number("At least"), _number("At most")
    delay_profile = forms.ChoiceField(
        choices=Initiative.DelayProfile.choices, required=False, label="How it costs"
    )
    deadline = forms.CharField(
        max_length=10, required=False, label="Deadline", widget=forms.DateInput({"type": "date"})
    )
    delay_fades = _number("Each week less by")
    reach_low, reach_high = _number("At least"), _number("At most")
    confidence = _number("Confidence")
    kinds = forms.CharField(
        max_length=1000, required=False, label="Kinds of work", widget=forms.Textarea({"rows": 2})
    )
    must = forms.BooleanField(required=False, label="It is promised already: it has to be in")

    def __init__(
        self,
        *args: Any,
        cycle: Cycle,
        counted: Sequence[Counted],
        candidate: Candidate | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.counted = counted
        objectives = cycle.objectives.filter(archived_at=None).values_list("key", "title")
        goals = Goal.objects.filter(archived_at=None).values_list("key", "title")
        self.fields["objective"].choices = [("", "none"), *objectives]  # type: ignore[attr-defined]
        self.fields["goal"].choices = [("", "none"), *goals]  # type: ignore[attr-defined]
        for each in counted:
            self.fields[f"low_{each.pk}"], self.fields[f"high_{each.pk}"] = (
                _number("From"),
                _number("To"),
            )
        self.initial = {**_said(candidate, counted), **self.initial}

    @property
    def given(self) -> dict[str, Any]:
        """The fields of the candidate as they are written."""
        return {name: self.cleaned_data.get(name, "") for name in fields.NAMES}

    @property
    def impacts(self) -> dict[int, tuple[str, str]]:
        """The changes as they are written, by key result."""
        return {
            each.pk: (
                str(self.cleaned_data.get(f"low_{each.pk}") or ""),
                str(self.cleaned_data.get(f"high_{each.pk}") or ""),
            )
            for each in self.counted
        }

    @property
    def changes(self) -> list[tuple[Counted, forms.BoundField, forms.BoundField]]:
        """Each key result with its two fields."""
        return [(each, self[f"low_{each.pk}"], self[f"high_{each.pk}"]) for each in self.counted]


class DropForm(PlacedForm):
    """Why a candidate is considered no longer."""

    reason = forms.CharField(
        max_length=500,
        label="Why it is dropped",
        error_messages={"required": "say in one line why it is dropped"},
    )


class RulesForm(PlacedForm):
    """Capacity, weights, balance and relations; rows that are left empty are left out."""

    is_sketch = True
    capacity = forms.CharField(
        max_length=40,
        label="Person-weeks that the team has",
        widget=NUMBER,
        error_messages={"required": "say how many person-weeks the team has, such as 40"},
    )
    person_weeks = _number("One more person would bring")

    def __init__(self, *args: Any, cycle: Cycle, rules: Rules | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.objectives = list(cycle.objectives.filter(archived_at=None))
        stated = rules or Rules(capacity=0, person_weeks=10.0)
        said: dict[str, Any] = {"person_weeks": written(stated.person_weeks)}
        if rules:
            said["capacity"] = written(rules.capacity)
        for each in self.objectives:
            self.fields[f"weight_{each.key}"] = _number(each.title)
            said[f"weight_{each.key}"] = written(stated.weights.get(each.key, 1.0))
        about = [("", "–"), *choices_of(cycle)]
        self.rule_count = max(LEAST_RULES, len(stated.balance) + FREE)
        for number in range(1, self.rule_count + 1):
            self._add_rule(number, about)
        for number, rule in enumerate(stated.balance, 1):
            said |= _rule_said(rule, number)
        known = cycle.candidates.filter(dropped_at=None)
        named = [("", "–"), *((str(pk), title) for pk, title in known.values_list("pk", "title"))]
        self.relation_count = max(LEAST_RELATIONS, len(stated.relations) + FREE)
        for number in range(1, self.relation_count + 1):
            self._add_relation(number, named)
        for number, relation in enumerate(stated.relations, 1):
            said |= {f"{name}_{number}": str(relation[name]) for name in ("candidate", "kind", "other")}
        self.initial = {**said, **self.initial}

    def _add_rule(self, number: int, about: list[tuple[str, str]]) -> None:
        self.fields[f"of_{number}"] = forms.ChoiceField(required=False, label="Of", choices=about)
        for name, label in (("at_least", "At least"), ("at_most", "At most"), ("price", "Else it costs")):
            self.fields[f"{name}_{number}"] = _number(label)

    def _add_relation(self, number: int, named: list[tuple[str, str]]) -> None:
        kinds = list(RELATIONS.items())
        self.fields[f"candidate_{number}"] = forms.ChoiceField(
            required=False, label="Candidate", choices=named
        )
        self.fields[f"kind_{number}"] = forms.ChoiceField(required=False, label="How", choices=kinds)
        self.fields[f"other_{number}"] = forms.ChoiceField(required=False, label="Other", choices=named)

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[f"weight_{each.key}"] for each in self.objectives]

    @property
    def rules(self) -> list[list[forms.BoundField]]:
        """The balance, four fields a row."""
        names = ("of", "at_least", "at_most", "price")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, self.rule_count + 1)]

    @property
    def relations(self) -> list[list[forms.BoundField]]:
        """What needs what, three fields a row."""
        names = ("candidate", "kind", "other")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, self.relation_count + 1)]

    @property
    def given(self) -> dict[str, Any]:
        """What `state_rules` takes."""
        said = self.cleaned_data
        return {
            "capacity": said["capacity"],
            "person_weeks": said.get("person_weeks") or 10.0,
            "balance": [
                _row(said, ("of", "at_least", "at_most", "price"), n) for n in range(1, self.rule_count + 1)
            ],
            "relations": [
                _row(said, ("candidate", "kind", "other"), n) for n in range(1, self.relation_count + 1)
            ],
            "weights": {each.key: said.get(f"weight_{each.key}") for each in self.objectives},
        }


def _row(said: Mapping[str, Any], names: tuple[str, ...], number: int) -> dict[str, Any]:
    return {name: said.get(f"{name}_{number}", "") for name in names}


def _rule_said(rule: Mapping[str, Any], number: int) -> dict[str, str]:
    is_share = "kind" in rule
    ends = {
        f"{end}_{number}": f"{written(round(rule[end] * 100, 9))} %" if is_share else written(rule[end])
        for end in ("at_least", "at_most")
        if end in rule
    }
    price = {f"price_{number}": written(rule["price"])} if "price" in rule else {}
    return {f"of_{number}": of_rule(rule), **ends, **price}


def _said(candidate: Candidate | None, counted: Sequence[Counted]) -> dict[str, Any]:
    if candidate is None:
        return {"delay_profile": Initiative.DelayProfile.CONSTANT, "confidence": "80 %"}
    units = {each.pk: each.unit for each in counted}
    impacts = {
        f"{end}_{each.key_result_id}": written_change(getattr(each, end), units.get(each.key_result_id, ""))
        for each in candidate.impacts.all()
        for end in ("low", "high")
    }
    plain = {name: written(getattr(candidate, name)) for name in fields.ENDS}
    plain |= {name: amount_written(getattr(candidate, name)) for name in ("delay_low", "delay_high")}
    return {
        "title": candidate.title,
        "narrative": candidate.narrative,
        "objective": candidate.objective.key if candidate.objective else "",
        "goal": candidate.goal.key if candidate.goal else "",
        **plain,
        "delay_profile": candidate.delay_profile,
        "deadline": f"{candidate.deadline:%Y-%m-%d}" if candidate.deadline else "",
        "delay_fades": _percent(candidate.delay_fades),
        "confidence": _percent(candidate.confidence),
        "kinds": "\n".join(f"{kind} {_percent(share)}" for kind, share in sorted(candidate.kinds.items())),
        "must": candidate.must,
        **impacts,
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{written(round(share * 100, 9))} %"
