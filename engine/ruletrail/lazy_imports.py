"""Names of a package whose modules are imported only when a name is first used (PEP 562).

What a cold start of `evaluate` does not need stays unread: the compiler of rulebooks, the writers
of other forms.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def open_late(package: str, offered: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`; `offered` lists names by the module that holds them.

    Raises `AttributeError` for any other name, as a module does.
    """
    homes = {name: module for module, names in offered.items() for name in names}

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
