from django.db import migrations, models

from core.text_search import drop_words_index, words_index

MESSAGES = ("integrations_auditentry", "message")


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0005_recordings_have_their_own_schedule'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['-created_at', '-id'], name='auditentry_newest'),
        ),
        migrations.AddIndex(
            model_name='settingchange',
            index=models.Index(fields=['-created_at', '-id'], name='settingchange_newest'),
        ),
        migrations.RunPython(
            lambda apps, editor: words_index(*MESSAGES, editor),
            lambda apps, editor: drop_words_index(*MESSAGES, editor),
        ),
    ]
