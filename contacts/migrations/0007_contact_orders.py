from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('contacts', '0006_contact_merge'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['zoom_webinar_registration_count', 'id'], name='contact_by_registrations'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['zoom_webinar_attendance_count', 'id'], name='contact_by_attendance'),
        ),
    ]
