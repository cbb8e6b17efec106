"""Forms about oneself: five questions to begin with, and each answer by itself afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from throughline.engine.refusals import Refused
from throughline.people.actions import LONGEST_GOAL, MOST_WEEKS
from throughline.people.kinds import LIMITS
from throughline.people.models import Capacity, Rung, WorkKind
from throughline.people.rungs import MOST_BYTES
from throughline.people.words import GLADLY, RATHER_NOT, WISHES

_WEEKS = {
    "invalid": "Expected a number of weeks.",
    "min_value": "Expected 0 weeks or more.",
    "max_value": f"Expected at most {MOST_WEEKS:g} weeks.",
}
_WEEKS_NEEDED = {"required": "Say how many weeks; 0 is an answer.", **_WEEKS}


class Refusing(forms.Form):
    """A form that puts a refusal beside the field that it names."""

    use_required_attribute = False

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field that it names."""
        self.add_error(refused.place if refused.place in self.fields else None, refused.message)


def _kind_choices(kinds: Iterable[WorkKind]) -> list[tuple[str, str]]:
    return [(each.key, each.title) for each in kinds]


def _rung_choices(rungs: Iterable[Rung]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By track, a level each; with the ladder's name where there are several."""
    known = list(rungs)
    is_one = len({each.source for each in known}) < 2
    found: dict[str, list[tuple[str, str]]] = {}
    for each in known:
        track = each.track if is_one else f"{each.track} ({each.source})"
        found.setdefault(track, []).append((each.key, f"{each.track} {each.level}: {each.title}"))
    return list(found.items())


def _weeks(label: str, *, initial: float | None = 0.0) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=0, max_value=MOST_WEEKS, initial=initial, error_messages=_WEEKS_NEEDED
    )


class _Ticks(forms.CheckboxSelectMultiple):
    """Boxes of which `wrong` are those that a mistake is about, where it is not about all of them."""

    wrong: Collection[str] = ()

    def create_option(self, *args: Any, **given: Any) -> dict[str, Any]:
        option = super().create_option(*args, **given)
        if self.wrong and option["value"] not in self.wrong:
            option["attrs"].pop("aria-invalid", None)
        return option


class FirstForm(Refusing):
    """Five questions in two minutes; each may be left empty."""

    gladly = forms.MultipleChoiceField(
        required=False,
        label="1. What do you gladly do?",
        widget=forms.CheckboxSelectMultiple,
    )
    rather_not = forms.MultipleChoiceField(
        required=False, label="2. What would you rather not do?", widget=_Ticks
    )
    goal = forms.CharField(
        required=False, max_length=LONGEST_GOAL, label="3. What do you want to be better at?"
    )
    goal_kinds = forms.MultipleChoiceField(
        required=False, label="In which work would it grow?", widget=forms.CheckboxSelectMultiple
    )
    visibility = forms.MultipleChoiceField(
        required=False,
        label="4. Where do you want to be seen?",
        choices=WISHES,
        widget=forms.CheckboxSelectMultiple,
    )
    weeks = forms.FloatField(
        required=False,
        min_value=0,
        max_value=MOST_WEEKS,
        label="5. How many weeks do you have, without leave and on-call?",
        error_messages=_WEEKS,
    )

    def __init__(self, *args: Any, kinds: Iterable[WorkKind], **given: Any) -> None:
        super().__init__(*args, **given)
        self._choices = choices = _kind_choices(kinds)
        for name in ("gladly", "rather_not", "goal_kinds"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A kind that is in both answers is asked about."""
        said = super().clean() or {}
        both = set(said.get("gladly", [])) & set(said.get("rather_not", []))
        if both:
            named = ", ".join(title for key, title in self._choices if key in both)
            boxes = self.fields["rather_not"].widget
            assert isinstance(boxes, _Ticks)
            boxes.wrong = both
            self.add_error("rather_not", f"Both gladly and rather not: {named}. Choose one.")
        if said.get("goal_kinds") and not said.get("goal"):
            self.add_error("goal", "Say in one line what you want to be better at.")
        return said

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered; 0 weeks are an answer."""
        return all(value in (None, "", []) for value in self.cleaned_data.values())

    @property
    def interests(self) -> dict[str, float | None]:
        """What the first two answers say of kinds of work."""
        said = self.cleaned_data
        found: dict[str, float | None] = dict.fromkeys(said["gladly"], GLADLY)
        return found | dict.fromkeys(said["rather_not"], RATHER_NOT)


class ByKindForm(Refusing):
    """One choice a kind of work: what is liked, or what one can do."""

    # Nothing of it is needed, which need not be said beside every field.
    is_sketch = True

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[WorkKind],
        words: tuple[tuple[float, str], ...],
        said: dict[str, float | None],
        **given: Any,
    ) -> None:
        super().__init__(*args, **given)
        for each in kinds:
            self.fields[each.key] = forms.ChoiceField(
                required=False,
                label=each.title,
                help_text=each.about,
                choices=[("", "not said"), *((str(value), word) for value, word in words)],
                initial="" if said.get(each.key) is None else str(nearest(said[each.key], words)),
            )

    @property
    def values(self) -> dict[str, float | None]:
        """What was chosen, by kind; None where nothing is said."""
        return {key: float(value) if value else None for key, value in self.cleaned_data.items()}


