"""Messages from Zoom: stored as rows when they come (`intake`), acted upon by a worker (`worker`).

A message is a hint. What it says is not written into the CRM: it only makes the sync look sooner at what has
changed, and it tells the few things that no listing tells. With no message arriving, polling finds the same
(D13).
"""
