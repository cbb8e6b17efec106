"""The form of what a piece of work needs carries texts; what is right is decided in `staffing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from throughline.accounts.models import User
from throughline.assignments.models import Tie
from throughline.assignments.staffing import LONGEST_WHY, TIES, Said
from throughline.assignments.valuing import ANCHORS, VALUES
from throughline.engine.refusals import Refused
from throughline.people.models import WorkKind
from throughline.people.words import LEVELS
from throughline.portfolio.numbers import number_of, share_of, written
from throughline.risk.forms import NUMBER, PlacedForm

OWN = "own"
_FLOORS = tuple((value, word) for value, word in LEVELS if value > 0)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of work with its three fields."""

    kind: WorkKind
    part: forms.BoundField
    grows: forms.BoundField
    floor: forms.BoundField


def _number(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(max_length=20, required=False, label=label, help_text=hint, widget=NUMBER)


def _people(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(required=False, label=label, widget=forms.CheckboxSelectMultiple)


class StaffingForm(PlacedForm):
    """What a piece of work needs. Everything may be left empty, and the page then says what is missing."""

    is_sketch = True
    # Refusals about all kinds together stand below their table.
    kinds = grows = skills = forms.Field(required=False, widget=forms.HiddenInput)
    value = forms.ChoiceField(
        required=False,
        label="What it is worth to the business",
        choices=[
            ("", "not said"),
            *((written(number), f"{number:g}: {word}") for number, word in VALUES),
            (OWN, "a number of its own"),
        ],
    )
    value_number = _number("Number of its own", "From 0 to 1, such as 0.7. It counts where it is given.")
    value_why = forms.CharField(
        max_length=LONGEST_WHY,
        required=False,
        label="Why so much",
        help_text="In one line: which goal, which customer, which promise.",
    )
    weeks = _number("Weeks that each person gives", "Empty: the match leaves the work out.")
    least = _number("Fewest people")
    most = _number("Most people")
    has_mentor = forms.BooleanField(
        required=False, label="With a mentor: who is below the floor may join somebody who is not"
    )
    must = _people("Must do it")
    never = _people("Never does it")
    continues = _people("Goes on with it")

    def __init__(
        self,
        *args: Any,
        work_kinds: Sequence[WorkKind],
        people: Sequence[User],
        said: Said,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.work_kinds = work_kinds
        self.people = {str(each.pk): each for each in people}
        for each in work_kinds:
            self.fields[f"part_{each.key}"] = _number(f"Part of {each.title}")
            self.fields[f"grow_{each.key}"] = forms.BooleanField(
                required=False, label=f"One can grow in {each.title} there"
            )
            self.fields[f"floor_{each.key}"] = forms.ChoiceField(
                required=False,
                label=f"Least skill in {each.title}",
                choices=_floors(said.skills.get(each.key)),
            )
        for name in TIES:
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (pk, each.name) for pk, each in self.people.items()
            ]
        self.initial = {**_written(said), **self.initial}
        self.said = said

    @property
    def rows(self) -> list[KindRow]:
        """Each kind of work with its fields, in the order of the team's words."""
        return [
            KindRow(each, *(self[f"{name}_{each.key}"] for name in ("part", "grow", "floor")))
            for each in self.work_kinds
        ]

    @property
    def ties(self) -> list[forms.BoundField]:
        """The three questions about people."""
        return [self[name] for name in TIES]

    def clean(self) -> dict[str, Any]:
        """Read the texts as numbers, each refusal beside its field."""
        given = super().clean() or {}
        self.said = Said(
            kinds=dict(self._parts(given)),
            grows=tuple(each.key for each in self.work_kinds if given.get(f"grow_{each.key}")),
            value=self._value(given),
            value_why=str(given.get("value_why") or "").strip(),
            weeks=self._read("weeks", lambda text: number_of(text, place="weeks", what=_WEEKS, most=1e6)),
            least=self._count("least"),
            most=self._count("most"),
            skills={
                each.key: float(given[f"floor_{each.key}"])
                for each in self.work_kinds
                if given.get(f"floor_{each.key}")
            },
            has_mentor=bool(given.get("has_mentor")),
            ties={kind: [self.people[pk] for pk in given.get(kind) or ()] for kind in TIES},
        )
        return given

    def _parts(self, given: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
        for each in self.work_kinds:
            place = f"part_{each.key}"
            if str(given.get(place) or "").strip() in ("", "0", "0 %", "0%"):
                continue
            found = self._read(place, lambda text: share_of(text, place="", what="a part"))
            if found is not None:
                yield each.key, found

    def _value(self, given: Mapping[str, Any]) -> float | None:
        if str(given.get("value_number") or "").strip():
            return self._read(
                "value_number",
                lambda text: number_of(
                    text, place="value_number", what="a number from 0 to 1 such as 0.7", least=0, most=1
                ),
            )
        if given.get("value") == OWN:
            self.add_error("value_number", "say the number, from 0 to 1, or choose one of the words")
            return None
        return float(given["value"]) if given.get("value") else None

    def _count(self, name: str) -> int:
        what = "a whole number of people such as 2"
        found = self._read(name, lambda text: number_of(text, place=name, what=what, least=0, most=1e4))
        if found is not None and not found.is_integer():
            self.add_error(name, f"expected {what}, found '{found:g}'")
        # Nothing said of the fewest is one; of the most, as many as the fewest.
        return int(found) if found is not None else (1 if name == "least" else self._count("least"))

    def _read(self, name: str, read: Callable[[str], float]) -> float | None:
        text = str(self.cleaned_data.get(name) or "").strip()
        if not text or name in self.errors:
            return None
        try:
            return read(text)
        except Refused as refused:
            self.add_error(name, refused.message)
            return None


_WEEKS = "weeks such as 4 or 2.5"


def _floors(stored: float | None) -> list[tuple[str, str]]:
    """The levels in words; a level between two of them, which a file may give, keeps its number."""
    found = [(written(value), word) for value, word in _FLOORS]
    if stored and written(stored) not in dict(found):
        found.append((written(stored), f"{stored:g}"))
    return [("", "no floor"), *found]


def _written(said: Said) -> dict[str, Any]:
    is_own = said.value is not None and said.value not in ANCHORS
    return {
        **{f"part_{kind}": f"{written(part * 100)} %" for kind, part in said.kinds.items()},
        **{f"grow_{kind}": True for kind in said.grows},
        **{f"floor_{kind}": written(level) for kind, level in said.skills.items()},
        "value": OWN if is_own else written(said.value),
        "value_number": written(said.value) if is_own else "",
        "value_why": said.value_why,
        "weeks": written(said.weeks),
        "least": str(said.least),
        "most": str(said.most),
        "has_mentor": said.has_mentor,
        **{str(kind): [str(each.pk) for each in said.ties.get(kind, ())] for kind in Tie.Kind},
    }
