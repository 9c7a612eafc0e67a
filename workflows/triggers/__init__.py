"""The triggers of workflows: a file for each subject, which registers its own.

Each module of this package is imported here.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
