from django.db import migrations

from core.text_search import drop_words_index, words_index

TEXTS = ("marketing_events_utterance", "text")


class Migration(migrations.Migration):

    dependencies = [
        ('marketing_events', '0003_no_index_twice'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: words_index(*TEXTS, editor),
            lambda apps, editor: drop_words_index(*TEXTS, editor),
        ),
    ]
