"""The one row of the register's order."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("intake", "Register").objects.create(id=1, position=0)


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
