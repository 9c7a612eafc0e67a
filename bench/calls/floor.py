"""The least that must be done: ask for the recording, download its transcript, parse it, COPY the rows.

No key, no index, no one tied to it. Prints how long that took, and how many rows it wrote.
"""

import csv
import io
import json
import os
import sys
import time

import psycopg2
import webvtt

from bench.services import in_path, signed_in


def main(uuid: str) -> None:
    zoom = signed_in(os.environ)
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute('CREATE TABLE said (start_seconds float, end_seconds float, "text" text)')
        connection.commit()
        started = time.perf_counter()
        listed = zoom.get(f"{os.environ['ZOOM_API_URL']}/meetings/{in_path(uuid)}/recordings", timeout=60)
        files = listed.json()["recording_files"]
        address = next(file["download_url"] for file in files if file["file_type"] == "TRANSCRIPT")
        captions = webvtt.from_string(zoom.get(address, timeout=60).text).captions
        rows = io.StringIO()
        csv.writer(rows).writerows(
            (caption.start_in_seconds, caption.end_in_seconds, caption.text) for caption in captions
        )
        rows.seek(0)
        cursor.copy_expert("COPY said FROM STDIN (FORMAT csv)", rows)
        connection.commit()
        milliseconds = (time.perf_counter() - started) * 1000
    print(json.dumps({"milliseconds": milliseconds, "queries": 1, "cues": len(captions)}))


if __name__ == "__main__":
    main(sys.argv[1])
