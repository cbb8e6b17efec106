"""The forms of the plan: what is asked of a goal, an objective, an initiative, and of another team."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from throughline.accounts.models import Team, User
from throughline.engine.refusals import Refused
from throughline.objectives.edges import balancing, edges_from, upwards
from throughline.objectives.effects import change_from, unit_said, units_of
from throughline.objectives.items import AnyItem, kind_of
from throughline.objectives.keys import LONGEST_KEY
from throughline.objectives.models import Cycle, Edge, Initiative, ItemKind, KeyResult, LongTermObjective
from throughline.objectives.wording import names_of

SERVES = (
    ("", "not served"),
    (Edge.Kind.CONTRIBUTES.value, "contributes: it counts"),
    (Edge.Kind.SUPPORTS.value, "supports: it is shown"),
)
LONG = forms.Textarea({"rows": 4})
NUMBER = forms.TextInput({"inputmode": "decimal"})
PEOPLE = forms.TextInput({"list": "people", "autocomplete": "off"})


class PlanForm(forms.Form):
    """A form whose refusals stand beside the field that they name."""

    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside its field."""
        place = refused.place or ""
        self.add_error(place if place in self.fields else None, refused.message)


class ItemForm(PlanForm):
    """What every part of the plan is asked, and which items it serves."""

    kind: str
    title = forms.CharField(max_length=240)
    description = forms.CharField(max_length=10_000, required=False, widget=LONG, label="Why, in plain words")
    owner_name = forms.CharField(max_length=120, required=False, widget=PEOPLE, label="Owner")

    def __init__(
        self, *args: Any, item: AnyItem | None = None, cycle: Cycle | None = None, **more: Any
    ) -> None:
        said = {name: getattr(item, name) for name in self.base_fields if item and hasattr(item, name)}
        super().__init__(*args, **more)
        self.initial = {**said, **self.initial}
        self.item = item
        self.cycle = cycle or getattr(item, "cycle", None)
        self.upper = {_name(each): each for each in upwards(self.kind, self.cycle)}
        drawn = edges_from(item) if item else {}
        for name, each in self.upper.items():
            stands = drawn.get((kind_of(each), each.pk), "")
            self.fields[name] = forms.ChoiceField(
                choices=SERVES, required=False, label=each.title, initial=stands
            )

    @property
    def serving(self) -> Iterator[forms.BoundField]:
        """The fields that ask which items it serves."""
        return (self[name] for name in self.upper)

    @property
    def fields_said(self) -> dict[str, Any]:
        """What goes into the item itself."""
        return {name: self.cleaned_data[name] for name in self.base_fields if name in self.cleaned_data}

    @property
    def edges_said(self) -> dict[AnyItem, str]:
        """To which items an edge leads, with its kind."""
        return {each: self.cleaned_data[name] for name, each in self.upper.items()}


class GoalForm(ItemForm):
    """What the organisation wants."""

    kind = ItemKind.GOAL
    source = forms.CharField(
        max_length=2000, required=False, label="Where it was read", widget=forms.TextInput()
    )


