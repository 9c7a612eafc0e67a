"""The addresses of recorded calls."""

from django.urls import path

from marketing_events.views import call, call_files, call_list

app_name = "calls"

urlpatterns = [
    path("", call_list.calls, name="list"),
    path("<int:pk>/", call.call, name="detail"),
    path("<int:pk>/transcript.txt", call_files.text, name="text"),
    path("<int:pk>/transcript.vtt", call_files.subtitles, name="vtt"),
]
