"""Connected tools, each time that one was asked, and what was too strange to store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings as configured
from django.db import models
from django.db.models import Q

from throughline.jobs.models import Job
from throughline.outbound.models import Secret
from throughline.vulnerabilities.models import Vulnerability


class Schedule(models.TextChoices):
    """How often a tool is asked by itself."""

    BY_HAND = "by hand", "Only by hand"
    TEN_MINUTES = "10 minutes", "Every 10 minutes"
    HOUR = "hour", "Every hour"
    SIX_HOURS = "6 hours", "Every 6 hours"
    DAY = "day", "Every day"


EVERY = {
    Schedule.TEN_MINUTES: timedelta(minutes=10),
    Schedule.HOUR: timedelta(hours=1),
    Schedule.SIX_HOURS: timedelta(hours=6),
    Schedule.DAY: timedelta(days=1),
}
# Counts of a sync that say that something is other than before.
CHANGED = ("created", "updated", "vanished", "added", "corrected", "missed")


class Connector(models.Model):
    """One tool at one address: what is asked of it, and how far that went."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    # What its kind declares, and `mapping` where the kind has a page for one; never a secret.
    settings = models.JSONField(default=dict)
    schedule = models.CharField(max_length=12, choices=Schedule.choices, default=Schedule.BY_HAND)
    is_on = models.BooleanField(default=True)
    # How far it was read: written in the transaction that stores what was read.
    state = models.JSONField(default=dict)
    owner = models.ForeignKey(
        configured.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What stands on it: the feeds that it fills, [source, scope] each, and the series.
    feeds = models.JSONField(default=list)
    series = models.JSONField(default=list)
    made_by = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    # The tool itself said that something is new: the next look comes at once.
    hurried_at = models.DateTimeField(null=True)
    # The last event of which was decided whether it is written back; nothing while nothing is.
    written_to = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def every(self) -> timedelta | None:
        """How long after one look the next is due; None by hand."""
        return EVERY.get(Schedule(self.schedule))


class Credential(models.Model):
    """A secret of a connector, by the name under which its kind declares it."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=40)
    secret = models.ForeignKey(Secret, on_delete=models.PROTECT, related_name="+")

    class Meta:
        unique_together = [("connector", "name")]


class Outcome(models.TextChoices):
    """How a sync ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    # Its process died, and another sync went on from what it kept.
    BROKEN_OFF = "broken off"


class Sync(models.Model):
    """One time that a tool was asked: how far it is, and what came of it.

    Pages that were fetched wait in the data folder under `folder`; `kept` says how many bytes and records of
    each document are whole, `cursor` where the pull goes on.
    """

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="syncs")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    said = models.CharField(max_length=2000, blank=True)
    is_dry = models.BooleanField(default=False)
    is_whole = models.BooleanField(default=False)
    actor = models.CharField(max_length=160)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    # Who works on it now, drawn at random at each start: a process that was taken for dead writes no more.
    holder = models.CharField(max_length=32)
    beat_at = models.DateTimeField()
    # Whose pages it went on from, and how often it was taken up again itself.
    resumed_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    resumptions = models.PositiveSmallIntegerField(default=0)
    folder = models.CharField(max_length=32)
    cursor = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    # What settings the pages were fetched with: with others they are not gone on from.
    asked_with = models.CharField(max_length=64)
    fetched = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    stored = models.JSONField(default=list)
    imports = models.JSONField(default=list)
    notices = models.JSONField(default=list)
    # The first differences, of a dry run and of a real one.
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connector"], condition=Q(outcome="running"), name="connectors_one_sync_at_a_time"
            )
        ]

    @property
    def is_running(self) -> bool:
        return self.outcome == Outcome.RUNNING

    @property
    def is_resumable(self) -> bool:
        """Whether the next sync may go on from its pages."""
        return self.outcome in (Outcome.FAILED, Outcome.CANCELLED, Outcome.BROKEN_OFF) and bool(self.cursor)

    @property
    def told(self) -> dict[str, Any]:
        """Its counts that are not nothing."""
        return {name: count for name, count in self.counts.items() if count}


class Quarantine(models.Model):
    """What a tool answered that nobody can have meant: kept aside, bounded, without secrets."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="quarantined")
    sync = models.ForeignKey(Sync, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    sample = models.TextField(blank=True, max_length=4000)
    # What accepting it lets through (see doubts); nothing where no answer of that form can be stored.
    takes = models.JSONField(default=list)
    found_at = models.DateTimeField()
    # "accepted" or "discarded" once a person looked, "over" where a good sync came before; else empty.
    decided = models.CharField(max_length=9, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]


class Heard(models.Model):
    """What a tool sent by itself, by a hash of its number or content: heard once, however often sent."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="heard")
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        unique_together = [("connector", "mark")]
        verbose_name_plural = "heard"


class Ticket(models.Model):
    """An issue of a tool that is known as a vulnerability, and is no record of its own."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="tickets")
    vulnerability = models.ForeignKey(Vulnerability, on_delete=models.CASCADE, related_name="tickets")
    # Empty while it is being made; by `marker` one is found again of which nothing was heard.
    key = models.CharField(max_length=240, blank=True)
    marker = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=240, blank=True)

    class Meta:
        unique_together = [("connector", "vulnerability")]
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "key"], condition=~Q(key=""), name="connectors_one_ticket_a_key"
            )
        ]


class Step(models.TextChoices):
    """What is written to a tool."""

    CREATE = "create"
    LINK = "link"
    MOVE = "move"


class Writing(models.Model):
    """Something that is to be written to a tool, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="writings")
    vulnerability = models.ForeignKey(Vulnerability, on_delete=models.CASCADE, related_name="writings")
    step = models.CharField(max_length=6, choices=Step.choices)
    # What was asked for: place and type of a new ticket, the key of one that is linked.
    wish = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    said = models.CharField(max_length=2000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "next_at"], name="connectors_writing_due")]
