from django.db import migrations

import core.message_field


class Migration(migrations.Migration):
    """Columns of another type: what they held in words cannot be told as codes."""

    dependencies = [("marketing_events", "0003_participation_cancellation_noticed_at")]

    operations = [
        migrations.RemoveField(model_name="call", name="transcript_note"),
        migrations.AddField(
            model_name="call",
            name="transcript_note",
            field=core.message_field.MessageField(help_text="Why it is missing."),
        ),
    ]
