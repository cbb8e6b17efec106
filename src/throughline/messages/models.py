"""Who wants to hear what and where, and the outbox: each message once, from wanted to sent or given up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from throughline.accounts.models import Team
from throughline.objectives.models import KeyResult
from throughline.outbound.models import Secret


class Service(models.TextChoices):
    """What carries a message."""

    EMAIL = "email", "E-mail"
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Hours(models.Model):
    """When the week is told, by the clock of a place."""

    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    zone = models.CharField(max_length=64, default="UTC")
    # What happened before is not told.
    since = models.DateTimeField()

    class Meta:
        abstract = True


class Preference(Hours):
    """What one person wants to hear; nothing until she says so."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.BooleanField(default=False)
    reminder = models.BooleanField(default=False)
    room = models.BooleanField(default=False)
    off_track = models.BooleanField(default=False)
    service = models.CharField(max_length=8, choices=Service.choices, default=Service.EMAIL)
    # The address of her own incoming webhook, where it is a chat.
    address = models.ForeignKey(Secret, null=True, on_delete=models.SET_NULL, related_name="+")


class Channel(Hours):
    """A chat channel of a team, or of everybody: it hears what its least trusted reader may see."""

    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=8, choices=Service.choices[1:], default=Service.SLACK)
    address = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    # Of the address, so that people recognise it; the rest is as good as a password.
    host = models.CharField(max_length=255)
    digest = models.BooleanField(default=True)
    off_track = models.BooleanField(default=True)
    made_by = models.CharField(max_length=160)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """Another tool that hears of events, each signed with a key that both know."""

    name = models.CharField(max_length=120)
    address = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=255)
    events: models.JSONField[Any] = models.JSONField(default=list)
    # Whose records are counted in what it hears of vulnerabilities; without a team it hears nothing of them.
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    made_by = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    # The last change of a record that it was told of.
    cursor = models.BigIntegerField(default=0)
    # Since when nothing has arrived, and since when nothing is sent any more, with the sentence why.
    failing_since = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message to one person, channel or subscription. The outbox holds facts, and no text but an event's.

    What a person reads is written when it is sent, with the rights that she has then.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", "The week"
        REMINDER = "reminder", "Check-ins that are due"
        ROOM = "room", "Forecast room"
        OFF_TRACK = "off_track", "Off track"
        INVITATION = "invitation", "Sign-in link"
        TRIAL = "trial", "Trial"
        EVENT = "event", "Event"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNNEEDED = "unneeded", "Not needed any more"
        GIVEN_UP = "given_up", "Given up"

    # Names it to whoever receives it, so that what arrives twice is counted once.
    handle = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What it is about: the same is never said twice.
    subject = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    about: models.JSONField[Any] = models.JSONField(default=dict)
    # Of an event: its type, and the body as it is signed.
    event = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due"], name="outbox_by_state")]
        constraints = [
            models.CheckConstraint(
                name="message_has_one_receiver",
                condition=Q(person__isnull=False, channel__isnull=True, subscription__isnull=True)
                | Q(person__isnull=True, channel__isnull=False, subscription__isnull=True)
                | Q(person__isnull=True, channel__isnull=True, subscription__isnull=False),
            )
        ]

    @property
    def is_ended(self) -> bool:
        return self.state in (self.State.SENT, self.State.UNNEEDED, self.State.GIVEN_UP)


class KnownStatus(models.Model):
    """How a key result stood when it was looked at last, so that a change can be told."""

    key_result = models.OneToOneField(KeyResult, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=16)
    verdict = models.CharField(max_length=16)
    at = models.DateTimeField()
