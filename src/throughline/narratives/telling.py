"""The work of a cycle with its stories: those without one first, and what assurance unlocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from throughline.assignments.models import Work
from throughline.narratives.models import Story
from throughline.narratives.queries import INITIATIVE, KEY_RESULT, Of, Told, stories_of
from throughline.objectives.models import Cycle, Initiative, KeyResult, Version
from throughline.objectives.wording import names_of

# The kind of work that customers and auditors ask for.
EVIDENCE = "compliance-evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWork:
    """A piece of work, an initiative or a key result that somebody owns, with what is told of it."""

    of: Of
    name: str
    title: str
    address: str
    to_tell: str
    owner: str
    told: Told
    # Whether customers or auditors ask for it, so that one may ask back what it unlocks.
    is_assurance: bool = False

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "initiative" if self.of[0] == INITIATIVE else "key result"

    @property
    def unlocks_nothing_yet(self) -> bool:
        """Whether it is assurance of which nobody has named a deal."""
        return self.is_assurance and not self.told.revenue_from


@dataclass(frozen=True, slots=True)
class Stories:
    """Everything that there is to tell of a cycle, what lacks a story first."""

    cycle: Cycle | None
    work: tuple[TellingWork, ...]

    @property
    def untold(self) -> list[TellingWork]:
        return [each for each in self.work if not each.told.is_told]

    @property
    def unlocking(self) -> list[TellingWork]:
        """The work that unlocks revenue, the most first, and last what nobody has put a figure to."""
        found = [each for each in self.work if each.told.revenue_from]
        return sorted(found, key=lambda each: -(each.told.revenue or 0.0))

    @property
    def assurance_without(self) -> list[TellingWork]:
        return [each for each in self.work if each.unlocks_nothing_yet]

    @property
    def revenue(self) -> float:
        """What all of it unlocks, in the organisation's currency."""
        return sum(each.told.revenue or 0.0 for each in self.work)


def stories_in(cycle: Cycle | None) -> Stories:
    """The work of a cycle with its stories; the same number of questions however much there is."""
    if cycle is None:
        return Stories(None, ())
    results = list(KeyResult.objects.filter(objective__cycle=cycle, dropped_at=None).order_by("id"))
    works = list(_initiatives(cycle, results))
    found = telling(works, results)
    # Nobody tells the story of a key result that nobody owns yet.
    owned = [each for each in found if each.of[0] == INITIATIVE or each.owner]
    return Stories(cycle, tuple(sorted(owned, key=lambda each: each.told.is_told)))


def telling_after(narrative: str) -> list[TellingWork]:
    """The work of ours that takes after a story of the library."""
    running = Q(initiative__isnull=False, initiative__archived_at=None)
    running |= Q(key_result__isnull=False, key_result__dropped_at=None)
    stories = Story.objects.filter(running, narrative=narrative).select_related("initiative", "key_result")
    works = [each.initiative for each in stories if each.initiative is not None]
    return telling(works, [each.key_result for each in stories if each.key_result is not None])


def telling(works: Iterable[Initiative], results: Iterable[KeyResult]) -> list[TellingWork]:
    """Initiatives and key results, in this order, with their stories."""
    works, results = list(works), list(results)
    told = stories_of([each.pk for each in works], [each.pk for each in results])
    names, owners = names_of(results), _owners(results)
    evidence = _evidence(works, results)
    return [
        *(_of_initiative(each, told[INITIATIVE, each.pk], evidence) for each in works),
        *(
            _of_key_result(each, names[each.pk], owners.get(each.pk, ""), told[KEY_RESULT, each.pk], evidence)
            for each in results
        ),
    ]


def telling_of(work: Initiative | KeyResult) -> TellingWork:
    """One piece of work with its story."""
    return telling([work], [])[0] if isinstance(work, Initiative) else telling([], [work])[0]


def _initiatives(cycle: Cycle, results: list[KeyResult]) -> Iterable[Initiative]:
    found = Initiative.objects.filter(archived_at=None).exclude(status=Initiative.Status.DROPPED)
    # Work without a cycle belongs to the one whose key results it moves, as in the thread.
    ours = found.filter(cycle=cycle) | found.filter(cycle=None, effects__key_result__in=results)
    return ours.distinct()


def _owners(results: list[KeyResult]) -> dict[int, str]:
    sketched = {each.pk: str(each.sketch.get("owner") or "") for each in results if each.sketch is not None}
    versions = Version.objects.filter(key_result__in=results).order_by("number")
    return sketched | dict(versions.values_list("key_result", "owner_name"))


def _evidence(works: list[Initiative], results: list[KeyResult]) -> set[Of]:
    """The work that consists of evidence for customers and auditors, as its staffing says."""
    found = Work.objects.filter(Q(initiative__in=works) | Q(key_result__in=results))
    return {
        (INITIATIVE, each.initiative_id) if each.initiative_id else (KEY_RESULT, each.key_result_id or 0)
        for each in found
        if each.kinds.get(EVIDENCE)
    }


def _of_initiative(work: Initiative, told: Told, evidence: set[Of]) -> TellingWork:
    of = (INITIATIVE, work.pk)
    return TellingWork(
        of=of,
        name=f"{INITIATIVE}:{work.key}",
        title=work.title,
        address=reverse("initiative", args=[work.key]),
        to_tell=reverse("initiative-story", args=[work.key]),
        owner=work.owner_name,
        told=told,
        is_assurance=of in evidence or _is_told_as_assurance(told),
    )


def _of_key_result(each: KeyResult, name: str, owner: str, told: Told, evidence: set[Of]) -> TellingWork:
    of = (KEY_RESULT, each.pk)
    return TellingWork(
        of=of,
        name=f"{KEY_RESULT}:{each.key}",
        title=name,
        address=reverse("key-result" if each.sketch is None else "sketch", args=[each.pk]),
        to_tell=reverse("key-result-story", args=[each.pk]),
        owner=owner,
        told=told,
        is_assurance=of in evidence or _is_told_as_assurance(told),
    )


def _is_told_as_assurance(told: Told) -> bool:
    return bool(told.library and told.library.revenue)
