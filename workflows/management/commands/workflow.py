"""Workflows as files: exports one, checks one, imports one as a draft, and publishes it if that is wanted.

Exit code 0 when that was done; 2 for bad arguments or a bad definition, with the place of each mistake.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contacts.segments.errors import DefinitionError
from contacts.segments.members import catalogue
from workflows.actions import export_workflow, import_workflow, publish_workflow
from workflows.definition.naming import step_sentences
from workflows.definition.parsing import problems_of, read_definition
from workflows.errors import WorkflowError
from workflows.forecast import preflight
from workflows.models import Workflow


class Command(BaseCommand):
    help = "Export a workflow as JSON, check a file, or import one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        modes = parser.add_mutually_exclusive_group(required=True)
        modes.add_argument("--export", metavar="ID", type=int, help="print the workflow's draft as a file")
        modes.add_argument("--check", metavar="FILE.json", type=Path, help="say what is wrong with a file")
        modes.add_argument("--import", dest="file", metavar="FILE.json", type=Path, help="make a draft of it")
        parser.add_argument("--publish", action="store_true", help="with --import: publish it at once")

    def handle(self, **options: Any) -> None:
        if options["export"] is not None:
            self._export(options["export"])
        elif options["check"]:
            self._check(options["check"])
        else:
            self._import(options["file"], is_published=options["publish"])

    def _export(self, key: int) -> None:
        workflow = Workflow.objects.filter(pk=key).first()
        if workflow is None:
            raise CommandError(f"There is no workflow {key}.", returncode=2)
        self.stdout.write(json.dumps(export_workflow(workflow), indent=2, ensure_ascii=False))

    def _check(self, file: Path) -> None:
        content = _read(file)
        definition = content.get("definition", content) if isinstance(content, dict) else content
        problems = problems_of(definition, catalogue())
        if problems:
            raise CommandError("\n".join(map(str, problems)), returncode=2)
        self.stdout.write("Nothing is wrong with it.")

    def _import(self, file: Path, *, is_published: bool) -> None:
        content = _read(file)
        try:
            made = import_workflow(content)
            if is_published:
                publish_workflow(made.pk)
                self._warn(made.pk)
        except DefinitionError as error:
            raise CommandError("\n".join(map(str, error.problems)), returncode=2) from error
        except WorkflowError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(str(made.pk))

    def _warn(self, key: int) -> None:
        """Say what would stop a step now: nobody looks at the page that shows it."""
        workflow = Workflow.objects.get(pk=key)
        known = catalogue()
        definition = read_definition(workflow.draft, known)
        sentences = step_sentences(definition, known)
        for check in preflight(workflow, definition):
            for blocker in check.blockers:
                self.stderr.write(f"{sentences[check.step_id]}: {blocker.sentence} {blocker.remedy}".strip())


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror or error}", returncode=2) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{file}: not a JSON file: {error}", returncode=2) from error
