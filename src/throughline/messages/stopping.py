"""A link that ends one kind of message, without signing in: it can do nothing else, so it works for ever."""

from __future__ import annotations

from django.core import signing
from django.http import Http404
from django.urls import reverse

from throughline.accounts.models import User
from throughline.messages.models import Message, Preference

SALT = "messages.stop"
KINDS = ("digest", "reminder", "room", "off_track")


def path(person: User, kind: str) -> str:
    """The path of the link for one person and one kind."""
    token = signing.Signer(salt=SALT).sign_object([person.pk, str(kind)])
    return reverse("messages-stop", urlconf="throughline.messages.urls", kwargs={"token": token})


def opened(token: str) -> tuple[Preference | None, Message.Kind]:
    """Whose wish the link ends, if there is one still, and of which kind. 404 where nobody signed it."""
    try:
        person, kind = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    if kind not in KINDS:
        raise Http404
    found = Preference.objects.filter(person=person).select_related("person").first()
    return found, Message.Kind(kind)
