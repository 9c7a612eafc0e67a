"""The actions of workflows: a file for each, which registers itself. CONTRIBUTING says how to add one.

Each module of this package is imported here, so that a new file is all that a new action needs.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
