from django.db import migrations, models

import core.message_field


class Migration(migrations.Migration):
    """Columns of another type: what they held in words cannot be told as codes."""

    dependencies = [("contacts", "0007_import_review")]

    operations = [
        migrations.RemoveField(model_name="changefollowup", name="error"),
        migrations.AddField(
            model_name="changefollowup",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="contactimport", name="error"),
        migrations.AddField(
            model_name="contactimport",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="segmentbuild", name="error"),
        migrations.AddField(
            model_name="segmentbuild",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="importproblem", name="message"),
        migrations.AddField(
            model_name="importproblem",
            name="message",
            field=core.message_field.MessageField(default=dict, null=False, verbose_name="message"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="contactimport",
            name="notes",
            field=models.JSONField(
                blank=True,
                default=list,
                encoder=core.message_field.ReadableEncoder,
                help_text="What was guessed, left out or made.",
                verbose_name="notes",
            ),
        ),
    ]
