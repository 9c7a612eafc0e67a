"""Jobs that register contacts for webinars, and remove them (R76-R82, D16).

From a wish to its end: `jobs.enqueue` makes a row, a worker takes it (`queue`), checks what is known and
calls Zoom (`attempt`), and writes how that ended (`record`); those of a bulk go that way in groups. Programs
get a job by `representation.as_dict`, people by `wording`; `signals.registrations_ended` reports the end.
"""
