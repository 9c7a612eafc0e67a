import os

from django.core.wsgi import get_wsgi_application

from zoomsync.chunked_bodies import BufferedChunks
from zoomsync.warm_up import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zoomsync.settings")
application = BufferedChunks(get_wsgi_application())
warm_up()
