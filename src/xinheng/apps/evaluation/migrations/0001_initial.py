import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("subjects", "0002_name_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=64)),
                ("applied_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(default=0)),
                ("events", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField(null=True)),
                ("asked", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="evaluation_mark_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=1)),
                ("model", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("position", models.BigIntegerField()),
                ("score", models.IntegerField(null=True)),
                ("grade", models.CharField(max_length=4)),
                ("band", models.CharField(max_length=4)),
                ("no_result", models.CharField(blank=True, default="", max_length=20)),
                ("caps", models.JSONField(default=list)),
                ("points", models.JSONField(default=dict)),
                ("dimensions", models.JSONField(default=dict)),
                ("method_hash", models.CharField(max_length=80)),
                ("inputs_hash", models.CharField(blank=True, default="", max_length=80)),
                ("cause", models.CharField(choices=[("city", "全市评价"), ("event", "信息变化")], max_length=8)),
                ("changes", models.JSONField(default=dict)),
                ("current", models.BooleanField(default=None, null=True)),
                (
                    "subject",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="subjects.subject",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=64)),
                ("record", models.BigIntegerField(null=True)),
                ("text", models.TextField()),
                ("contact", models.CharField(blank=True, default="", max_length=100)),
                ("at", models.DateTimeField()),
                ("check_by", models.DateField()),
                ("answer_by", models.DateField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "核查中"), ("upheld", "异议成立"), ("refused", "异议不成立")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="evaluation.result",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                ("method_hash", models.CharField(max_length=80)),
                ("policy_digest", models.CharField(max_length=80)),
                ("engine", models.CharField(max_length=20)),
                ("on", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("position", models.BigIntegerField()),
                ("events", models.BigIntegerField(default=0)),
                ("off", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "计算中"),
                            ("done", "已完成"),
                            ("held", "等待复核"),
                            ("confirmed", "复核后生效"),
                            ("set-aside", "复核后不用"),
                            ("failed", "没有完成"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("subjects", models.BigIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, default="", max_length=80)),
                ("folder", models.CharField(blank=True, default="", max_length=300)),
                ("why", models.TextField(blank=True, default="")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="result",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="evaluation.run",
            ),
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=64)),
                ("based_on", models.CharField(max_length=80)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("simulated", "已模拟"),
                            ("offered", "待批准"),
                            ("approved", "已批准"),
                            ("refused", "未批准"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("simulation", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_text", models.TextField(blank=True, default="")),
                ("effective_from", models.DateField(null=True)),
                ("document", models.CharField(blank=True, default="", max_length=200)),
                ("notice_from", models.DateField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="evaluation_second_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=64)),
                ("told_at", models.DateTimeField()),
                ("publish_from", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "告知期内"),
                            ("over", "告知期满"),
                            ("objected", "异议处理中"),
                            ("withdrawn", "结果已变化"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="subjects.subject"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="evaluation.result",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "model"], name="evaluation_notices")],
            },
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["model", "on"], name="evaluation_runs"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["model", "current", "grade"], name="evaluation_by_grade"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["subject", "model", "at"], name="evaluation_history"),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("E", "T", "I", "O", "G"))), name="evaluation_organisations_only"
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(fields=("subject", "model", "current"), name="evaluation_one_current"),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grade", "N"), ("score__isnull", True)),
                    models.Q(models.Q(("grade", "N"), _negated=True), ("score__isnull", False)),
                    _connector="OR",
                ),
                name="evaluation_no_result_no_score",
            ),
        ),
    ]
