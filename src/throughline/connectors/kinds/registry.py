"""Which kinds of tools there are; one is imported when it is asked for."""

from __future__ import annotations

import importlib

from throughline.connectors.shape import Kind, Recipe
from throughline.connectors.writes import Writer
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused

# A module of this package each, with the kind under the name `kind`.
KINDS: tuple[str, ...] = (
    "csv",
    "defectdojo",
    "github",
    "gitlab",
    "hackerone",
    "jira",
    "postgresql",
    "prometheus",
    "snyk",
    "sql",
    "tenable",
)

# Those that have a module `writing` with a `writer`.
WRITERS = ("jira",)
# Those that have a module `recipe` with a `recipe`.
RECIPES = ("jira",)


def is_known(name: str) -> bool:
    """Whether this version has a kind of that name."""
    return name in KINDS


def kind_named(name: str) -> Kind:
    """The kind of a name. Raises Refused where there is none."""
    if not is_known(name):
        known = ", ".join(KINDS)
        raise Refused(f"there is no kind '{name}'{nearest(name, KINDS)}; known are {known}", code="kind")
    found: Kind = importlib.import_module(f"throughline.connectors.kinds.{name}").kind
    return found


def writer_of(name: str) -> Writer | None:
    """What writes to tools of a kind; None where nothing does."""
    if name not in WRITERS:
        return None
    found: Writer = importlib.import_module(f"throughline.connectors.kinds.{name}.writing").writer
    return found


def recipe_of(name: str) -> Recipe | None:
    """What makes a tool of a kind ready; None where there is nothing to make."""
    if name not in RECIPES:
        return None
    found: Recipe = importlib.import_module(f"throughline.connectors.kinds.{name}.recipe").recipe
    return found


def kinds() -> list[Kind]:
    """Every kind, by its title."""
    return sorted((kind_named(name) for name in KINDS), key=lambda kind: kind.title.lower())
