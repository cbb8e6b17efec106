"""The plan around key results for programs: goals, objectives, initiatives, and the lines between them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Field, Path, Query

from throughline.api.paging import Asked, Page, page_of_records
from throughline.api.subject import Figure, Instant, Key, Sent, Subject, Told, actor
from throughline.engine.refusals import Refused
from throughline.objectives import efforts, items
from throughline.objectives.access import cycle_named, item_for, require_change
from throughline.objectives.items import AnyItem, Name
from throughline.objectives.models import Cycle, Edge, Initiative, ItemKind, Objective

router = Subject("plan")
WRITE = "plan:write"
LineKind = Literal["contributes", "supports", "balances"]
# goal:trust, objective:fewer-surprises, key_result:faster
Named = Annotated[str, Field(max_length=120, pattern=r"^[a-z_]+:[A-Za-z0-9_-]+$")]
NamedInPath = Annotated[str, Path(max_length=120, pattern=r"^[a-z_]+:[A-Za-z0-9_-]+$")]


class NewItem(Sent):
    """What every part of the plan has. What is left out of a change stays as it is."""

    title: str = Field("", max_length=240)
    description: str = Field("", max_length=10_000)
    owner_name: str = Field("", max_length=120)


class NewGoal(NewItem):
    """What the whole organisation wants, and where that can be read."""

    source: str = Field("", max_length=2000)


class NewLongTerm(NewItem):
    """A tenet of the security team."""

    kind: Literal["actual_risk", "perceived_risk", "delivery"] = "actual_risk"


class NewObjective(NewItem):
    """What a cycle is to reach, without a number."""

    cycle: str = Field("", max_length=80, description="The key of its cycle.")


class NewInitiative(NewItem):
    """Work that should move key results."""

    cycle: str | None = Field(None, max_length=80)
    status: Literal["planned", "doing", "done", "dropped"] = "planned"
    narrative: str = Field("", max_length=2000)
    effort_low: float | None = Field(None, ge=0, le=1e6, description="Person-weeks.")
    effort_high: float | None = Field(None, ge=0, le=1e6)
    delay_cost: float | None = Field(None, ge=0, le=1e12)
    delay_profile: Literal["constant", "deadline", "decaying"] = "constant"
    start: date | None = None
    due: date | None = None
    people: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field([], max_length=50)


class Line(Told):
    """What an item leads to, and how."""

    to: str
    kind: str


class Item(Told):
    """A part of the plan with what it serves."""

    key: str
    title: str
    description: str
    owner_name: str
    created_at: Instant
    archived_at: Instant | None
    serves: list[Line]


class GoalItem(Item):
    """What the whole organisation wants."""

    source: str


class LongTermItem(Item):
    """A tenet of the security team."""

    kind: str


class ObjectiveItem(Item):
    """What a cycle is to reach."""

    cycle: str


class ExpectedEffect(Told):
    """What work should change in a key result, in its unit, and what it did change."""

    key_result: int
    low: Figure
    high: Figure
    confidence: Figure
    realised: Figure


class InitiativeItem(Item):
    """Work that should move key results."""

    cycle: str | None
    status: str
    narrative: str
    effort_low: Figure
    effort_high: Figure
    delay_cost: Figure
    delay_profile: str
    start: date | None
    due: date | None
    people: list[str]
    effects: list[ExpectedEffect]


class OfItems(Asked):
    """Which parts of the plan."""

    cycle: str = Field("", max_length=80, description="The key of a cycle, for what belongs to one.")
    archived: bool = Field(False, description="Those that are pursued no longer.")


class Archiving(Sent):
    """Whether it is archived: no longer pursued, and kept in old threads."""

    archived: bool


class NewLine(Sent):
    """A line of the thread: `lower` serves `upper`."""

    lower: Named = Field(description="Such as key_result:faster or objective:fewer-surprises.")
    upper: Named = Field(description="Such as objective:fewer-surprises or goal:trust.")
    kind: LineKind = "contributes"


class DrawnLine(Told):
    """A line of the thread."""

    lower: str
    upper: str
    kind: str


class Parted(Told):
    """Whether there was a line."""

    parted: bool


def _mount(kind: str, path: str, one: str, many: str, *, sent: type[NewItem], answer: type[Item]) -> None:
    """The operations of one kind of item; the kinds differ by their fields only."""
    model, label = items.MODELS[kind], ItemKind(kind).label.lower()

    def list_items(request: HttpRequest, asked: Query[OfItems]) -> dict[str, Any]:
        found = _along(kind, model.objects.filter(archived_at__isnull=not asked.archived))
        if asked.cycle:
            found = (
                found.filter(cycle=cycle_named(request.user, asked.cycle))
                if _has_cycle(kind)
                else found.none()
            )
        return page_of_records(request, asked, found, by="id", show_all=_all_shown)

    def add_item(request: HttpRequest, given: Any) -> dict[str, Any]:
        require_change(request.user)
        with transaction.atomic():
            fields, people = _fields(request, given)
            if kind == ItemKind.OBJECTIVE and "cycle" not in fields:
                raise Refused("an objective belongs to a cycle: say its key", place="cycle", code="no_cycle")
            made = items.add_item(actor(request), kind, now=_now(), **fields)
            _assign(request, made, people)
        return _shown(made)

    def read_item(request: HttpRequest, key: Key) -> dict[str, Any]:
        return _shown(item_for(request.user, model, key))

    def change_item(request: HttpRequest, key: Key, given: Any) -> dict[str, Any]:
        require_change(request.user)
        found = item_for(request.user, model, key)
        with transaction.atomic():
            fields, people = _fields(request, given)
            items.change_item(actor(request), found, now=_now(), **fields)
            _assign(request, found, people)
        return _shown(found)

    def archive_item(request: HttpRequest, key: Key, given: Archiving) -> dict[str, Any]:
        require_change(request.user)
        found = item_for(request.user, model, key)
        step = items.archive if given.archived else items.restore
        step(actor(request), found, now=_now())
        return _shown(found)

    for function, name, said in (
        (list_items, f"list_{many}", f"All of the kind {label}, in the order in which they were made."),
        (add_item, f"add_{one}", f"Add a part of the plan of the kind {label}. Managers."),
        (read_item, f"read_{one}", f"One of the kind {label}, with what it serves."),
        (change_item, f"change_{one}", f"Change fields of one of the kind {label}. Managers."),
        (archive_item, f"archive_{one}", f"Archive one of the kind {label}, or take it up again. Managers."),
    ):
        function.__name__, function.__doc__ = name, said
    add_item.__annotations__["given"] = change_item.__annotations__["given"] = sent
    router.reads(path, answer=Page[answer])(list_items)  # type: ignore[valid-type]
    router.writes("POST", path, scope=WRITE, answer=answer, status=201)(add_item)
    router.reads(f"{path}/{{key}}", answer=answer)(read_item)
    router.writes("PATCH", f"{path}/{{key}}", scope=WRITE, answer=answer)(change_item)
    router.writes("PUT", f"{path}/{{key}}/archived", scope=WRITE, answer=answer)(archive_item)


_mount(ItemKind.GOAL, "/goals", "goal", "goals", sent=NewGoal, answer=GoalItem)
_mount(
    ItemKind.LONG_TERM, "/long-term-objectives", "long_term_objective", "long_term_objectives",
    sent=NewLongTerm, answer=LongTermItem,
)  # fmt: skip
_mount(ItemKind.OBJECTIVE, "/objectives", "objective", "objectives", sent=NewObjective, answer=ObjectiveItem)
_mount(
    ItemKind.INITIATIVE, "/initiatives", "initiative", "initiatives",
    sent=NewInitiative, answer=InitiativeItem,
)  # fmt: skip


@router.writes("POST", "/lines", scope=WRITE, answer=DrawnLine)
def draw_line(request: HttpRequest, given: NewLine) -> dict[str, Any]:
    """Draw a line of the thread from what serves to what is served, or change its kind. Managers."""
    require_change(request.user)
    lower, upper = (_found(text, place) for text, place in ((given.lower, "lower"), (given.upper, "upper")))
    edge = items.join(actor(request), lower, upper, given.kind, now=_now())
    return {"lower": given.lower, "upper": given.upper, "kind": edge.kind}


@router.writes("DELETE", "/lines/{lower}/{upper}", scope=WRITE, answer=Parted)
def erase_line(request: HttpRequest, lower: NamedInPath, upper: NamedInPath) -> dict[str, Any]:
    """Take a line of the thread away. Managers."""
    require_change(request.user)
    try:
        ends = [_found(text, "path") for text in (lower, upper)]
    except Refused:
        raise Http404 from None
    return {"parted": items.part(actor(request), *ends, now=_now())}


def _fields(request: HttpRequest, given: NewItem) -> tuple[dict[str, Any], list[str] | None]:
    """The fields that were sent as the actions take them, and the people of an initiative."""
    fields = given.model_dump(exclude_unset=True)
    if isinstance(given, NewLongTerm) and "title" in fields:
        fields.setdefault("kind", given.kind)
    if "cycle" in fields:
        fields["cycle"] = _cycle(fields["cycle"])
    return fields, fields.pop("people", None)


def _cycle(key: str | None) -> Cycle | None:
    if key is None:
        return None
    found = Cycle.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no cycle '{key}'", place="cycle", code="unknown")
    return found


def _assign(request: HttpRequest, item: AnyItem, people: list[str] | None) -> None:
    if people is not None:
        assert isinstance(item, Initiative)
        efforts.assign(actor(request), item, people, now=_now())


def _found(text: str, place: str) -> Any:
    kind, _, key = text.partition(":")
    try:
        return items.find(kind, key)
    except Refused as refused:
        raise Refused(refused.message, place=place, code=refused.code) from refused


def _has_cycle(kind: str) -> bool:
    return kind in (ItemKind.OBJECTIVE, ItemKind.INITIATIVE)


def _along(kind: str, found: QuerySet[Any]) -> QuerySet[Any]:
    """The items with all that is said of them, in as many questions whatever their number."""
    if kind == ItemKind.INITIATIVE:
        found = found.prefetch_related("assignments", "effects")
    return found.select_related("cycle") if _has_cycle(kind) else found


def _shown(item: AnyItem) -> dict[str, Any]:
    return _all_shown([item])[0]


def _all_shown(found: list[Any]) -> list[dict[str, Any]]:
    lines = _lines(found)
    return [{**_fields_of(item), "serves": lines[item.pk]} for item in found]


def _fields_of(item: AnyItem) -> dict[str, Any]:
    kind = items.kind_of(item)
    names = [name for name in items.FIELDS[kind] if name not in ("position", "cycle", "links")]
    said: dict[str, Any] = {
        name: getattr(item, name) for name in ("key", "created_at", "archived_at", *names)
    }
    if isinstance(item, Objective | Initiative):
        said["cycle"] = item.cycle.key if item.cycle else None
    if isinstance(item, Initiative):
        said["people"] = [each.name for each in item.assignments.all()]
        said["effects"] = [_effect(each) for each in item.effects.all()]
    return said


def _effect(effect: Any) -> dict[str, Any]:
    names = ("low", "high", "confidence", "realised")
    return {"key_result": effect.key_result_id, **{name: getattr(effect, name) for name in names}}


def _lines(found: list[Any]) -> dict[int, list[dict[str, str]]]:
    """What each of these, all of one kind, leads to."""
    if not found:
        return {}
    edges = list(
        Edge.objects.filter(from_kind=items.kind_of(found[0]), from_id__in=[each.pk for each in found])
    )
    wanted: dict[str, set[int]] = defaultdict(set)
    for edge in edges:
        wanted[edge.to_kind].add(edge.to_id)
    keys = {
        (to_kind, pk): key
        for to_kind, numbers in wanted.items()
        for pk, key in items.MODELS[to_kind].objects.filter(pk__in=numbers).values_list("pk", "key")
    }
    lines: dict[int, list[dict[str, str]]] = defaultdict(list)
    for edge in edges:
        if key := keys.get((edge.to_kind, edge.to_id)):
            lines[edge.from_id].append({"to": str(Name(edge.to_kind, key)), "kind": edge.kind})
    return lines


def _now() -> datetime:
    return datetime.now(UTC)
