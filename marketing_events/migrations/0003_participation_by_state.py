from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('marketing_events', '0002_roles_in_indexes'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(
                fields=['state', 'contact'],
                include=('role', 'attendance_percent', 'duration_seconds'),
                name='participation_by_state',
            ),
        ),
    ]
