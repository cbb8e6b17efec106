"""What the choices of many people cost the team, on all cores: each process answers for a few at a time.

Threads would wait for each other here. What the first person's answers have taught the others begin with, who
is asked together is the same everywhere, and so what comes of it is the same on one core as on many.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TypeAlias

from throughline.engine.matching import Begun, Matching, Plan, answered, suited

Pairs: TypeAlias = list[tuple[int, int]]
Answers: TypeAlias = dict[tuple[int, int], Plan | None]
# The pairs of some people, who are asked one after the other.
Group: TypeAlias = list[Pairs]
Heard: TypeAlias = Callable[[Answers | None], None]
Told: TypeAlias = Callable[[int, int], None]
# Each takes some 50 MB.
_MOST = 8
# Those asked together learn from each other; the more they are, the longer the last process is waited for.
_TOGETHER = 6
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
            [_, *asked] = found.apart([_pairs(found, each) for each in people[number:]])
            groups = [asked[start : start + _TOGETHER] for start in range(0, len(asked), _TOGETHER)]
            hear = _counted(found, told, 1, len(people))
            left = _elsewhere(begun, groups, cores or _cores(), hear=hear)
            for group, heard in left:
                for answers in islice(answered(begun, group), heard, None):
                    hear(answers)
            return


def _counted(found: Matching, told: Told, done: int, total: int) -> Heard:
    """Has the matching keep each person's answers, and tells how many people are done; None is nobody's."""

    def hear(answers: Answers | None) -> None:
        nonlocal done
        if answers is not None:
            found.take(answers)
            done += 1
        told(done, total)

    return hear


def _pairs(found: Matching, person: int) -> Pairs:
    return [(person, work) for work in suited(found, person) if not found.plan.given[person, work]]


def _elsewhere(begun: Begun, groups: list[Group], cores: int, *, hear: Heard) -> list[tuple[Group, int]]:
    """Have processes answer; what is left where none may be begun, or some are ended from outside.

    Of each group that is left, for how many of its people the answers were heard.
    """
    count = min(cores, len(groups), _MOST)
    waiting = deque((group, 0) for group in groups)
    left: list[tuple[Group, int]] = []
    if count < 2:
        return [*waiting]
    with _processes(begun, count) as idle:
        at: dict[Connection, tuple[Group, int]] = {}
        while at or (waiting and idle):
            while waiting and idle:
                pipe = idle.pop()
                with suppress(OSError):
                    pipe.send(waiting[0][0])
                    at[pipe] = waiting.popleft()
            hear(None)
            heard = wait(list(at), timeout=_SECONDS)
            for pipe in [each for each in at if each in heard]:
                group, done = at.pop(pipe)
                try:
                    answers = pipe.recv()
                except (EOFError, OSError):
                    left.append((group, done))
                    continue
                hear(answers)
                if done + 1 < len(group):
                    at[pipe] = group, done + 1
                else:
                    idle.append(pipe)
    return [*left, *waiting]


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
            for answers in answered(begun, pipe.recv()):
                pipe.send(answers)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
