"""Connecting tools, changing that, and asking for a sync. Each is audited in its own transaction."""

from __future__ import annotations

import hashlib
import json
import secrets as chance
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.connectors.alive import is_alive
from throughline.connectors.kinds.registry import kind_named
from throughline.connectors.models import Connector, Credential, Outcome, Schedule, Sync
from throughline.connectors.shape import Kind
from throughline.engine.refusals import Refused, together
from throughline.engine.texts import require_readable
from throughline.jobs.actions import enqueue
from throughline.outbound import secrets
from throughline.outbound.client import require_host, require_kept

SYNC = "sync"
LONGEST_NAME = 120
LONGEST_SECRET = 10_000
MOST = 100
# What was fetched longer ago is fetched again.
GONE_ON_FROM = timedelta(days=1)
# Beside what a kind declares; its own page writes it.
MAPPING = "mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a connector is to be, as a person gave it. A secret that is left out stays as it was."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    schedule: str = Schedule.BY_HAND


def connect(actor: str, kind: str, wish: Wish, *, owner: User | None = None, now: datetime) -> Connector:
    """A connector that was not there before. Raises Refused with the setting as its place."""
    if Connector.objects.count() >= MOST:
        raise Refused(f"There are {MOST} connectors already: remove one first.")
    made = Connector(kind=kind_named(kind).name, owner=owner, made_by=actor, made_at=now)
    return change(actor, made, wish, now=now)


def change(actor: str, connector: Connector, wish: Wish, *, now: datetime) -> Connector:
    """Change a connector, or keep a new one. Raises Refused with the setting as its place."""
    kind, is_new = kind_named(connector.kind), connector.pk is None
    settings = _settings(kind, wish.settings)
    has_moved = not is_new and _server(kind, connector.settings) != _server(kind, settings)
    given = _secrets(kind, connector, wish.secrets, anew=has_moved)
    if wish.schedule not in Schedule.values:
        known = ", ".join(Schedule.values)
        raise Refused(f"expected one of {known}, found '{wish.schedule}'", place="schedule", code="schedule")
    with transaction.atomic():
        connector.name = _name(wish.name, connector)
        if settings != {name: said for name, said in connector.settings.items() if name != MAPPING}:
            # How far it was read says nothing of another address, or of a project that is new.
            connector.state = {}
        connector.settings = {**settings, MAPPING: connector.settings.get(MAPPING, {})}
        connector.schedule = wish.schedule
        connector.save()
        if has_moved:
            _forget(connector, [each.name for each in kind.secrets if each.name not in given])
        for name, value in given.items():
            _keep(connector, name, value, title=kind.title, now=now)
        detail = {"name": connector.name, "kind": kind.name, "schedule": wish.schedule, "settings": settings}
        detail["secrets"] = sorted(given)
        _audit(actor, f"connector {'added' if is_new else 'changed'}", connector, detail, now=now)
    return connector


def keep_mapping(actor: str, connector: Connector, mapping: Mapping[str, Any], *, now: datetime) -> None:
    """What the kind's own page settles. What was read before is read anew by it, from the beginning."""
    with transaction.atomic():
        before = connector.settings.get(MAPPING, {})
        if before == mapping:
            return
        connector.settings = {**connector.settings, MAPPING: dict(mapping)}
        connector.state = {}
        connector.save(update_fields=["settings", "state"])
        _audit(actor, "connector mapped", connector, {"before": before, "mapping": dict(mapping)}, now=now)


def remove(actor: str, connector: Connector, *, now: datetime) -> None:
    """Remove a connector with its secrets. What it brought in stays."""
    with transaction.atomic():
        running = Sync.objects.filter(connector=connector, outcome=Outcome.RUNNING).first()
        if running and is_alive(running, now=now):
            raise Refused(f"{connector.name} is being read right now: cancel that first.", code="running")
        sealed = [each.secret for each in connector.credentials.select_related("secret")]
        _audit(actor, "connector removed", connector, {"name": connector.name}, now=now)
        connector.delete()
        for secret in sealed:
            secret.delete()


def switch(actor: str, connector: Connector, *, on: bool, now: datetime) -> None:
    """Let a connector follow its schedule, or rest. Twice changes nothing."""
    with transaction.atomic():
        if Connector.objects.filter(pk=connector.pk, is_on=not on).update(is_on=on):
            detail = {"name": connector.name}
            _audit(actor, f"connector switched {'on' if on else 'off'}", connector, detail, now=now)
    connector.is_on = on


def ask(
    person: User | None,
    connector: Connector,
    *,
    now: datetime,
    back: str = "",
    dry: bool = False,
    whole: bool = False,
) -> Sync:
    """Have a connector read in the background. Raises Refused while another sync of it runs."""
    with transaction.atomic():
        actor = actor_name(person) if person else "schedule"
        sync = begin(connector, actor=actor, now=now, dry=dry, whole=whole)
        sync.job = enqueue(SYNC, {"sync": sync.pk}, asked_by=person, now=now, back=back)
        sync.save(update_fields=["job"])
    return sync


