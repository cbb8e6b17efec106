"""Scenarios, what is estimated of them, what serves them, and how much loss the organisation bears."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from throughline.objectives.models import Initiative
from throughline.series.models import Series


class Scenario(models.Model):
    """A statement with a period and a judge, of which will be seen whether it came true.

    Its criteria stand from the first forecast on: what is asked may not change under those who answered.
    """

    class Period(models.TextChoices):
        YEAR = "year", "A year"
        QUARTER = "quarter", "A quarter"
        MONTH = "month", "A month"

    key = models.SlugField(max_length=80, unique=True)
    statement = models.CharField(max_length=300)
    # How the judge will tell, written before the first forecast.
    criteria = models.TextField(max_length=5000)
    judge_name = models.CharField(max_length=120)
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    period = models.CharField(max_length=8, choices=Period.choices, default=Period.QUARTER)
    start = models.DateField()
    # The last day; it counts whole.
    end = models.DateField()
    tags: models.JSONField[Any] = models.JSONField(default=list)
    # A chain of conditions, each given the ones before it: ["A laptop is taken over", …]; may be empty.
    steps: models.JSONField[Any] = models.JSONField(default=list)
    # What panels said of it, round by round; a forecast key result names this series.
    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="scenario")
    owner_name = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start", "id"]

    def __str__(self) -> str:
        return self.statement


class Estimate(models.Model):
    """How often and how dear, as of one moment; the newest of each stage counts, and none is edited."""

    class Stage(models.TextChoices):
        INHERENT = "inherent", "Without our controls"
        RESIDUAL = "residual", "As things stand"
        TARGET = "target", "Where we want to be"

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="estimates")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.RESIDUAL)
    # In the words of `risk curve`: {"probability": 0.1, "per": "year"}, {"ci90": [1e5, 1e6], "cap": 5e6}.
    frequency: models.JSONField[Any] = models.JSONField(default=dict)
    loss: models.JSONField[Any] = models.JSONField(default=dict)
    # Of a panel: [{"weight": 0.2, "frequency": …, "loss": …}], nameless; then the two above are empty.
    beliefs: models.JSONField[Any] = models.JSONField(default=list)
    # Where it came from: empty for a typed one, `round:12` for a panel's.
    source = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Link(models.Model):
    """An objective or a key result that a scenario bears on; the rest of the thread hangs on that."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="links")
    objective = models.ForeignKey(
        "objectives.Objective", null=True, on_delete=models.CASCADE, related_name="scenario_links"
    )
    key_result = models.ForeignKey(
        "objectives.KeyResult", null=True, on_delete=models.CASCADE, related_name="scenario_links"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "objective"], name="one_link_to_an_objective"),
            models.UniqueConstraint(fields=["scenario", "key_result"], name="one_link_to_a_key_result"),
        ]


class Treatment(models.Model):
    """What an initiative is expected to make of a scenario: factors on how often and on how dear."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="treatments")
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="treatments")
    # What remains, as a 90 % range: 0.4 to 0.7 leaves that part of the frequency; 1 to 1 changes nothing.
    frequency_low = models.FloatField(default=1.0)
    frequency_high = models.FloatField(default=1.0)
    loss_low = models.FloatField(default=1.0)
    loss_high = models.FloatField(default=1.0)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        unique_together = [("initiative", "scenario")]


class Cost(models.Model):
    """What an initiative costs a year, as a 90 % range in the organisation's currency."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="cost")
    low = models.FloatField()
    high = models.FloatField()
    author = models.CharField(max_length=160)
    at = models.DateTimeField()


class Appetite(models.Model):
    """How much loss the organisation bears, and how often; the newest counts."""

    # [{"loss": 1e6, "probability": 0.1}, …], two or more, the dearer the rarer.
    points: models.JSONField[Any] = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
