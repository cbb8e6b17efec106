import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sign_in_failures"),
        ("objectives", "0002_measurement_catalogue_last_import"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Cycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("proposed", "Proposed"),
                            ("set", "Set"),
                            ("closed", "Closed"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("proposed_at", models.DateTimeField(null=True)),
                ("set_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-start", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
                ("evidence", models.CharField(max_length=500)),
                ("author", models.CharField(max_length=160)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=160)),
                (
                    "key_result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="completions",
                        to="objectives.keyresult",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Edge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_kind",
                    models.CharField(
                        choices=[
                            ("goal", "Company goal"),
                            ("long_term_objective", "Long-term objective"),
                            ("objective", "Objective"),
                            ("key_result", "Key result"),
                            ("initiative", "Initiative"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_id", models.BigIntegerField()),
                (
                    "to_kind",
                    models.CharField(
                        choices=[
                            ("goal", "Company goal"),
                            ("long_term_objective", "Long-term objective"),
                            ("objective", "Objective"),
                            ("key_result", "Key result"),
                            ("initiative", "Initiative"),
                        ],
                        max_length=20,
                    ),
                ),
                ("to_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contributes", "Contributes to"),
                            ("supports", "Supports"),
                            ("balances", "Balances"),
                        ],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["to_kind", "to_id"], name="objectives__to_kind_fcc236_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("from_kind", "from_id", "to_kind", "to_id"), name="one_edge_between_two_items"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=240)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("owner_name", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, max_length=2000)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LongTermObjective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=240)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("owner_name", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("actual_risk", "Reduces actual risk"),
                            ("perceived_risk", "Reduces perceived risk"),
                            ("delivery", "Protects delivery"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=240)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("owner_name", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objectives",
                        to="objectives.cycle",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Counterpart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "of_kind",
                    models.CharField(
                        choices=[
                            ("goal", "Company goal"),
                            ("long_term_objective", "Long-term objective"),
                            ("objective", "Objective"),
                            ("key_result", "Key result"),
                            ("initiative", "Initiative"),
                        ],
                        max_length=20,
                    ),
                ),
                ("of_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=240)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("outcome", models.CharField(max_length=240)),
                ("owner_name", models.CharField(max_length=120)),
                ("due", models.DateField()),
                ("required", models.BooleanField(default=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("confirmed", "Confirmed"), ("declined", "Declined")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("answered_by", models.CharField(blank=True, max_length=160)),
                ("answered_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.team"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["of_kind", "of_id"], name="objectives__of_kind_459721_idx")],
            },
        ),
    ]
