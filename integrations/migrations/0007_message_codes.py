from django.db import migrations, models

import core.indexes
import core.message_field


class Migration(migrations.Migration):
    """Columns of another type: what they held in words cannot be told as codes."""

    dependencies = [("integrations", "0006_listed_uuid")]

    operations = [
        migrations.RemoveConstraint(model_name="auditentry", name="auditentry_one_open"),
        migrations.RemoveIndex(model_name="auditentry", name="auditentry_words"),
        migrations.RemoveField(model_name="auditentry", name="cause"),
        migrations.RemoveField(model_name="auditentry", name="details"),
        migrations.RemoveField(model_name="auditentry", name="message"),
        migrations.AddField(
            model_name="auditentry",
            name="values",
            field=models.JSONField(
                blank=True,
                default=dict,
                encoder=core.message_field.ReadableEncoder,
                verbose_name="values",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="search_text",
            field=models.TextField(blank=True, default="", help_text="The values alone, for the search."),
            preserve_default=False,
        ),
        migrations.RemoveField(model_name="auditentry", name="resolution"),
        migrations.AddField(
            model_name="auditentry",
            name="resolution",
            field=core.message_field.MessageField(verbose_name="how it was resolved"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=core.indexes.GinIndex(core.indexes.WordsVector("search_text"), name="auditentry_words"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("subject", "code"),
                name="auditentry_one_open",
            ),
        ),
        migrations.RemoveField(model_name="synclogline", name="text"),
        migrations.AddField(
            model_name="synclogline",
            name="message",
            field=core.message_field.MessageField(default=dict, null=False),
            preserve_default=False,
        ),
        migrations.RemoveField(model_name="recordingsearch", name="note"),
        migrations.AddField(
            model_name="recordingsearch",
            name="note",
            field=core.message_field.MessageField(help_text="Why Zoom does not provide it."),
        ),
        migrations.RemoveField(model_name="syncrun", name="error"),
        migrations.AddField(
            model_name="syncrun",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="webhookdelivery", name="error"),
        migrations.AddField(
            model_name="webhookdelivery",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="webhookdelivery", name="outcome"),
        migrations.AddField(
            model_name="webhookdelivery",
            name="outcome",
            field=core.message_field.MessageField(verbose_name="outcome"),
        ),
    ]
