"""Management commands as a terminal starts them, but in this process: another takes seconds to start."""

from django.core.management import get_commands, load_command_class


def exit_code(name: str, *arguments: str) -> int:
    """What a shell would see. The command closes the connections, so a test commits what it makes before."""
    try:
        load_command_class(get_commands()[name], name).run_from_argv(["manage.py", name, *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
