"""The same pages by dlt's REST source into PostgreSQL, configured as its documentation does, rows appended.

Prints how many rows of each table it wrote.
"""

import json
import os
import sys
from typing import Any

import dlt
from dlt.sources.rest_api import rest_api_source

from bench.services import signed_in
from bench.whole_sync.listings import Listing, listings


def main(webinar_id: str, uuid: str) -> None:
    token = str(signed_in(os.environ).headers["Authorization"]).removeprefix("Bearer ")
    source = rest_api_source(
        {
            "client": {
                "base_url": os.environ["ZOOM_API_URL"],
                "auth": {"type": "bearer", "token": token},
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "next_page_token",
                    "cursor_param": "next_page_token",
                },
            },
            "resources": [_resource(listing) for listing in listings(webinar_id, uuid)],
        }
    )
    # dlt wants a host; the socket that the query names goes before it.
    database = os.environ["DATABASE_URL"].replace("@/", "@localhost/")
    destination = dlt.destinations.postgres(database)
    pipeline = dlt.pipeline("bench", destination=destination, dataset_name="plain")
    pipeline.run(source)
    counts = pipeline.last_trace.last_normalize_info.row_counts
    print(json.dumps({table: counts[table] for table in ("registrants", "participants")}))


def _resource(listing: Listing) -> dict[str, Any]:
    return {
        "name": f"{listing.status}_{listing.table}",
        "table_name": listing.table,
        "endpoint": {"path": listing.path, "params": listing.params, "data_selector": listing.table},
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
