"""JSON Pointers (RFC 6901), read by the tests' own code."""

from typing import Any


def unescape(step: str) -> str:
    """Return a key from its step in a pointer."""
    return step.replace("~1", "/").replace("~0", "~")


def resolve(document: Any, pointer: str) -> Any:
    """Find the value that a pointer leads to; `LookupError` where there is none."""
    assert pointer == "" or pointer.startswith("/")
    for step in pointer.split("/")[1:]:
        document = document[int(step) if isinstance(document, list) else unescape(step)]
    return document
