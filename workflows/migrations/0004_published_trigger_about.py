"""Triggers that are on are found by what they are about. Those of workflows published before get it here."""

from django.db import migrations, models


def name_subjects(apps, schema_editor):
    PublishedTrigger = apps.get_model("workflows", "PublishedTrigger")
    rows = PublishedTrigger.objects.using(schema_editor.connection.alias)
    further = []
    for row in rows.filter(about="").select_related("version"):
        names = subjects(row)
        if names:
            row.about = names.pop()
            row.save(update_fields=["about"])
        for name in names:
            copy = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
            further.append(PublishedTrigger(**copy | {"id": None, "about": name}))
    rows.bulk_create(further, batch_size=500)


def subjects(row):
    try:
        events = row.version.definition["triggers"][row.position]["arguments"].get("events", {})
    except (KeyError, IndexError):
        return set()
    if "event_ids" in events:
        return {f"event:{key}" for key in events["event_ids"]}
    return {f"webinar:{number}" for number in events.get("webinar_ids", ())}


def forget_subjects(apps, schema_editor):
    """One row for each trigger again."""
    rows = apps.get_model("workflows", "PublishedTrigger").objects.using(schema_editor.connection.alias)
    seen = set()
    for row in rows.order_by("pk"):
        if (row.workflow_id, row.position) in seen:
            row.delete()
        seen.add((row.workflow_id, row.position))
    rows.exclude(about="").update(about="")


class Migration(migrations.Migration):
    dependencies = [("workflows", "0003_registrationbatch_bulk_change")]

    operations = [
        migrations.RemoveConstraint(model_name="publishedtrigger", name="publishedtrigger_natural_key"),
        migrations.AddField(
            model_name="publishedtrigger",
            name="about",
            field=models.CharField(
                blank=True,
                help_text=(
                    "“webinar:93112345678” or “event:7”, a row for each; blank: whatever a change is about."
                ),
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="publishedtrigger",
            index=models.Index(fields=["trigger", "about"], name="publishedtrigger_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="publishedtrigger",
            constraint=models.UniqueConstraint(
                fields=("workflow", "position", "about"), name="publishedtrigger_natural_key"
            ),
        ),
        migrations.RunPython(name_subjects, forget_subjects, elidable=True),
    ]
