from django.db import migrations, models
from django.db.models import Max, OuterRef, Subquery


def note_latest(apps, schema_editor):
    """The instant of each chain's last record, which is never earlier than those before it."""
    records = apps.get_model("lifecycle", "Record").objects.filter(chain=OuterRef("pk")).order_by()
    latest = records.values("chain").annotate(latest=Max("at")).values("latest")
    apps.get_model("lifecycle", "Chain").objects.update(head_at=Subquery(latest))


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="chain",
            name="head_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(note_latest, migrations.RunPython.noop),
    ]
