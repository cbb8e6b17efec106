"""The record and its history. The words are those of the field; times carry their basis."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    CODE = "code"
    DEPENDENCY = "dependency"
    CONTAINER = "container"
    CLOUD = "cloud"
    WEB = "web"
    OS = "os"
    SECRET = "secret"  # noqa: S105 - a kind of finding
    PROCESS = "process"


class Severity(models.IntegerChoices):
    INFO = 0, "info"
    LOW = 1, "low"
    MEDIUM = 2, "medium"
    HIGH = 3, "high"
    CRITICAL = 4, "critical"


class State(models.TextChoices):
    """Triage: potential versus real."""

    POTENTIAL = "potential"
    CONFIRMED = "confirmed"
    FALSE_POSITIVE = "false positive"
    DUPLICATE = "duplicate"
    ACCEPTED = "accepted"
    OUT_OF_SCOPE = "out of scope"


class Basis(models.TextChoices):
    """Where a date came from."""

    REPORTED = "reported"
    INFERRED = "inferred"
    PRESUMED = "presumed"
    MANUAL = "manual"


class Service(models.Model):
    """Something that runs, and the team that owns it."""

    name = models.CharField(max_length=160, unique=True)
    team = models.ForeignKey("accounts.Team", null=True, blank=True, on_delete=models.SET_NULL)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    environment = models.CharField(max_length=60, blank=True)
    repository = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Attribute(models.Model):
    """A column of an import that is no field of ours, kept with its type and usable by its own name."""

    class Type(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        BOOLEAN = "boolean"
        DATE = "date"

    name = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=8, choices=Type.choices)


class SlaPolicy(models.Model):
    """Days to mitigate by severity, and by service tier where one is named."""

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveIntegerField()

    class Meta:
        unique_together = [("severity", "tier")]


class TriageRule(models.Model):
    """A standing decision; what it says is in its versions, the newest of which is in force."""

    name = models.CharField(max_length=120, unique=True)
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TriageRuleVersion(models.Model):
    """What a rule said from some day on: which findings, and their state. Never changed, only followed."""

    rule = models.ForeignKey(TriageRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=120, blank=True)
    # The rule's pattern of checks; `rule` is the rule itself.
    check_name = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=500, blank=True)
    cwe = models.CharField(max_length=16, blank=True)
    component = models.CharField(max_length=240, blank=True)
    state = models.CharField(max_length=16, choices=State.choices)
    reason = models.CharField(max_length=500)
    days = models.PositiveIntegerField(null=True)
    actor = models.CharField(max_length=160)
    made_at = models.DateTimeField()

    class Meta:
        unique_together = [("rule", "number")]
        ordering = ["-number"]


class Vulnerability(models.Model):
    """The present state of one record; `Event` holds how it came to be so."""

    feed = models.ForeignKey("sources.Feed", on_delete=models.PROTECT)
    key = models.CharField(max_length=240)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    # The check that found it, under the name that its tool uses.
    rule = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    cwe = models.CharField(max_length=16, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True)
    cvss_vector = models.CharField(max_length=200, blank=True)
    cvss_score = models.FloatField(null=True)
    cvss_version = models.CharField(max_length=4, blank=True)
    vulnerability_ids = models.JSONField(default=list)
    # Exploitation, as the catalogues that were loaded say of its CVEs; unknown where none was.
    kev = models.BooleanField(null=True)
    kev_added = models.DateTimeField(null=True)
    epss = models.FloatField(null=True)
    component = models.CharField(max_length=240, blank=True)
    component_version = models.CharField(max_length=120, blank=True)
    fixed_version = models.CharField(max_length=120, blank=True)
    file = models.CharField(max_length=500, blank=True)
    line = models.PositiveIntegerField(null=True)
    endpoint = models.CharField(max_length=500, blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT)
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.PROTECT)
    environment = models.CharField(max_length=60, blank=True)
    tags = models.JSONField(default=list)
    source = models.CharField(max_length=120, blank=True)

    state = models.CharField(max_length=16, choices=State.choices)
    state_reason = models.CharField(max_length=500, blank=True)
    accepted_until = models.DateTimeField(null=True)
    # Of which one it is a duplicate, where somebody said so. Most are of none: the index holds the others.
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
        db_column="duplicate_of",
        db_index=False,
    )

    introduced_at = models.DateTimeField(null=True)
    introduced_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    introduced_method = models.CharField(max_length=80, blank=True)
    introduced_earliest = models.DateTimeField(null=True)
    introduced_latest = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True)
    identified_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    triaged_at = models.DateTimeField(null=True)
    triaged_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    accepted_at = models.DateTimeField(null=True)
    mitigated_at = models.DateTimeField(null=True)
    mitigated_basis = models.CharField(max_length=10, choices=Basis.choices, blank=True)
    # The register no longer lists it (a --full import that missed it): left out of every figure from then on.
    vanished_at = models.DateTimeField(null=True)

    ticket_url = models.CharField(max_length=500, blank=True)
    award = models.FloatField(null=True)
    award_currency = models.CharField(max_length=3, blank=True)
    attributes = models.JSONField(default=dict)

    # Fields that a person decided; an import leaves them alone.
    pinned = models.JSONField(default=list)
    # What the source said last (hash of its row and mapping) and when that was known.
    row_hash = models.CharField(max_length=32, blank=True)
    asserted_at = models.DateTimeField()

    class Meta:
        unique_together = [("feed", "key")]
        verbose_name_plural = "vulnerabilities"
        indexes = [
            models.Index(
                fields=["duplicate_of"],
                name="vulnerabilities_duplicates",
                condition=models.Q(duplicate_of__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """One change of one record, append-only. Its id is the change sequence that derived stores follow."""

    vulnerability = models.ForeignKey(Vulnerability, on_delete=models.PROTECT, related_name="events")
    # When it was known (what "as known at" asks for) and when it was written down here.
    known_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    action = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    imported = models.ForeignKey("sources.Import", null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["known_at", "id"]
        # Pages say how fresh the data is, and so when a person decided last.
        # The import, always null here, has SQLite prefer this index to that of all imports.
        indexes = [
            models.Index(
                fields=["imported", "known_at"],
                name="vulnerabilities_decisions",
                condition=models.Q(imported__isnull=True),
            )
        ]


class Advisory(models.Model):
    """What is published about the exploitation of one CVE: by CISA (KEV) and by FIRST (EPSS)."""

    cve = models.CharField(max_length=24, primary_key=True)
    kev_added = models.DateField(null=True)
    kev_due = models.DateField(null=True)
    kev_ransomware = models.BooleanField(null=True)
    epss = models.FloatField(null=True)
    percentile = models.FloatField(null=True)
    epss_date = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "advisories"


class Catalogue(models.Model):
    """The file from which advisories of one kind (kev, epss) are now."""

    kind = models.CharField(max_length=4, primary_key=True)
    file_name = models.CharField(max_length=240)
    checksum = models.CharField(max_length=64)
    released = models.DateTimeField(null=True)
    entries = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
