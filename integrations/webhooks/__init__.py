"""Webhooks, both ways: Zoom's events come in, our callbacks go out.

`receive` stores each event as a row, and a worker handles it (`worker`, `handlers`). An event is a hint: it
makes the sync look sooner at what has changed, and only what no listing says is noted from it. Without any
event polling finds the same (D13). `post` sends callbacks to addresses that people outside have chosen.
"""
