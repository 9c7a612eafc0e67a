"""A client that a generator makes of the description: it compiles, and reads what the API answers."""

import compileall
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.roles import Role
from tests.contacts.make import make_contact
from zoomsync.api.root import the_api
from zoomsync.api.tokens import create_token

PACKAGE = "zoomsync_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("client")
    description = folder / "openapi.json"
    description.write_text(json.dumps(the_api().get_openapi_schema()))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", description, "--output-path", folder / PACKAGE),
        ],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower(), done.stdout + done.stderr
    return folder


def test_a_generated_client_compiles(generated):
    assert compileall.compile_dir(generated, quiet=1, force=True)


def test_a_generated_client_reads_and_writes(generated, monkeypatch, live_server):
    monkeypatch.syspath_prepend(generated)
    client = importlib.import_module(PACKAGE).AuthenticatedClient(
        base_url=live_server.url, token=create_token("generated", Role.ADMIN).plain
    )
    operations, models = f"{PACKAGE}.api.contacts", importlib.import_module(f"{PACKAGE}.models")
    make_contact("ann@example.com", first_name="Ann")
    page = importlib.import_module(f"{operations}.list_contacts").sync(client=client)
    assert [row.first_name for row in page.results] == ["Ann"]
    new = models.NewContactGiven(email="bob@example.com", last_name="Berg")
    created = importlib.import_module(f"{operations}.create_contact").sync(client=client, body=new)
    assert (created.email, created.last_name) == ("bob@example.com", "Berg")
    there = importlib.import_module(f"{operations}.create_contact").sync(client=client, body=new)
    assert (there.code.value, there.url) == ("contact_exists", created.url)
