"""Zoom's REST API, one module per area; `ENDPOINTS` is what it answers to."""

from zoom_simulator.api import (
    attendance,
    dashboard,
    recordings,
    registering,
    registrants,
    reports,
    users,
    webinars,
)
from zoom_simulator.api.endpoint import Endpoint

ENDPOINTS: list[Endpoint] = [
    *users.endpoints,
    *webinars.endpoints,
    *registrants.endpoints,
    *registering.endpoints,
    *attendance.endpoints,
    *reports.endpoints,
    *dashboard.endpoints,
    *recordings.endpoints,
]