def begin(connector: Connector, *, actor: str, now: datetime, dry: bool = False, whole: bool = False) -> Sync:
    """A sync that nobody works on yet; it goes on from the pages of the last one, where that broke off.

    Raises Refused while another sync of the connector runs.
    """
    with transaction.atomic():
        Connector.objects.select_for_update().get(pk=connector.pk)
        for running in Sync.objects.filter(connector=connector, outcome=Outcome.RUNNING).select_related(
            "job"
        ):
            if is_alive(running, now=now):
                since = f"{running.began_at:%Y-%m-%d %H:%M}"
                message = f"{connector.name} is being read since {since} (UTC): wait for it, or cancel it."
                raise Refused(message, code="running")
            ended = {"outcome": Outcome.BROKEN_OFF, "ended_at": now, "said": "Its process stopped."}
            Sync.objects.filter(pk=running.pk).update(**ended)
        asked_with = fingerprint(connector, dry=dry, whole=whole)
        made = Sync(
            connector=connector, began_at=now, beat_at=now, actor=actor, is_dry=dry, is_whole=whole,
            holder=chance.token_hex(16), folder=chance.token_hex(16), asked_with=asked_with,
        )  # fmt: skip
        before = Sync.objects.filter(connector=connector).first()
        is_same = before and before.is_resumable and before.asked_with == asked_with
        if before and is_same and now - before.began_at < GONE_ON_FROM:
            made.resumed_from, made.folder, made.fetched = before, before.folder, before.fetched
            made.cursor, made.kept, made.stored = before.cursor, before.kept, before.stored
            made.imports, made.counts = before.imports, before.counts
            Sync.objects.filter(pk=before.pk).update(cursor={}, kept={})
        made.save()
    return made


def fingerprint(connector: Connector, *, dry: bool, whole: bool) -> str:
    """What a sync asks: pages of one that asked the same can be gone on from."""
    asked = [connector.settings, {} if whole else connector.state, dry, whole]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def secrets_of(connector: Connector) -> dict[str, str]:
    """The secrets of a connector, to be used at once and put nowhere. Raises Refused."""
    return {each.name: secrets.read(each.secret) for each in connector.credentials.select_related("secret")}


def _settings(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name for field in kind.settings}
    if unknown := sorted(set(given) - known - {MAPPING}):
        message = f"{kind.title} has no setting '{unknown[0]}'; it has {', '.join(sorted(known))}"
        raise Refused(message, place=unknown[0], code="setting")
    read = together(*(partial(each.read, given.get(each.name)) for each in kind.settings))
    found = {each.name: value for each, value in zip(kind.settings, read, strict=True)}
    for each in kind.settings:
        require = {"address": require_kept, "host": require_host}.get(each.reads)
        if require and found[each.name]:
            try:
                require(found[each.name])
            except Refused as refused:
                raise each.refused(refused.message) from None
    # What several settings say together only a kind can judge; most have nothing to say.
    if require_settled := getattr(kind, "require_settled", None):
        require_settled(found)
    return found


def _server(kind: Kind, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Who is spoken to at an address: what was told to one server is not told to another."""
    found = urlsplit(kind.base(settings).lower() if settings else "")
    hosts = [each.name for each in kind.settings if each.reads == "host"]
    ports = ["port"] if hosts else []
    return found.scheme, found.netloc, *(str(settings.get(name, "")).lower() for name in hosts + ports)


def _secrets(
    kind: Kind, connector: Connector, given: Mapping[str, str], *, anew: bool = False
) -> dict[str, str]:
    """The secrets that were typed. Raises Refused where one is missing that is known from nowhere.

    With `anew` the server is another one, which is never sent what was kept for the old one.
    """
    known = set(connector.credentials.values_list("name", flat=True)) if connector.pk else set()
    found: dict[str, str] = {}
    for declared in kind.secrets:
        value = given.get(declared.name, "").strip()
        if not value and declared.is_required and (anew or declared.name not in known):
            message = f"{declared.label} is missing."
            if declared.name in known:
                message = (
                    f"Enter the {declared.label} again: the address is that of another server, and what is "
                    "kept was for the one before."
                )
            raise Refused(message, place=declared.name, code=declared.name)
        if len(value) > LONGEST_SECRET or any(ord(character) < 32 for character in value):
            message = f"{declared.label} is one line of at most {LONGEST_SECRET:,} characters."
            raise Refused(message, place=declared.name, code=declared.name)
        if value:
            found[declared.name] = value
    if unknown := sorted(set(given) - {declared.name for declared in kind.secrets}):
        raise Refused(f"{kind.title} has no secret '{unknown[0]}'", place=unknown[0], code="secret")
    return found


def _keep(connector: Connector, name: str, value: str, *, title: str, now: datetime) -> None:
    sealed = secrets.keep(f"{name} of {title}"[:60], value, now=now)
    known = connector.credentials.filter(name=name).select_related("secret").first()
    if known is None:
        Credential.objects.create(connector=connector, name=name, secret=sealed)
        return
    old, known.secret = known.secret, sealed
    known.save(update_fields=["secret"])
    old.delete()


def _forget(connector: Connector, names: Sequence[str]) -> None:
    for known in connector.credentials.filter(name__in=names).select_related("secret"):
        sealed = known.secret
        known.delete()
        sealed.delete()


def _name(name: str, connector: Connector) -> str:
    found = name.strip()
    require_readable(found, place="name")
    if not found or len(found) > LONGEST_NAME:
        raise Refused(f"Give it a name of 1 to {LONGEST_NAME} characters.", place="name", code="name")
    if Connector.objects.filter(name=found).exclude(pk=connector.pk).exists():
        raise Refused(f"There is a connector '{found}' already.", place="name", code="name")
    return found


def _audit(actor: str, action: str, connector: Connector, detail: dict[str, Any], *, now: datetime) -> None:
    audit.record(actor, action, object_type="connector", object_id=connector.pk, detail=detail, now=now)
