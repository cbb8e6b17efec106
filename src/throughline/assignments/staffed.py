"""What is said of the work of a cycle, what is missing of it, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from throughline.accounts.models import User
from throughline.assignments import access
from throughline.assignments.models import Tie, Work
from throughline.assignments.naming import titles_of
from throughline.assignments.valuing import said_of
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Initiative, KeyResult
from throughline.objectives.wording import names_of
from throughline.people.models import WorkKind
from throughline.people.words import LEVELS, word_of

# What may be missing: its name in addresses and files, and what it means for the match.
MISSING: Mapping[str, str] = {
    "description": "not described yet: the match cannot see it",
    "weeks": "nobody said how many weeks: the match leaves it out",
    "kinds": "no kind of work: nobody's interest or growth counts for it",
    "value": "nobody said what it is worth: it counts 0",
    "why": "its value has no reason",
}
ANY = "any"
TONES = 6


@dataclass(frozen=True, slots=True)
class Part:
    """How large a part of a piece of work is of a kind, and where it is drawn, in hundredths."""

    kind: str
    title: str
    share: float
    start: float
    tone: int
    grows: bool

    @property
    def width(self) -> float:
        return self.share * 100


@dataclass(frozen=True)
class Staffed:
    """A piece of work with what is said of it; without `work` nothing is said yet."""

    item: Initiative | KeyResult
    title: str
    work: Work | None
    ties: tuple[Tie, ...] = ()
    kinds: Mapping[str, WorkKind] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its name in the match."""
        return key_of(self.item)

    @property
    def address(self) -> str:
        """The page of the initiative or key result."""
        if isinstance(self.item, Initiative):
            return reverse("initiative", args=[self.item.key])
        return reverse("key-result", args=[self.item.pk])

    @property
    def form(self) -> str:
        """The page on which one says what it needs."""
        return form_of(self.item)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Its kinds, the largest part first."""
        said = self.work.kinds if self.work else {}
        grows = set(self.work.grows if self.work else ()) or set(said)
        found, start = [], 0.0
        for kind, share in sorted(said.items(), key=lambda each: (-each[1], each[0])):
            known = self.kinds.get(kind)
            tone = (known.position - 1) % TONES + 1 if known else TONES
            found.append(Part(kind, known.title if known else kind, share, start, tone, kind in grows))
            start += share * 100
        return tuple(found)

    @property
    def rest(self) -> float:
        """The part that is of no kind."""
        return max(0.0, 1 - sum(each.share for each in self.parts))

    @property
    def worth(self) -> str:
        """Its value in words."""
        return said_of(self.work.value) if self.work else ""

    @property
    def floors(self) -> list[tuple[str, str]]:
        """The least skill by kind, in words."""
        said = self.work.skills if self.work else {}
        return [
            (self.kinds[kind].title if kind in self.kinds else kind, word_of(level, LEVELS))
            for kind, level in said.items()
        ]

    @property
    def tied(self) -> list[tuple[str, list[str]]]:
        """Who must do it, never does it, or goes on with it."""
        by = [
            (kind.label, [each.person.name for each in self.ties if each.kind == kind]) for kind in Tie.Kind
        ]
        return [(label, sorted(names)) for label, names in by if names]

    @property
    def missing(self) -> list[str]:
        """What the match would need to know, by its name in `MISSING`."""
        if self.work is None:
            return ["description"]
        lacks = {
            "weeks": self.work.weeks is None,
            "kinds": not self.work.kinds,
            "value": self.work.value is None,
            "why": self.work.value is not None and not self.work.value_why,
        }
        return [name for name, is_so in lacks.items() if is_so]

    @property
    def missing_said(self) -> list[str]:
        """The same in words."""
        return [MISSING[name] for name in self.missing]


def key_of(item: Initiative | KeyResult) -> str:
    """The name of a piece of work in the match, described or not."""
    return f"initiative:{item.key}" if isinstance(item, Initiative) else f"key_result:{item.pk}"


def form_of(item: Initiative | KeyResult) -> str:
    """The address at which one says what it needs."""
    if isinstance(item, Initiative):
        return reverse("initiative-staffing", args=[item.key])
    return reverse("key-result-staffing", args=[item.pk])


def staffed(user: User | AnonymousUser, cycle: Cycle) -> list[Staffed]:
    """The work of a cycle as the person sees it: what is described, then initiatives that are not."""
    return every_piece(cycle, sees=access.may_see_ties(user))


def every_piece(cycle: Cycle, *, sees: bool = True) -> list[Staffed]:
    """The same, with who is tied to it where one `sees` that."""
    works, kinds = access.works_of(cycle), every_kind()
    titles = titles_of(works)
    known = [
        Staffed(_item(each), titles[each.key], each, tuple(each.ties.all()) if sees else (), kinds)
        for each in works
    ]
    return [*known, *(Staffed(each, each.title, None, (), kinds) for each in access.not_described(cycle))]


def staffed_one(user: User | AnonymousUser, item: Initiative | KeyResult) -> Staffed:
    """One piece of work as the person sees it."""
    name = "initiative" if isinstance(item, Initiative) else "key_result"
    work = access.described(user).filter(**{name: item}).first()
    ties = tuple(work.ties.all()) if work else ()
    title = item.title if isinstance(item, Initiative) else f"Own: {names_of([item])[item.pk]}"
    return Staffed(item, title, work, ties, every_kind())


def unowned(cycle: Cycle) -> list[tuple[KeyResult, str]]:
    """The key results of a cycle whose ownership is not described, with their names."""
    found = list(access.key_results_of(cycle).filter(staffing=None).order_by("position", "id"))
    names = names_of(found)
    return [(each, names[each.pk]) for each in found]


def wanted_of(asked: str) -> str:
    """What is to be missing of the work that is shown, or nothing for all of it. Raises Refused."""
    if asked in ("", ANY, *MISSING):
        return asked
    raise Refused(
        f"expected {ANY}, {', '.join(MISSING)}; found '{asked[:40]}'{nearest(asked, [ANY, *MISSING])}",
        place="missing",
        code="unknown",
    )


def is_wanted(each: Staffed, wanted: str) -> bool:
    """Whether what is wanted is missing of a piece of work."""
    return not wanted or wanted in each.missing or (wanted == ANY and bool(each.missing))


def counted(rows: Iterable[Staffed]) -> dict[str, int]:
    """How many pieces lack what."""
    lacks = [name for each in rows for name in each.missing]
    return {name: lacks.count(name) for name in MISSING}


def every_kind() -> dict[str, WorkKind]:
    """Every kind of work by its key, retired ones too."""
    return {each.key: each for each in WorkKind.objects.all()}


def _item(work: Work) -> Initiative | KeyResult:
    item = work.initiative or work.key_result
    assert item is not None
    return item