def nearest(value: float | None, words: tuple[tuple[float, str], ...]) -> float:
    """The value among those that have a word.

    >>> nearest(0.8, ((1.0, "absorbs me"), (0.75, "gladly"), (0.5, "fine")))
    0.75
    """
    return min((each for each, _ in words), key=lambda each: abs(each - (value or 0.0)))


class GoalForm(Refusing):
    """Something to be better at."""

    text = forms.CharField(
        max_length=LONGEST_GOAL,
        label="What you want to be better at",
        error_messages={"required": "Say in one line what you want to be better at."},
    )
    kinds = forms.MultipleChoiceField(
        required=False, label="In which work it would grow", widget=forms.CheckboxSelectMultiple
    )
    rung = forms.ChoiceField(
        required=False,
        label="On the ladder",
        error_messages={"invalid_choice": "Choose a rung from the list."},
    )

    def __init__(self, *args: Any, kinds: Iterable[WorkKind], rungs: Iterable[Rung], **given: Any) -> None:
        super().__init__(*args, **given)
        field, rung = self.fields["kinds"], self.fields["rung"]
        assert isinstance(field, forms.MultipleChoiceField)
        assert isinstance(rung, forms.ChoiceField)
        field.choices = _kind_choices(kinds)
        self._rungs = {each.key: each for each in rungs}
        rung.choices = [("", "on none"), *_rung_choices(self._rungs.values())]

    @classmethod
    def towards(cls, rung: Rung | None, *, kinds: Iterable[WorkKind], rungs: Iterable[Rung]) -> GoalForm:
        """An empty form; towards a rung one with its words and the kinds of work in which it is learnt."""
        initial = {"text": rung.title, "rung": rung.key, "kinds": rung.kinds} if rung else {}
        return cls(initial=initial, kinds=kinds, rungs=rungs)

    def clean_rung(self) -> Rung | None:
        """The rung that was chosen."""
        return self._rungs.get(self.cleaned_data["rung"])


class WishesForm(Refusing):
    """Where somebody wants to be seen."""

    visibility = forms.MultipleChoiceField(
        required=False,
        choices=WISHES,
        label="Where you want to be seen",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )


class SharingForm(Refusing):
    """What a manager sees of the raw answers."""

    interests = forms.BooleanField(required=False, label="What I said of kinds of work")
    goals = forms.BooleanField(required=False, label="My growth goals")


class WeeksForm(Refusing):
    """The weeks of a person in a cycle, and what comes off them."""

    weeks = _weeks("Weeks in all", initial=None)
    on_call = _weeks("On-call")
    leave = _weeks("Leave")
    upkeep = _weeks("Keeping things running")

    @classmethod
    def of(cls, capacity: Capacity | None, *, weeks: float) -> WeeksForm:
        """The form as it stands; a person who said nothing has all weeks of the cycle."""
        if capacity is None:
            return cls(initial={"weeks": weeks})
        names = ("weeks", "on_call", "leave", "upkeep")
        return cls(initial={name: getattr(capacity, name) for name in names})


class KindForm(Refusing):
    """A kind of work in the team's words."""

    title = forms.CharField(
        max_length=LIMITS["title"], label="Name", error_messages={"required": "Give it a name."}
    )
    about = forms.CharField(max_length=LIMITS["about"], required=False, label="What it is")
    is_glue = forms.BooleanField(required=False, label="Somebody has to do it, and few ask for it")


class LadderFileForm(Refusing):
    """A ladder as a file."""

    file = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
        widget=forms.FileInput({"accept": ".yaml,.yml,.json"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """The file, where it is no larger than what is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"Expected at most {MOST_BYTES:,} bytes, found {file.size:,}.")
        return file


class TapsForm(Refusing):
    """One tap a kind after a piece of work: did it absorb me, would I do it again."""

    CHOICES = (("", "not said"), ("yes", "yes"), ("no", "no"))

    def __init__(
        self, *args: Any, kinds: Iterable[WorkKind], held: Collection[str] = (), **given: Any
    ) -> None:
        """`held` are the keys of the kinds that the work was of; without any, all are asked for alike."""
        super().__init__(*args, **given)
        self.kinds = list(kinds)
        known = {each.key for each in self.kinds}
        self.held = known.intersection(held) or known
        for each in self.kinds:
            for name in ("absorbed", "again"):
                self.fields[f"{each.key}:{name}"] = forms.ChoiceField(
                    required=False, choices=self.CHOICES, widget=forms.RadioSelect
                )

    @property
    def said(self) -> dict[str, tuple[bool | None, bool | None]]:
        """What was tapped, by kind."""
        meant = {"yes": True, "no": False}
        found = self.cleaned_data
        return {
            each.key: (meant.get(found[f"{each.key}:absorbed"]), meant.get(found[f"{each.key}:again"]))
            for each in self.kinds
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing was tapped."""
        return all(absorbed is again is None for absorbed, again in self.said.values())

    @property
    def rows(self) -> list[tuple[WorkKind, Any, Any]]:
        """Each kind that the work was of, with its two questions."""
        return [self._row(each) for each in self.kinds if each.key in self.held]

    @property
    def other_rows(self) -> list[tuple[WorkKind, Any, Any]]:
        """The kinds that nobody expected in the work, and that it may have held nevertheless."""
        return [self._row(each) for each in self.kinds if each.key not in self.held]

    def _row(self, kind: WorkKind) -> tuple[WorkKind, Any, Any]:
        return kind, self[f"{kind.key}:absorbed"], self[f"{kind.key}:again"]
