"""What a command about many rulebooks would read once for each of them, read once while it runs.

A thousand editions have a thousand neighbours each, and one folder. Nothing is remembered unless a
command says that it may be; a server never does, because files change under it.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT: ContextVar[dict[Hashable, Any] | None] = ContextVar("_KEPT", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember, until it ends, what is found out about folders of rulebooks."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def forget() -> None:
    """Forget it all: the command wrote to one of the files."""
    kept = _KEPT.get()
    if kept is not None:
        kept.clear()


def remember(key: Hashable, find: Callable[[], T]) -> T:
    """Return what was found under a key before, else find it; where nothing is kept, each time."""
    kept = _KEPT.get()
    if kept is None:
        return find()
    if key not in kept:
        kept[key] = find()
    found: T = kept[key]
    return found
