"""From bytes to a tree: size, encoding, and which of the two readers."""

import os
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from ruletrail.documents.nodes import Limits, Node
from ruletrail.documents.plain_yaml_reader import read_plain
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal


def read_document(data: bytes, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Read a YAML or JSON document; one that starts with `{` or `[` is JSON.

    Returns the tree and the problems; the tree is None when there is nothing to go on with.
    """
    if len(data) > limits.size:
        return None, [Problem("document-too-large", Mark(file, 1, 1), {"limit": str(limits.size)})]
    try:
        return read_text(decode_text(data, file), file, limits)
    except ProblemsError as error:
        return None, list(error.problems)


def decode_text(data: bytes, file: str) -> str:
    """Decode UTF-8 with or without a byte order mark; anything else raises `ProblemsError`."""
    try:
        return data.removeprefix(BOM_UTF8).decode()  # the codec that drops it is a file to import
    except UnicodeDecodeError as error:
        raise ProblemsError([_not_utf8(data, error.start, file)]) from error


def read_text(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Read a document that is already text."""
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        # each reader is imported for what it alone reads: a plain report needs no yaml
        from ruletrail.documents.json_reader import read_json  # noqa: PLC0415

        return read_json(text, file, limits)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = read_plain(text, file, limits)
    if plain is not None:
        return plain, []
    from ruletrail.documents.yaml_reader import read_yaml  # noqa: PLC0415

    return read_yaml(text, file, limits)


_UNSAVED: ContextVar[Mapping[str, bytes] | None] = ContextVar("unsaved", default=None)


@contextmanager
def reading_unsaved(texts: Mapping[Path, str]) -> Iterator[None]:
    """Read these unsaved texts in place of the files at their paths while the context lasts."""
    held = {os.path.realpath(at): text.encode("utf-8", "replace") for at, text in texts.items()}
    token = _UNSAVED.set(held)
    try:
        yield
    finally:
        _UNSAVED.reset(token)


def read_bytes(path: Path, shown: str, limit: int) -> bytes:
    """Read a file of at most `limit` bytes; anything unreadable raises `ProblemsError`."""
    unsaved = _UNSAVED.get()
    try:
        held = unsaved.get(os.path.realpath(path)) if unsaved is not None else None
        if held is not None:
            data = held[: limit + 1]
        else:
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = _reason(error)
        raise ProblemsError(
            [Problem("file-unreadable", Mark(shown, 1, 1), {"file": quote(shown)}, advice=reason)]
        ) from error
    if len(data) > limit:
        raise refusal("document-too-large", Mark(shown, 1, 1), limit=str(limit))
    return data


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "file-missing"
    return "file-is-folder" if isinstance(error, IsADirectoryError) else ""


def _not_utf8(data: bytes, start: int, file: str) -> Problem:
    line = data.count(b"\n", 0, start) + 1
    begin = data.rfind(b"\n", 0, start) + 1
    before = data[begin:start].decode("utf-8", "replace")
    return Problem("not-utf8", Mark(file, line, len(before) + 1), {"byte": f"0x{data[start]:02X}"})
