"""Rooms, their rounds, each member's private forecast, what was said, and what came of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.risk.models import Scenario


class Room(models.Model):
    """A panel's meeting about one scenario: at one time or over days."""

    class Mode(models.TextChoices):
        TOGETHER = "together", "All at one time"
        APART = "apart", "Each in her own time"

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="rooms")
    title = models.CharField(max_length=160)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.TOGETHER)
    # Whether a 90 % range of the loss is asked beside the probability.
    asks_loss = models.BooleanField(default=True)
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Of the room that it repeats: same scenario, same panel, a later time.
    repeats = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="repeated_by")
    # Until when each round waits for answers, where it does; nothing is revealed by itself.
    closes_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Panelist(models.Model):
    """Who is asked in a room, or came in late; whoever shares her score lets the facilitator see it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="panelists")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    joined_at = models.DateTimeField()
    shares_score = models.BooleanField(default=False)

    class Meta:
        ordering = ["joined_at", "id"]
        unique_together = [("room", "person")]


class Round(models.Model):
    """One asking of everybody; private until it is revealed, and frozen from then on."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    revealed_by = models.CharField(max_length=160, blank=True)
    # The pooled figures of every method at the reveal, with weights, warnings and the formula's version.
    result: models.JSONField[Any] = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        unique_together = [("room", "number")]


class Forecast(models.Model):
    """One person's number in one round; hers to change until the reveal."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="forecasts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="forecasts")
    # For the scenario's whole period, 0 to 1; where there are steps, their product.
    probability = models.FloatField()
    steps: models.JSONField[Any] = models.JSONField(default=list)
    # A 90 % range in the organisation's currency.
    loss_low = models.FloatField(null=True)
    loss_high = models.FloatField(null=True)
    rationale = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("round", "person")]


class Message(models.Model):
    """What somebody says between the rounds."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=160)
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class BaseRate(models.Model):
    """What happened elsewhere or before, updated to a chance; it stands beside the question."""

    class Kind(models.TextChoices):
        GAMMA_POISSON = "gamma_poisson", "Events over time"
        BETA_BINOMIAL = "beta_binomial", "Cases among many"
        SCORES = "scores", "Scores of CVEs"

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="base_rates")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=240)
    events = models.PositiveIntegerField()
    # Years watched, or how many were watched for the scenario's period.
    exposure = models.FloatField()
    # Of scores, which are chances: that at least one of `events` CVEs is exploited in `exposure` days.
    chance = models.FloatField(null=True)
    source = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]


class Resolution(models.Model):
    """What the judge says came of a scenario, with the evidence; a correction is a later one, and says why.

    Triggers keep what was said; the newest counts.
    """

    class Outcome(models.TextChoices):
        HAPPENED = "happened", "It happened"
        DID_NOT = "did_not", "It did not happen"
        VOID = "void", "It cannot be told"

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="resolutions")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # The day it happened; forecasts after it do not count.
    on = models.DateField(null=True)
    loss = models.FloatField(null=True)
    evidence = models.CharField(max_length=1000)
    # Of a correction: why what was said before is not so.
    reason = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
