"""What leaves: one object of each kind, for addresses that ask for one."""

from __future__ import annotations

from tests.organisation import NOW, Organisation


def messages_made(organisation: Organisation) -> dict[str, int | str]:
    """A channel and a webhook of Max's, an event that was given up, and Vera's link to hear no more."""
    from throughline.messages import setting, stopping
    from throughline.messages.models import Message

    address = "https://hooks.example.org/x"
    channel = setting.ChannelWish(name="#security", address=address)
    webhook = setting.WebhookWish(name="Flow", address=address, events=("room.revealed",))
    made, _ = setting.add_webhook(organisation.max, webhook, now=NOW)
    setting.try_webhook(organisation.max, made, now=NOW)
    Message.objects.update(state="given_up", error="hooks.example.org answered 500.", ended_at=NOW)
    return {
        "channel": setting.add_channel(organisation.max, channel, now=NOW).pk,
        "webhook": made.pk,
        "delivery": Message.objects.get().pk,
        "letter": "digest",
        "stop": stopping.path(organisation.vera, "digest").split("/")[-2],
    }
