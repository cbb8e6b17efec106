"""What the facts say by themselves: the sentences that stand until a manager writes better ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from throughline.objectives.models import Cycle
from throughline.reports.content import Report, Result
from throughline.reports.models import LONGEST

WORRIES = ("off_track", "missed", "at_risk")
WORDS = {
    "hit": "hit",
    "on_track": "on track",
    "at_risk": "at risk",
    "off_track": "off track",
    "missed": "missed",
    "stale": "without fresh data",
    "pending": "not measured yet",
    "closed": "ended without a grade",
}
MOST_STORIES, MOST_LESSONS, MOST_NAMES = 2, 3, 3


def headline(state: str, results: Sequence[Result]) -> str:
    """How the quarter went, in one sentence.

    >>> headline("set", [])
    'No key result is in force.'
    """
    if not results:
        return "No key result is in force."
    good, total = sum(each.is_on_course for each in results), len(results)
    ended = state == Cycle.State.CLOSED
    verb = ("was" if good == 1 else "were") if ended else ("is" if good == 1 else "are")
    begin = f"{good or 'None'} of {total} key result{'' if total == 1 else 's'} {verb} "
    begin += "hit" if ended else "on course"
    counted = Counter(each.word for each in results if not each.is_on_course)
    rest = [f"{counted[word]} {WORDS[word]}" for word in WORDS if counted[word]]
    return f"{begin}; {_listed(rest)}." if rest else f"{begin}."


def of(report: Report) -> Iterator[tuple[str, str]]:
    """The part and its draft, of each of the three texts."""
    for part, draft in (("narrative", narrative), ("learnt", learnt), ("next", following)):
        yield part, _within(draft(report))


def left_out(report: Report, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts without those that say what the draft says: they stay the draft of the day."""
    given = {part: text.strip().replace("\r\n", "\n") for part, text in texts.items()}
    return {part: "" if text == report.text(part).draft else text for part, text in given.items()}


def narrative(report: Report) -> list[str]:
    """What was aimed at, what went worst and best, and what is told of the work."""
    kept = [each for each in report.results if each.is_kept]
    aims = "aimed" if report.state == Cycle.State.CLOSED else "aims"
    titles = [f"“{each.title}”" for each in report.objectives if each.is_written]
    found = [f"{report.title} {aims} at {_listed(titles)}."] if titles else []
    best = max((each for each in kept if each.word in ("hit", "on_track")), key=_score, default=None)
    worst = min((each for each in kept if each.word in WORRIES), key=_urgency, default=None)
    if best is not None:
        found.append(_stands(best))
    if worst is not None:
        found.append(_stands(worst))
    told = [board for _, board in report.work.stories[:MOST_STORIES]]
    said = [*found, *(_ended(each) for each in told)]
    return said or ["No objective is written yet."]


def learnt(report: Report) -> list[str]:
    """The lessons of post-mortems; while there are none, what changed in the plan, and why."""
    said = [each.lesson.lesson for each in report.results if each.lesson and each.lesson.lesson]
    if said:
        # The same lesson of three key results is one lesson.
        return [_ended(each) for each in list(dict.fromkeys(said))[:MOST_LESSONS]]
    changed = sum(bool(each.history) for each in report.results)
    found = []
    if changed:
        found.append(f"{changed} key result{' was' if changed == 1 else 's were'} worded anew on the way.")
    given_up = [each for each in report.results if not each.is_kept]
    found += [f"{each.name} was given up: {_ended(each.reason)}" for each in given_up[:MOST_NAMES]]
    return found or ["No post-mortem is written yet: lessons come with the grades."]


def following(report: Report) -> list[str]:
    """What must turn before the end, what is tried again, and what the next quarter aims at."""
    worries = [each for each in report.results if each.word in ("off_track", "at_risk")]
    found = []
    if worries:
        names = [each.name for each in sorted(worries, key=_urgency)]
        more = len(names) - MOST_NAMES
        rest = [f"{more} more"] if more > 0 else []
        found.append(f"To be turned before the end: {_listed([*names[:MOST_NAMES], *rest])}.")
    again = [each for each in report.results if each.lesson and each.lesson.next_step != "Drop it"]
    again = [each for each in again if each.word != "hit"]
    if again:
        steps = [f"{each.name} ({each.lesson.next_step.lower()})" for each in again if each.lesson]
        found.append(f"Unfinished: {_listed(steps[:MOST_NAMES])}.")
    after = report.following
    if after is not None and after.objectives:
        aims = _listed([f"“{each}”" for each in after.objectives[:MOST_NAMES]])
        found.append(f"{after.title} ({after.state}) aims at {aims}.")
    return found or ["The next quarter is not planned yet."]


def _stands(result: Result) -> str:
    return f"{result.name} ({result.aim}): {result.now}, {WORDS[result.word]}."


def _score(result: Result) -> float:
    return result.score if result.score is not None else -1.0


def _urgency(result: Result) -> tuple[int, float]:
    return WORRIES.index(result.word), _score(result)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def _ended(text: str) -> str:
    """A text that ends as a sentence does."""
    said = text.strip()
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _within(sentences: Sequence[str]) -> str:
    """As many whole sentences as a text may be long."""
    said = ""
    for each in sentences:
        if len(said) + len(each) + 1 <= LONGEST:
            said = f"{said} {each}".strip()
    return said or sentences[0][: LONGEST - 1] + "…"
