"""The documents of one subject by their titles in one index, in place of the one by subject alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_counts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["subject", "title"], name="records_by_subject"),
        ),
        # As an AlterField it would copy the whole table on SQLite, to leave out one index.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="version",
                    name="subject",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="subjects.subject",
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX IF EXISTS records_version_subject_id_529882cc",
                    "CREATE INDEX records_version_subject_id_529882cc ON records_version (subject_id)",
                ),
            ],
        ),
    ]
