"""What a person reads of herself: her scores, her runs, and how far the one under way has come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from throughline.accounts.models import User
from throughline.calibration.access import own_answers, own_runs
from throughline.calibration.models import Answer, Run
from throughline.calibration.question_sets import Question, QuestionSet, all_sets
from throughline.calibration.scoring import Part, rooms_part, still_there, training_part
from throughline.calibration.sentences import of_part
from throughline.forecasts.track_records import told_by


@dataclass(frozen=True, slots=True)
class Mine:
    """How well a person foretells, where it counts and where she practises."""

    rooms: Part
    training: Part


@dataclass(frozen=True, slots=True)
class Shelved:
    """A set, and how the person stands with it."""

    set: QuestionSet
    times: int
    under_way: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over, with what it says in sentences."""

    run: Run
    set: QuestionSet
    part: Part
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Going:
    """How far a run has come; the set's answers stay here, the page shows the next question's text only."""

    run: Run
    set: QuestionSet
    answers: list[Answer]
    next: Question | None

    @property
    def number(self) -> int:
        """Which question is next, from 1 on."""
        return len(self.answers) + 1


def mine(person: User) -> Mine:
    """The person's own scores; nobody else asks for them."""
    return Mine(rooms_part(told_by([person])), training_part(own_answers(person)))


def shelf(person: User) -> list[Shelved]:
    """Every set with how often the person went through it."""
    ended: dict[str, list[datetime | None]] = defaultdict(list)
    for slug, at in own_runs(person).values_list("question_set", "finished_at"):
        ended[slug].append(at)
    return [
        Shelved(each, sum(at is not None for at in ended[slug]), None in ended[slug])
        for slug, each in all_sets().items()
    ]


def finished(person: User, *, slug: str = "") -> list[Finished]:
    """The person's runs that are over, the newest first; of one set where it is named."""
    answers: dict[int, list[Answer]] = defaultdict(list)
    for each in own_answers(person):
        answers[each.run_id].append(each)
    over = own_runs(person).filter(finished_at__isnull=False)
    if slug:
        over = over.filter(question_set=slug)
    return [_finished(run, answers[run.pk]) for run in over if run.question_set in all_sets()]


def _finished(run: Run, answers: list[Answer]) -> Finished:
    part = training_part(answers)
    return Finished(run, all_sets()[run.question_set], part, of_part(part))


def going(run: Run) -> Going:
    """How far the run has come."""
    of = all_sets()[run.question_set]
    answers = still_there(run.answers.select_related("run"))
    given = {each.question for each in answers}
    left = next((each for each in of.questions if each.key not in given), None)
    return Going(run, of, answers, left)


def result_of(run: Run) -> Part:
    """What one run says by itself."""
    return training_part(run.answers.select_related("run"))
