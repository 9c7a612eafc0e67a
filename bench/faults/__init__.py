"""Faults injected into real servers: what happens to the work, and how long it takes until all is well again.

`make faults`, or `python -m bench.faults [NAME …]`. An installation as docker compose runs it (PostgreSQL,
Redis, web, worker, beat), or as `make run` does (SQLite, and one worker that also keeps the schedule), syncs
the simulated demo account. In the middle of that comes the fault. It has healed when the app reports that it
is ready, nothing waits, a registration made after the fault has arrived, and every exported row is what
`tests/oracle` works out from the account. No one helps but the restart policy: what dies is started again.
"""
