"""The entities of catalogue files: components, groups and systems; all others are counted and left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from throughline.engine.refusals import Refused
from throughline.plans.format.nodes import Bounds, Node, Row, Table, documents
from throughline.plans.format.problems import Place, Problem, Problems, refuse_all
from throughline.vulnerabilities.backstage.fields import Entity
from throughline.vulnerabilities.backstage.refs import Ref, ref_of

BOUNDS = Bounds(bytes=5_000_000, values=200_000)
API = "backstage.io/"
READ = ("Component", "Group", "System")
LONGEST_NAME, LONGEST_TEAM, LONGEST_ENVIRONMENT, LONGEST_REPOSITORY = 160, 120, 60, 240
_TIER = re.compile(r"(?:tier[-_: ]?|t)?([1-5])", re.IGNORECASE)
_TIER_TAG = re.compile(r"tier[-_:]?([1-5])", re.IGNORECASE)
# Where annotations say the code is; of several the first counts.
_REPOSITORIES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("backstage.io/source-location", lambda said: said.removeprefix("url:")),
    ("github.com/project-slug", lambda said: f"https://github.com/{said}"),
    ("gitlab.com/project-slug", lambda said: f"https://gitlab.com/{said}"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A team, as a file calls it and as people do."""

    ref: Ref
    title: str
    place: Place


@dataclass(frozen=True, slots=True)
class Component:
    """Something that runs; what is empty or None the file does not say."""

    name: str
    ref: Ref
    place: Place
    owner: Ref | None = None
    owner_place: Place | None = None
    tier: int | None = None
    environment: str = ""
    repository: str = ""


@dataclass(slots=True)
class Read:
    """What the files say; `ignored` counts the kinds that are left out."""

    components: list[Component] = field(default_factory=list)
    groups: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    systems: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the files hold no entity at all."""
        return not (self.components or self.groups or self.systems or self.ignored)


def read_catalogue(contents: Mapping[str, bytes]) -> Read:
    """The entities of files by their names. Raises Problems, with every one of them and its place."""
    read, problems = Read(), list[Problem]()
    systems: dict[tuple[str, str, str], Entity] = {}
    pending: list[Entity] = []
    for name, content in contents.items():
        for node in _nodes(content, name):
            try:
                _sort(_entity(node), read, systems, pending)
            except Problems as found:
                problems += found.found
    for entity in pending:
        try:
            read.components.append(_component(entity, systems))
        except Problems as found:
            problems += found.found
    problems += _twice(read.components)
    if not problems and read.is_empty:
        first = next(iter(contents), "catalog-info.yaml")
        problems.append(Problem(Place(first, 1, 1), "there is no entity of Backstage in it", "catalogue"))
    refuse_all(problems)
    return read


def _nodes(content: bytes, name: str) -> Iterator[Node]:
    """The documents of a file; a list, as the catalogue's own interface answers, is that of its items."""
    for node in documents(content, file=name, bounds=BOUNDS):
        yield from node.items if isinstance(node, Row) else (node,)


def _entity(node: Node) -> Entity:
    if not isinstance(node, Table):
        raise Problems([Problem(node.place, "expected an entity with apiVersion and kind", "catalogue")])
    return Entity(node)


def _sort(
    entity: Entity, read: Read, systems: dict[tuple[str, str, str], Entity], pending: list[Entity]
) -> None:
    kind = entity.text("kind", most=80)
    if not kind:
        raise entity.wrong("kind", "it is missing: Component, System, Group, …")
    if not entity.text("apiVersion").startswith(API):
        if kind in READ:
            message = f"expected backstage.io/v1alpha1, found '{entity.text('apiVersion')[:40]}'"
            raise entity.wrong("apiVersion", message)
        read.ignored[kind] += 1
    elif kind == "Component":
        pending.append(entity)
    elif kind == "Group":
        group = _group(entity)
        read.groups[group.ref.same] = group
    elif kind == "System":
        systems[_ref(entity, "system").same] = entity
        read.systems += 1
    else:
        read.ignored[kind] += 1


