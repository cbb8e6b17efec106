"""Which files are lockfiles, and how their ecosystems spell a package."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from throughline.engine.introduction.lockfiles import blocks, go, javascript, pip, yaml
from throughline.engine.introduction.lockfiles.locked import Locked

Reader = Callable[[bytes], Locked]

_RUN = re.compile(r"[-_.]+")
_NAMED: dict[str, tuple[str, Reader]] = {
    "poetry.lock": ("PyPI", blocks.read),
    "uv.lock": ("PyPI", blocks.read),
    "pdm.lock": ("PyPI", blocks.read),
    "Pipfile.lock": ("PyPI", pip.read_pipfile),
    "package-lock.json": ("npm", javascript.read),
    "npm-shrinkwrap.json": ("npm", javascript.read),
    "pnpm-lock.yaml": ("npm", yaml.read_pnpm),
    "yarn.lock": ("npm", yaml.read_yarn),
    "Cargo.lock": ("crates.io", blocks.read),
    "go.mod": ("Go", go.read),
}
_REQUIREMENTS = re.compile(r"[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|lock)", re.I)
# For git, which knows wild cards: what is found so is looked at once more by `ecosystem_of`.
PATTERNS = (*_NAMED, "*requirements*.txt", "*requirements*.lock", "*constraints*.txt", "requirements/*.txt")


def ecosystem_of(path: str) -> str | None:
    """The ecosystem whose packages a file locks; None for another file.

    >>> ecosystem_of("web/package-lock.json"), ecosystem_of("requirements-dev.txt"), ecosystem_of("notes.txt")
    ('npm', 'PyPI', None)
    """
    found = _reader_of(path)
    return found[0] if found else None


def read_lockfile(path: str, content: bytes) -> Locked:
    """The versions of each package, by the name that its ecosystem compares. ValueError where unreadable."""
    found = _reader_of(path)
    if found is None:
        raise ValueError("it is no lockfile that is read here")
    ecosystem, reader = found
    locked: dict[str, frozenset[str]] = {}
    for name, versions in reader(content).items():
        own = spelled(ecosystem, name)
        locked[own] = locked.get(own, frozenset()) | versions
    return locked


def spelled(ecosystem: str, name: str) -> str:
    """The name by which two spellings of a package are one.

    >>> spelled("PyPI", "Flask_SQLAlchemy"), spelled("npm", "@types/node")
    ('flask-sqlalchemy', '@types/node')
    """
    return _RUN.sub("-", name).lower() if ecosystem == "PyPI" else name


def _reader_of(path: str) -> tuple[str, Reader] | None:
    file = PurePosixPath(path)
    if file.name in _NAMED:
        return _NAMED[file.name]
    is_in_folder = file.parent.name == "requirements" and file.suffix == ".txt"
    if is_in_folder or _REQUIREMENTS.fullmatch(file.name):
        return "PyPI", pip.read
    return None
