"""Someone at a web server in another process, with a browser that has no scripts."""

from typing import Self

import requests


class Visitor(requests.Session):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def open(self, path: str) -> requests.Response:
        return self.get(self.address + path, timeout=60)

    def submit(self, path: str, **fields: str) -> requests.Response:
        """Posts a form, as from a page of the same site."""
        fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        headers = {"Referer": f"{self.address}/"}
        return self.post(self.address + path, data=fields, headers=headers, timeout=60)

    def sign_in(self, email: str, password: str) -> Self:
        self.open("/login/")
        answer = self.submit("/login/", username=email, password=password)
        assert answer.url == f"{self.address}/", answer.text
        return self
