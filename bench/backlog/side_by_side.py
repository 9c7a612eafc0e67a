"""Downloads and decodes a webinar's pages, all listings side by side. Prints how many seconds that took."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bench.services import signed_in
from bench.whole_sync.listings import Listing, listings


def main(webinar_id: str, uuid: str) -> None:
    token = signed_in(os.environ)
    wanted = listings(webinar_id, uuid)

    def download(listing: Listing) -> None:
        params = dict(listing.params)
        while True:
            answer = token.get(os.environ["ZOOM_API_URL"] + listing.path, params=params, timeout=60)
            answer.raise_for_status()
            params["next_page_token"] = json.loads(answer.content)["next_page_token"]
            if not params["next_page_token"]:
                return

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(wanted)) as pool:
        list(pool.map(download, wanted))
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
