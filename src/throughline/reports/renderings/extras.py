"""The libraries that make files: an extra, loaded only where a file is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from throughline.engine.refusals import Refused

EXTRA = "throughline[reports]"
NEEDED = {"typst": "a PDF", "pptx": "slides", "xlsxwriter": "a sheet"}


def loaded(name: str) -> ModuleType:
    """The library. Raises Refused with how to install it."""
    try:
        return import_module(name)
    except ImportError:
        raise Refused(
            f"{NEEDED[name]} needs the extra that this installation lacks: install it with "
            f"`pip install '{EXTRA}'` and start Throughline again",
            code="not_installed",
        ) from None


def missing() -> list[str]:
    """What cannot be made here, in words."""
    return [what for name, what in NEEDED.items() if find_spec(name) is None]
