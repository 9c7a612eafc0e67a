"""The editor as a browser uses it: a click is a post of the form that has the button."""

from typing import Any

from django.test import Client

from tests.support.htmx import htmx
from workflows.models import Workflow


class Editor:
    def __init__(self, client: Client, workflow: Workflow) -> None:
        self.client, self.workflow = client, workflow
        self.address = f"/automation/workflows/{workflow.pk}/edit/"

    @property
    def draft(self) -> dict[str, Any]:
        self.workflow.refresh_from_db()
        return dict(self.workflow.draft)

    @property
    def revision(self) -> int:
        self.workflow.refresh_from_db()
        return self.workflow.draft_revision

    def show(self, part: str) -> str:
        """The page with this part beside the path."""
        return self.client.get(self.address, {"show": part}).text

    def click(self, do: str, status: int = 200, **fields: Any) -> str:
        names = {key.replace("__", "."): value for key, value in fields.items()}
        data = {"do": do, "revision": self.revision, **names}
        answer = self.client.post(self.address, data, headers=htmx("editor"))
        assert answer.status_code == status, answer.text
        return answer.text
