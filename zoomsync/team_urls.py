"""Settings > Team."""

from django.urls import path

from zoomsync.views import team

app_name = "team"

urlpatterns = [
    path("", team.people, name="list"),
    path("add/", team.add, name="add"),
    path("<int:pk>/role/", team.role, name="role"),
    path("<int:pk>/active/", team.active, name="active"),
    path("<int:pk>/link/", team.link, name="link"),
]
