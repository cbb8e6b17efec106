"""Entity references, such as `group:default/team-a` or `team-a`.

https://backstage.io/docs/features/software-catalog/references
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from throughline.engine.refusals import Refused

DEFAULT_NAMESPACE = "default"
# A name of an entity: letters, digits and - _ . in between, at most 63.
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_REF = re.compile(rf"(?:(?P<kind>[A-Za-z]+):)?(?:(?P<namespace>{_NAME})/)?(?P<name>{_NAME})")


@dataclass(frozen=True, slots=True)
class Ref:
    """An entity as another names it; kind, namespace and name without regard to case."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"

    @property
    def same(self) -> tuple[str, str, str]:
        """What is equal for two names of one entity."""
        return self.kind.lower(), self.namespace.lower(), self.name.lower()


def ref_of(text: str, *, kind: str, namespace: str = DEFAULT_NAMESPACE) -> Ref:
    """The reference as written; what it leaves out is `kind` and `namespace`. Raises Refused.

    >>> str(ref_of("team-a", kind="group")), str(ref_of("user:guests/ada", kind="group"))
    ('group:default/team-a', 'user:guests/ada')
    """
    found = _REF.fullmatch(text.strip())
    if found is None:
        raise Refused(f"expected an entity such as group:default/team-a, found '{text[:60]}'", code="ref")
    return Ref((found["kind"] or kind).lower(), found["namespace"] or namespace, found["name"])


def slug(name: str) -> str:
    """A name as it is compared with others: small letters and digits, joined by dashes.

    >>> slug("Team A"), slug("team_a"), slug("Équipe B")
    ('team-a', 'team-a', 'équipe-b')
    """
    return "-".join(re.findall(r"[^\W_]+", name.lower())) or name.strip()