class LongTermForm(ItemForm):
    """A tenet of the security team."""

    kind = ItemKind.LONG_TERM
    tenet = forms.ChoiceField(choices=LongTermObjective.Kind.choices, label="What it does")
    tension = forms.ModelMultipleChoiceField(
        LongTermObjective.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="In tension with",
    )
    field_order = ["title", "tenet", "description", "owner_name"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        others = LongTermObjective.objects.filter(archived_at=None).exclude(
            pk=self.item.pk if self.item else 0
        )
        tension = self.fields["tension"]
        assert isinstance(tension, forms.ModelMultipleChoiceField)
        tension.queryset = others
        if isinstance(self.item, LongTermObjective):
            self.initial["tenet"] = self.item.kind
            drawn = edges_from(self.item)
            self.initial["tension"] = [
                each.pk for each in others if drawn.get((ItemKind.LONG_TERM, each.pk)) == Edge.Kind.BALANCES
            ]

    @property
    def fields_said(self) -> dict[str, Any]:
        said = super().fields_said
        said.pop("tension", None)
        said["kind"] = said.pop("tenet")
        return said

    @property
    def edges_said(self) -> dict[AnyItem, str]:
        chosen = set(self.cleaned_data["tension"])
        others = self.fields["tension"].queryset  # type: ignore[attr-defined]
        tension = {each: Edge.Kind.BALANCES.value if each in chosen else "" for each in others}
        return {**super().edges_said, **tension}


class ObjectiveForm(ItemForm):
    """What a cycle is to reach, said without a number."""

    kind = ItemKind.OBJECTIVE
    guardrails = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Guardrails"
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        others = KeyResult.objects.filter(objective__cycle=self.cycle)
        others = others.exclude(objective_id=self.item.pk) if self.item else others
        self.others = {str(each.pk): each for each in others}
        choices = [(str(number), name) for number, name in names_of(self.others.values()).items()]
        guardrails = self.fields["guardrails"]
        assert isinstance(guardrails, forms.MultipleChoiceField)
        guardrails.choices = choices
        if self.item is not None:
            self.initial["guardrails"] = [str(each) for each in balancing(self.item)]  # type: ignore[arg-type]

    @property
    def fields_said(self) -> dict[str, Any]:
        return {name: value for name, value in super().fields_said.items() if name != "guardrails"}

    @property
    def guardrails_said(self) -> list[KeyResult]:
        """The key results of other objectives that keep this one honest."""
        return [self.others[number] for number in self.cleaned_data["guardrails"]]


class InitiativeForm(ItemForm):
    """Work that is expected to move key results."""

    kind = ItemKind.INITIATIVE
    narrative = forms.CharField(
        max_length=2000, required=False, widget=LONG, label="How would you tell the board, or a customer?"
    )
    status = forms.ChoiceField(choices=Initiative.Status.choices)
    people = forms.CharField(max_length=2000, required=False, label="Who works on it")
    effort_low = forms.FloatField(required=False, label="Effort at least")
    effort_high = forms.FloatField(required=False, label="Effort at most")
    delay_cost = forms.FloatField(required=False, label="Cost of a week's delay")
    delay_profile = forms.ChoiceField(choices=Initiative.DelayProfile.choices, label="That cost is")
    start = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    due = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    addresses = forms.CharField(
        max_length=5000, required=False, widget=forms.Textarea({"rows": 2}), label="Links, one a line"
    )
    field_order = ["title", "description", "narrative"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if isinstance(self.item, Initiative):
            self.initial["addresses"] = "\n".join(self.item.links)
            names = self.item.assignments.values_list("name", flat=True)
            self.initial["people"] = ", ".join(names)

    @property
    def fields_said(self) -> dict[str, Any]:
        said = super().fields_said
        said.pop("people", None)
        lines = said.pop("addresses", "").splitlines()
        return {**said, "links": [line.strip() for line in lines if line.strip()]}

    @property
    def people_said(self) -> list[str]:
        """The names of those who work on it."""
        return [name.strip() for name in self.cleaned_data["people"].split(",")]


class EffectForm(PlanForm):
    """What an initiative should change in one key result."""

    key_result = forms.ModelChoiceField(KeyResult.objects.none(), empty_label="Choose one")
    low = forms.CharField(max_length=40, label="Change from", widget=NUMBER)
    high = forms.CharField(max_length=40, label="Change to", widget=NUMBER)
    confidence = forms.FloatField(label="Confidence, in percent", min_value=1, max_value=100, initial=80)

    def __init__(self, *args: Any, initiative: Initiative, **more: Any) -> None:
        super().__init__(*args, **more)
        chosen = KeyResult.objects.filter(dropped_at=None)
        if initiative.cycle_id:
            chosen = chosen.filter(objective__cycle_id=initiative.cycle_id)
        field = self.fields["key_result"]
        field.queryset = chosen  # type: ignore[attr-defined]
        names, self.units = names_of(chosen), units_of(chosen)
        units = {number: unit_said(unit) for number, unit in self.units.items()}
        said = {number: f", in {unit}" if unit else "" for number, unit in units.items()}
        field.label_from_instance = lambda each: f"{names[each.pk]}{said[each.pk]}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both ends of the range in the unit of the key result that was chosen."""
        given = self.cleaned_data
        unit = self.units[given["key_result"].pk] if "key_result" in given else ""
        for place in {"low", "high"} & given.keys():
            try:
                given[place] = change_from(given[place], unit, place=place)
            except Refused as refused:
                self.refuse(refused)
        return given


class CounterpartForm(PlanForm):
    """What another team is asked for."""

    team = forms.ModelChoiceField(Team.objects.all(), empty_label="Choose one", label="Other team")
    title = forms.CharField(max_length=240, label="Their half")
    outcome = forms.CharField(max_length=240, label="Where both halves meet")
    owner = forms.CharField(max_length=120, label="Who owns it there", widget=PEOPLE)
    due = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    description = forms.CharField(max_length=10_000, required=False, widget=forms.Textarea({"rows": 2}))
    required = forms.BooleanField(
        required=False, initial=True, label="The quarter is not set until they confirm"
    )


FORMS: dict[str, type[ItemForm]] = {
    ItemKind.GOAL: GoalForm,
    ItemKind.LONG_TERM: LongTermForm,
    ItemKind.OBJECTIVE: ObjectiveForm,
    ItemKind.INITIATIVE: InitiativeForm,
}


def people() -> list[str]:
    """The names that a field for a person suggests."""
    return list(User.objects.filter(is_active=True).values_list("name", flat=True))


def _name(item: AnyItem) -> str:
    return f"{kind_of(item)}-{item.key}"[: LONGEST_KEY + 20]
