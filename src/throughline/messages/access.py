"""Who sets what leaves: each person her own messages, managers channels and webhooks.

The outbox is for administrators.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role, User
from throughline.messages.models import Channel, Message, Preference, Subscription


def wish_of(person: User) -> Preference | None:
    """What the person herself chose."""
    return Preference.objects.filter(person=person).select_related("address").first()


def require_set(user: User | AnonymousUser) -> User:
    """The person, if she may set channels and webhooks; else the 404 that strangers get."""
    return require(user, Role.MANAGER)


def require_outbox(user: User | AnonymousUser) -> User:
    """The person, if she may look at everybody's messages, none of which has a text; else 404."""
    return require(user, Role.ADMINISTRATOR)


def may_look(user: User | AnonymousUser) -> bool:
    """Whether the person may look at the outbox."""
    return at_least(user, Role.ADMINISTRATOR)


def channel_for(user: User | AnonymousUser, id: int) -> Channel:
    """The channel, or the 404 that strangers get."""
    require_set(user)
    found = Channel.objects.filter(pk=id).select_related("team", "address").first()
    if found is None:
        raise Http404
    return found


def subscription_for(user: User | AnonymousUser, id: int) -> Subscription:
    """The webhook, or the 404 that strangers get."""
    require_set(user)
    found = Subscription.objects.filter(pk=id).select_related("team", "address", "key").first()
    if found is None:
        raise Http404
    return found


def delivery_for(user: User | AnonymousUser, id: int) -> Message:
    """What was sent to a webhook, or the 404 that strangers get."""
    require_set(user)
    found = Message.objects.filter(pk=id, subscription__isnull=False).select_related("subscription").first()
    if found is None:
        raise Http404
    return found


def message_for(user: User | AnonymousUser, id: int) -> Message:
    """Any message of the outbox, or the 404 that strangers get."""
    require_outbox(user)
    found = Message.objects.filter(pk=id).first()
    if found is None:
        raise Http404
    return found
