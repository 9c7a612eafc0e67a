"""The benchmarks. Each is a module with a `TITLE` and a `run(options)` that returns a `Report`.

Everything measured runs as a process of its own, so that its time and its peak memory are its alone.
Compare ratios, not seconds: the machine is whichever this is.
"""
