"""Every benchmark in turn: `python -m bench`, or `python -m bench metrics` for one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def topics() -> list[str]:
    """The modules of this folder, by name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(chosen: list[str]) -> None:
    for topic in chosen or topics():
        print(f"== {topic}", flush=True)
        importlib.import_module(f"bench.{topic}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
