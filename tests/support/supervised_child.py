"""Runs a module as `python -m` does, and ends it with all that it started when its starter is gone.

A test's clean-up does not run when pytest itself is killed. What the starter holds open is this process's
standard input; it closes with the starter, however that ended.
"""

import os
import runpy
import signal
import sys
import threading

STDIN = 0


def end_with_starter() -> None:
    """Ends the whole group, so it is for processes that were started in a session of their own."""
    while os.read(STDIN, 1024):  # the number, for a lock of `sys.stdin` would be copied into forked children
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=end_with_starter, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
