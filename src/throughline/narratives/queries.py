"""What is told of which work, in a fixed number of questions however much work there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from throughline.narratives.library import Narrative, library
from throughline.narratives.models import Story
from throughline.objectives.models import Initiative, ItemKind, KeyResult, Version

INITIATIVE, KEY_RESULT = str(ItemKind.INITIATIVE), str(ItemKind.KEY_RESULT)
READERS = (("board", "To the board"), ("customer", "To a customer"), ("engineer", "To an engineer"))
Of = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one piece of work; all of it is empty where nobody told anything.

    `own_words` is what stood there before anybody thought of readers: an initiative's narrative, or why a
    key result serves its objective. It counts as told, since somebody said why the work is worth doing.
    """

    own_words: str = ""
    board: str = ""
    customer: str = ""
    engineer: str = ""
    narrative: str = ""
    fails: str = ""
    revenue: float | None = None
    revenue_from: str = ""

    @property
    def is_told(self) -> bool:
        """Whether anybody has said why the work is worth doing, to whomever."""
        return bool(self.own_words or self.board or self.customer or self.engineer)

    @property
    def library(self) -> Narrative | None:
        """The story of the library that it takes after."""
        return library().get(self.narrative)

    @property
    def signs(self) -> tuple[str, ...]:
        """What would show that the story fails: what was written here, else what the library says."""
        own = tuple(line for line in self.fails.splitlines() if line)
        return own or (self.library.fails.signs if self.library else ())

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """(reader in words, sentence) of each reader to whom it is told."""
        return [(title, getattr(self, name)) for name, title in READERS if getattr(self, name)]

    @property
    def story(self) -> str:
        """The whole of it as a thread tells it: in one's own words, else to the first reader there is."""
        return self.own_words.strip() or self.short

    @property
    def short(self) -> str:
        """The one sentence where there is room for one: to the board first."""
        return self.board or self.customer or self.engineer or self.own_words


def stories_of(initiatives: Iterable[int], key_results: Iterable[int] = ()) -> Mapping[Of, Told]:
    """What is told of work by its numbers: {("initiative", 3): Told, ("key_result", 7): Told}.

    Each number that was asked for is there, and is told or not. Three questions at most.
    """
    works, results = list(initiatives), list(key_results)
    stories = {
        of_story(each): each
        for each in Story.objects.filter(Q(initiative__in=works) | Q(key_result__in=results))
    }
    own = {**_narratives(works), **_reasons(results)}
    asked = [*((INITIATIVE, id) for id in works), *((KEY_RESULT, id) for id in results)]
    return {each: told(stories.get(each), own_words=own.get(each, "")) for each in asked}


def told(story: Story | None, *, own_words: str = "") -> Told:
    """What a record says, which may be none, beside one's own words."""
    if story is None:
        return Told(own_words=own_words)
    return Told(
        own_words=own_words,
        board=story.board,
        customer=story.customer,
        engineer=story.engineer,
        narrative=story.narrative,
        fails=story.fails,
        revenue=story.revenue,
        revenue_from=story.revenue_from,
    )


def of_story(story: Story) -> Of:
    """What a story is of."""
    if story.initiative_id is not None:
        return INITIATIVE, story.initiative_id
    assert story.key_result_id is not None
    return KEY_RESULT, story.key_result_id


def _narratives(works: list[int]) -> dict[Of, str]:
    found = Initiative.objects.filter(pk__in=works).exclude(narrative="") if works else ()
    return {(INITIATIVE, each.pk): each.narrative.strip() for each in found}


def _reasons(results: list[int]) -> dict[Of, str]:
    """Why each key result serves its objective: as in its newest version, or as far as it is sketched."""
    if not results:
        return {}
    newest = Version.objects.filter(key_result=OuterRef("pk")).order_by("-number").values("why")[:1]
    found = KeyResult.objects.filter(pk__in=results).annotate(said=Subquery(newest))
    reasons = {each.pk: each.said or str((each.sketch or {}).get("why") or "") for each in found}
    return {(KEY_RESULT, id): why.strip() for id, why in reasons.items()}
