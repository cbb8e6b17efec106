"""What importers of many tools share: short titles, tools' names, what lasts of a path. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_SENTENCE = re.compile(r"(?<=[^.\s])[.!?](?=\s+[A-Z])|\n")
_NAMES = {
    "anchore container vulnerability report (t0)": "Grype",
    "codeql command-line toolchain": "CodeQL",
    "owasp zap": "ZAP",
    "semgrep oss": "Semgrep",
    "semgrep pro": "Semgrep",
    "snykcode": "Snyk Code",
    "zap by checkmarx": "ZAP",
} | {
    name.lower(): name
    for name in (
        "Bandit",
        "Checkov",
        "CodeQL",
        "Gitleaks",
        "Grype",
        "KICS",
        "Nuclei",
        "Semgrep",
        "Trivy",
        "ZAP",
    )
}
_NAMESPACED = frozenset(["npm", "golang", "composer", "github", "swift", "huggingface", "docker", "oci"])
_TEMPORARY = re.compile(
    r"^(?:/tmp/[^/]*\d[^/]*/|/private/var/folders/[^/]+/[^/]+/T/[^/]+/|/home/runner/work/[^/]+/[^/]+/"
    r"|/github/workspace/|/builds/[^/]+/[^/]+/|/var/lib/jenkins/workspace/[^/]+/)"
)
LONGEST_TITLE = 160


def short(said: str, *, longest: int = LONGEST_TITLE) -> str:
    """The first sentence of a text, cut where it is no title.

    >>> short("Use of MD5. It is broken."), short("Broken in e.g. curl 8.1.")
    ('Use of MD5', 'Broken in e.g. curl 8.1')
    """
    found = _SENTENCE.search(said)
    first = (said[: found.start()] if found else said).strip().rstrip(".")
    return first if len(first) <= longest else first[: longest - 1].rstrip() + "…"


@lru_cache(maxsize=1000)
def tool_name(said: str) -> str:
    """A tool's name as people write it, whatever its report's spelling."""
    return _NAMES.get(said.strip().lower(), said.strip())


def full_name(group: str, name: str, type: str) -> str:
    """A component's name as its users write it: with its scope where the ecosystem has one in the name.

    >>> full_name("@babel", "core", ""), full_name("org.apache", "log4j-core", "maven")
    ('@babel/core', 'log4j-core')
    """
    scoped = group and (group.startswith("@") or type in _NAMESPACED)
    return f"{group}/{name}" if scoped and not name.startswith(f"{group}/") else name


def lasting(path: str) -> str:
    """A path without the folder that a build machine makes anew for each run.

    >>> [lasting(path) for path in ("/home/runner/work/shop/shop/yarn.lock", "/tmp/tmp8x1/go.mod")]
    ['yarn.lock', 'go.mod']
    """
    return _TEMPORARY.sub("", path, count=1)


def branch(ref: str) -> str:
    """A branch's plain name; a detached commit has none.

    >>> branch("refs/heads/main"), branch("origin/main"), branch("refs/pull/7/merge"), branch("HEAD")
    ('main', 'main', 'pull/7/merge', '')
    """
    said = ref.strip()
    for prefix in ("refs/heads/", "refs/remotes/origin/", "refs/", "origin/"):
        if said.startswith(prefix):
            said = said.removeprefix(prefix)
            break
    return "" if said == "HEAD" else said[:200]


def repository(address: str) -> str:
    """A repository's address without scheme, login and ending.

    >>> repository("https://me:pw@git.example/shop/api.git"), repository("git@git.example:shop/api.git")
    ('git.example/shop/api', 'git.example/shop/api')
    """
    said = address.strip()
    if "://" in said:
        host, slash, path = said.partition("://")[2].partition("/")
        said = host.rpartition("@")[2] + slash + path.partition("?")[0]
    elif "@" in said.partition("/")[0]:
        said = said.partition("@")[2].replace(":", "/", 1)
    return said.rstrip("/").removesuffix(".git")
