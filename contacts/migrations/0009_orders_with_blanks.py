from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('contacts', '0008_import_rejections'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(
                condition=models.Q(('zoom_webinar_attendance_average_duration__isnull', False)),
                fields=['zoom_webinar_attendance_average_duration', 'id'],
                name='contact_by_average',
            ),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['source', 'id'], name='contact_by_source'),
        ),
    ]
