"""What the choices of many people cost the team, on all cores: each process answers for a person at a time.

Threads would wait for each other here. What the first person's answers have taught the others begin with, and
what comes of it is the same on one core as on many.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TypeAlias

from throughline.engine.matching import Begun, Matching, Plan, answered, suited

Pairs: TypeAlias = list[tuple[int, int]]
Answers: TypeAlias = dict[tuple[int, int], Plan | None]
Told: TypeAlias = Callable[[int, int], None]
# Each takes some 50 MB.
_MOST = 8
# So often is asked, while nothing comes, whether anybody still waits.
_SECONDS = 0.5
# Whoever looks at a page meanwhile comes first.
_NICE = 10
# By this NumPy is told how many threads may add up.
_THREADS = "OPENBLAS_NUM_THREADS"


def ask(found: Matching, people: Sequence[int], *, told: Told, cores: int | None = None) -> None:
    """Have the matching know what the suggestions of these people need.

    `told` hears how many people are done, and of how many; what it raises ends the work.
    """
    for number, person in enumerate(people):
        told(number, len(people))
        found.take({pair: found.forcing(*pair) for pair in _pairs(found, person)})
        begun, others = found.begun, people[number + 1 :]
        if begun is not None and others:
            asked = [_pairs(found, each) for each in others]
            answers = _elsewhere(begun, asked, cores or _cores(), told=told)
            for place, pairs in enumerate(asked):
                given = answers.get(place)
                if given is None:
                    told(1 + place, len(people))
                    given = answered(begun, pairs)
                found.take(given)
            return


def _pairs(found: Matching, person: int) -> Pairs:
    return [(person, work) for work in suited(found, person) if not found.plan.given[person, work]]


def _elsewhere(begun: Begun, asked: Sequence[Pairs], cores: int, *, told: Told) -> dict[int, Answers]:
    """The answers by place; some are missing where processes may not be begun, or are ended from outside."""
    count = min(cores, len(asked), _MOST)
    if count < 2:
        return {}
    answers: dict[int, Answers] = {}
    open_places = deque(range(len(asked)))
    with _processes(begun, count) as idle:
        at: dict[Connection, int] = {}
        while at or (open_places and idle):
            while open_places and idle:
                pipe = idle.pop()
                with suppress(OSError):
                    pipe.send(asked[open_places[0]])
                    at[pipe] = open_places.popleft()
            told(1 + len(answers), 1 + len(asked))
            heard = wait(list(at), timeout=_SECONDS)
            for pipe in [each for each in at if each in heard]:
                place = at.pop(pipe)
                with suppress(EOFError, OSError):
                    answers[place] = pipe.recv()
                    idle.append(pipe)
    return answers


@contextmanager
def _processes(begun: Begun, count: int) -> Iterator[list[Connection]]:
    """Processes that answer, a pipe each; they are ended with this."""
    # A copy of a process with threads may wait for ever for what one of them held, so each begins anew.
    context = get_context("spawn")
    started: list[tuple[SpawnProcess, Connection]] = []
    try:
        with suppress(OSError), _uninterrupted(), _one_thread_each():
            for _ in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(target=_answer, args=(begun, theirs), daemon=True)
                process.start()
                theirs.close()
                started.append((process, ours))
        yield [pipe for _, pipe in started]
    finally:
        for process, pipe in started:
            process.terminate()
            pipe.close()
        for process, _ in started:
            process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is begun here hears nothing of the terminal's Ctrl-C, which is for who waits for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """What is begun here adds up on one core: threads of as many processes would wait for each other."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before


def _answer(begun: Begun, pipe: Connection) -> None:
    os.nice(_NICE)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answered(begun, pipe.recv()))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
