"""Carrying one message to where it belongs, and noticing where nothing arrives any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from throughline.accounts.access import at_least
from throughline.accounts.models import Role, User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.messages import chat, mail, signing, stopping
from throughline.messages.events import origin
from throughline.messages.letters import Letter
from throughline.messages.mail_troubles import OF_THE_SERVER
from throughline.messages.models import Channel, Message, Preference, Service, Subscription
from throughline.messages.outbox import Hopeless, NotNeeded, Sent, send_due
from throughline.messages.planning import plan
from throughline.messages.writing import letter_in, letter_to
from throughline.outbound import client, secrets

# A tool that was away for a night hears all of it; one that is away for longer is told nothing any more.
DISABLED_AFTER = timedelta(days=2)
GONE = 410
# Of what the client says: these are about the host, whatever is sent there.
NO_ANSWER = ("slow", "unreachable", "no_address")
# They go to the address that the person signs in with, whatever way she chose for what she hears.
ALWAYS_BY_MAIL = (Message.Kind.INVITATION, Message.Kind.TRIAL)
JSON = {"content-type": "application/json; charset=utf-8"}
# What somebody chose to hear; the other kinds are sent because somebody asked for that one message.
CHOSEN = (Message.Kind.DIGEST, Message.Kind.REMINDER, Message.Kind.ROOM, Message.Kind.OFF_TRACK)


def send_all(*, now: datetime) -> Sent:
    """Put in what has become due, then send what is due."""
    plan(now)
    post = Round()
    return send_due(lambda message: deliver(message, post, now=now), now=now)


class Round:
    """One round: who lets nobody in or gives no answer is asked once, so that imports need not wait."""

    def __init__(self) -> None:
        self.refused_by_mail: Refused | None = None
        self.silent: dict[tuple[str, int | None], Refused] = {}

    def mail(self, letter: Letter, *, to: str, handle: str, stop: str) -> None:
        """Hand the letter over. Raises Refused, without asking again where the server let nobody in."""
        if self.refused_by_mail is not None:
            raise self.refused_by_mail
        try:
            mail.send(letter, to=to, origin=origin(), handle=handle, stop=stop)
        except Refused as refused:
            self.refused_by_mail = refused if refused.code == OF_THE_SERVER else None
            raise

    def post(self, address: str, body: bytes, **headers: str) -> client.Answer:
        """Post it. Raises Refused, without asking a host again that did not answer."""
        url = client.checked_address(address)
        host = (url.host, url.port)
        if host in self.silent:
            raise self.silent[host]
        try:
            return client.send("POST", address, body=body, headers={**JSON, **headers})
        except client.NotSent as refused:
            if refused.code in NO_ANSWER:
                self.silent[host] = refused
            raise


def deliver(message: Message, post: Round, *, now: datetime) -> None:
    """Carry one message. Raises NotNeeded, Hopeless, or Refused where it is worth trying again."""
    if message.subscription is not None:
        _to_a_tool(message, message.subscription, post, now=now)
    elif message.channel is not None:
        _to_a_channel(message, message.channel, post, now=now)
    elif message.person is not None:
        _to_a_person(message, message.person, post, now=now)


def _to_a_person(message: Message, person: User, post: Round, *, now: datetime) -> None:
    if not at_least(person, Role.VIEWER):
        raise NotNeeded("The person may not sign in any more.")
    wish = Preference.objects.filter(person=person).select_related("address").first()
    is_chosen = message.kind in CHOSEN and not message.about.get("on_request")
    if is_chosen and not (wish and getattr(wish, message.kind)):
        raise NotNeeded("The person does not want to hear of this any more.")
    letter = letter_to(person, message, now=now)
    by_mail = message.kind in ALWAYS_BY_MAIL or wish is None or wish.service == Service.EMAIL
    if by_mail:
        stop = stopping.path(person, message.kind) if message.kind in CHOSEN else ""
        post.mail(letter, to=person.email, handle=message.handle, stop=stop)
        return
    assert wish is not None
    if wish.address is None:
        raise Hopeless("There is no address of a chat: enter it under Account, Messages.")
    _post(post, secrets.read(wish.address), chat.body(letter, service=wish.service, origin=origin()))


def _to_a_channel(message: Message, channel: Channel, post: Round, *, now: datetime) -> None:
    letter = letter_in(channel, message, now=now)
    _post(post, secrets.read(channel.address), chat.body(letter, service=channel.service, origin=origin()))


def _to_a_tool(message: Message, subscription: Subscription, post: Round, *, now: datetime) -> None:
    if subscription.disabled_at is not None:
        raise Hopeless("The webhook is switched off: switch it on, then send this again.")
    body = message.body.encode()
    signed = signing.headers(message.handle, body, key=secrets.read(subscription.key), now=now)
    try:
        _post(post, secrets.read(subscription.address), body, **signed)
    except Refused as refused:
        _note_failure(subscription, refused, now=now)
        raise
    Subscription.objects.filter(pk=subscription.pk).exclude(failing_since=None).update(failing_since=None)


def _post(post: Round, address: str, body: bytes, **headers: str) -> None:
    answer = post.post(address, body, **headers)
    if answer.is_success:
        return
    host = client.checked_address(address).host
    if answer.status == GONE:
        raise Hopeless(f"{host} says that this address is gone for good (410).", code="gone")
    if 300 <= answer.status < 400:
        raise Refused(
            f"{host} leads elsewhere ({answer.status}), which is not followed: enter the address it leads to."
        )
    raise Refused(f"{host} answered {answer.status}.")


def _note_failure(subscription: Subscription, refused: Refused, *, now: datetime) -> None:
    """Since when nothing arrives; after days of it, nothing is sent any more."""
    found = Subscription.objects.filter(pk=subscription.pk, disabled_at=None)
    found.filter(failing_since=None).update(failing_since=now)
    subscription.refresh_from_db()
    since = subscription.failing_since or now
    if refused.code != "gone" and now - since < DISABLED_AFTER:
        return
    why = f"Nothing has arrived since {since:%Y-%m-%d %H:%M} UTC: {refused}"
    with transaction.atomic():
        if found.update(disabled_at=now, disabled_why=why[:400]):
            detail = {"name": subscription.name, "why": why}
            audit.record(
                "server",
                "webhook switched off",
                object_type="webhook",
                object_id=subscription.pk,
                detail=detail,
                now=now,
            )