def _ref(entity: Entity, kind: str) -> Ref:
    name = entity.text("metadata.name", most=LONGEST_NAME)
    if not name:
        raise entity.wrong("metadata.name", "it is missing: an entity is known by its name")
    if "/" in name or ":" in name:
        raise entity.wrong("metadata.name", f"expected a name such as checkout-api, found '{name[:60]}'")
    try:
        namespace = entity.text("metadata.namespace", most=63) or "default"
        return ref_of(f"{namespace}/{name}", kind=kind)
    except Refused as refused:
        if isinstance(refused, Problems):
            raise
        message = f"expected letters, digits, - _ . and at most 63 of them, found '{name[:60]}'"
        raise entity.wrong("metadata.name", message) from refused


def _group(entity: Entity) -> Group:
    ref = _ref(entity, "group")
    said = entity.text("spec.profile.displayName", most=LONGEST_TEAM)
    title = said or entity.text("metadata.title", most=LONGEST_TEAM) or ref.name
    return Group(ref, title, entity.place)


def _component(entity: Entity, systems: Mapping[tuple[str, str, str], Entity]) -> Component:
    ref = _ref(entity, "component")
    owner, place = _owner(entity, ref)
    system = _named(entity, "spec.system", kind="system", namespace=ref.namespace)
    if owner is None and system is not None and system.same in systems:
        of = systems[system.same]
        owner, place = _owner(of, _ref(of, "system"))
    return Component(
        ref.name,
        ref,
        entity.place,
        owner,
        place,
        tier=_tier(entity),
        environment=_environment(entity),
        repository=_repository(entity),
    )


def _owner(entity: Entity, of: Ref) -> tuple[Ref | None, Place | None]:
    found = entity.at("spec.owner")
    owner = _named(entity, "spec.owner", kind="group", namespace=of.namespace)
    return owner, found.place if found is not None else None


def _named(entity: Entity, path: str, *, kind: str, namespace: str) -> Ref | None:
    said = entity.text(path)
    try:
        return ref_of(said, kind=kind, namespace=namespace) if said else None
    except Refused as refused:
        raise entity.wrong(path, refused.message) from refused


def _about(entity: Entity, *words: str) -> Iterator[tuple[str, str, str]]:
    """Path, name and text of the labels and annotations that, without their prefix, have one of the names."""
    for path in ("metadata.labels", "metadata.annotations"):
        for name, said in entity.pairs(path):
            if name.rpartition("/")[2].lower() in words and said:
                yield path, name, said


def _tier(entity: Entity) -> int | None:
    for path, name, said in _about(entity, "tier", "service-tier"):
        found = _TIER.fullmatch(said)
        if found is None:
            raise entity.wrong(path, f"{name}: expected a tier from 1 to 5, found '{said[:40]}'")
        return int(found[1])
    tagged = (_TIER_TAG.fullmatch(tag) for tag in entity.items("metadata.tags"))
    return next((int(found[1]) for found in tagged if found), None)


def _environment(entity: Entity) -> str:
    for path, name, said in _about(entity, "environment", "env"):
        if len(said) > LONGEST_ENVIRONMENT:
            raise entity.wrong(path, f"{name}: expected at most {LONGEST_ENVIRONMENT} characters")
        return said
    return ""


def _repository(entity: Entity) -> str:
    said = dict(entity.pairs("metadata.annotations"))
    for name, address in _REPOSITORIES:
        if said.get(name) and len(found := address(said[name])) <= LONGEST_REPOSITORY:
            return found
    return ""


def _twice(components: list[Component]) -> Iterator[Problem]:
    """Components that would be one service: scanners name services without a namespace."""
    first: dict[str, Component] = {}
    for each in components:
        before = first.setdefault(each.name.lower(), each)
        if before is not each:
            message = f"metadata.name: the component '{each.name}' is at {before.place} already"
            yield Problem(each.place, message, "twice")
