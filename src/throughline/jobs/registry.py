"""Which function does which kind of work, and what it is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from django.utils.module_loading import autodiscover_modules

from throughline.engine.refusals import Refused


class Cancelled(Exception):
    """Somebody asked the running job to stop; what it wrote in its open transaction is undone."""


class Stopping(Exception):
    """The server is going down: the job goes back to the queue."""


class Context(Protocol):
    """What a work function may ask of the job that runs it."""

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is. Raises Cancelled when somebody asked to stop."""


Work = Callable[..., dict[str, Any]]
Function = TypeVar("Function", bound=Work)


@dataclass(frozen=True, slots=True)
class Registered:
    """A kind of work; `every` makes the worker ask for it by itself."""

    kind: str
    work: Work
    every: timedelta | None = None


_REGISTERED: dict[str, Registered] = {}


def job(kind: str, *, every: timedelta | None = None) -> Callable[[Function], Function]:
    """Register `def run(context, **arguments) -> dict` in a module named `<subject>/work.py`."""

    def register(function: Function) -> Function:
        _REGISTERED[kind] = Registered(kind, function, every)
        return function

    return register


def work_of(kind: str) -> Work:
    """The function of a kind; Refused names the known ones."""
    found = _REGISTERED.get(kind) or registered().get(kind)
    if found is None:
        raise Refused(f"No work of the kind '{kind}' is known (known: {', '.join(sorted(_REGISTERED))}).")
    return found.work


def registered() -> dict[str, Registered]:
    """All kinds, by name. Loading is left until asked, for the command line rarely needs it."""
    autodiscover_modules("work")
    return dict(_REGISTERED)
