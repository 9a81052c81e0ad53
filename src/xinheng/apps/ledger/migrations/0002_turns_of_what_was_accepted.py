"""A register that was in use before it had a ledger: every acceptance, withdrawal and event takes its turn, in order."""

from django.db import migrations


def take_turns(apps, schema_editor):
    """Take the turns in the order of the register's positions; events where their instant falls."""
    if apps.get_model("intake", "Submission").objects.filter(accepted_at__isnull=False).exists():
        from xinheng.apps.ledger.backfill import take_all

        take_all()


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("records", "0001_initial"),
        ("intake", "0001_initial"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(take_turns, migrations.RunPython.noop)]
