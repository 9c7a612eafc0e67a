"""How the download of a recording file can go."""

BEHAVIOURS = (
    "ok",
    "html",
    "inside",
    "loop",
    "other host",
    "huge",
    "missing",
    "not ready",
    "refuses access token",
)
"""How a download can go: fine; an HTML page; a redirect to an address inside the network; a redirect to
itself; a redirect to a host that is not Zoom's; two gigabytes; 404; 401 for now; 401 for an ordinary access
token."""
