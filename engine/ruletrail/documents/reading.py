"""From bytes to a tree: size, encoding, and which of the two readers."""

import os
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PurePath

from ruletrail.documents.nodes import RULEBOOK_LIMITS, Limits, Node, ScalarNode
from ruletrail.documents.plain_yaml_reader import read_plain
from ruletrail.files import (
    LeadsOutError,
    NotRegularError,
    is_there,
    leads_out,
    list_names,
    open_given,
    open_inside,
)
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    find_lack_of_files,
    quote,
    quote_to_write,
    refusal,
)
from ruletrail.suggestions import nearest_name


def read_document(data: bytes, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Read a YAML or JSON document; one that starts with `{` or `[` is JSON.

    Returns the tree and the problems; the tree is None when there is nothing to go on with.
    """
    node = None
    try:
        if len(data) > limits.size:
            raise refusal("document-too-large", Mark(file), limit=str(limits.size))
        node, problems = _read_decoded(decode_text(data, file), file, limits)
    except ProblemsError as error:
        problems = list(error.problems)
    if node is None or isinstance(node, ScalarNode):
        from ruletrail.documents.recognising import explain_data  # noqa: PLC0415 - rare

        found = explain_data(problems, data, file)
        return (node, problems) if found == problems else (None, found)
    return node, problems


def decode_text(data: bytes, file: str) -> str:
    """Decode UTF-8 with or without a byte order mark; anything else raises `ProblemsError`."""
    try:
        return data.removeprefix(BOM_UTF8).decode()  # the codec that drops it is a file to import
    except UnicodeDecodeError as error:
        raise ProblemsError([_not_utf8(data, error.start, file)]) from error


def read_text(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Read a document that is already text; half a character is read as in `reading_unsaved`."""
    return _read_decoded(_encode(text).decode(), file, limits)


def _encode(text: str) -> bytes:
    """Encode a text that no file holds yet; half a character, which none can, becomes `?`.

    That is as long, so that places stay where they are.
    """
    return text.encode("utf-8", "replace")


_STOPS = frozenset({"yaml-syntax", "json-syntax"})
"""What is said of a text whose structure breaks off."""


_UNREADABLE: ContextVar[dict[tuple[str, str, Limits], list[Problem]] | None] = ContextVar(
    "unreadable", default=None
)


@contextmanager
def reading_once() -> Iterator[None]:
    """Find out once what keeps a text from being read, while the context lasts and it is the last.

    To tell that takes several readings of the whole, and who mends asks again of the same text.
    """
    token = _UNREADABLE.set({})
    try:
        yield
    finally:
        _UNREADABLE.reset(token)


def _read_decoded(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    known = _UNREADABLE.get()
    if known is None:
        return _read_anew(text, file, limits)
    if (text, file, limits) in known:
        return None, [*known[text, file, limits]]
    node, problems = _read_anew(text, file, limits)
    if node is None:
        known.clear()
        known[text, file, limits] = [*problems]
    return node, problems


def _read_anew(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    node, problems = _read_text(text, file, limits)
    stop = next((each for each in problems if each.code in _STOPS), None)
    if stop is None:
        return node, problems
    from ruletrail.documents.pasted_marks import find_pasted_marks  # noqa: PLC0415 - rare

    pasted = find_pasted_marks(text, file, stop.code)
    return (node, problems) if pasted is None else (None, [pasted])


def _read_text(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
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


def explain_misplaced(
    node: Node, data: bytes, file: str, problems: list[Problem]
) -> list[Problem] | None:
    """Tell a line of a YAML document of ours that stands where it does not belong, and others.

    `problems` are what is wrong with the tree, which was read; None where no line is to be moved.
    """
    from ruletrail.documents.yaml_reader import explain_misfits  # noqa: PLC0415 - rare

    return explain_misfits(node, decode_text(data, file), problems, RULEBOOK_LIMITS)


def explain_failure(
    error: ProblemsError, data: bytes, file: str, *, but: Collection[str] = ()
) -> ProblemsError:
    """Return the error of data, or of a document of ours, of another kind; else the error."""
    from ruletrail.documents.recognising import explain_data  # noqa: PLC0415 - rare

    problems = list(error.problems)
    found = explain_data(problems, data, file, but=but)
    return ProblemsError(found if found != problems else explain_ours(problems, data, file, but))


def explain_ours(
    problems: list[Problem], data: bytes, file: str, but: Collection[str] = ()
) -> list[Problem]:
    """Return the problem of data that are a document of ours; else the problems themselves."""
    from ruletrail.documents.recognising import explain_document  # noqa: PLC0415 - rare

    return explain_document(problems, read_document(data, file, RULEBOOK_LIMITS)[0], but)


_UNSAVED: ContextVar[Mapping[str, bytes] | None] = ContextVar("unsaved", default=None)
_ASKED_FOR: ContextVar[set[Path] | None] = ContextVar("asked_for", default=None)


@contextmanager
def reading_unsaved(texts: Mapping[Path, str]) -> Iterator[set[Path]]:
    """Read these unsaved texts in place of the files at their paths while the context lasts.

    Gives the paths that were asked for in it, be files there or not.
    """
    held = {os.path.realpath(at): _encode(text) for at, text in texts.items()}
    asked_for = set[Path]()
    token, asking = _UNSAVED.set(held), _ASKED_FOR.set(asked_for)
    try:
        yield asked_for
    finally:
        _ASKED_FOR.reset(asking)
        _UNSAVED.reset(token)


def is_unsaved(path: Path) -> bool:
    """Tell whether an unsaved text is read at a path, be a file there or not."""
    unsaved = _UNSAVED.get()
    return unsaved is not None and os.path.realpath(path) in unsaved


def read_bytes(
    path: Path, shown: str, limit: int, root: Path | None = None, *, ends: tuple[str, ...] = ()
) -> bytes:
    """Read a file of at most `limit` bytes; anything unreadable raises `ProblemsError`.

    `ends` are as for `read_start`.
    """
    data = read_start(path, shown, limit + 1, root, ends=ends)
    if len(data) > limit:
        raise refusal("document-too-large", Mark(shown), limit=str(limit))
    return data


def read_start(
    path: Path, shown: str, size: int, root: Path | None = None, *, ends: tuple[str, ...] = ()
) -> bytes:
    """Read the first bytes of a file, or all; anything unreadable raises `ProblemsError`.

    A path that the user gave has no `root`. One that a document named has, and only an ordinary
    file below it is read. In the place of one that is not there, those are offered that end as the
    names of what is wanted do: in `ends`.
    """
    unsaved, asked_for = _UNSAVED.get(), _ASKED_FOR.get()
    if asked_for is not None:
        asked_for.add(path)
    try:
        held = unsaved.get(os.path.realpath(path)) if unsaved is not None else None
        if held is not None and (root is None or not is_there(path)):
            _refuse_outside(path, root)
            return held[:size]
        with open_given(path) if root is None else open_inside(path, root) as stream:
            return held[:size] if held is not None else stream.read(size)
    except LeadsOutError as error:
        raise refusal("path-outside", shown, advice="link-outside", text=quote(shown)) from error
    except (OSError, ValueError) as error:
        raise unreadable(shown, error, path if root is None else None, ends) from error


def _refuse_outside(path: Path, root: Path | None) -> None:
    """Refuse a text that no file holds yet, where the folders on its way lead out."""
    if root is not None and leads_out(path, root):
        raise LeadsOutError(str(path))


def unreadable(
    shown: str,
    error: Exception | None = None,
    path: Path | None = None,
    ends: tuple[str, ...] = (),
) -> ProblemsError:
    """Return the error of a file that cannot be read, with what to do about it.

    Of a `path` that the user named, the file beside it that may have been meant is named.
    """
    if (short := find_lack_of_files(error)) is not None:
        return short
    advice = next((advice for kind, advice in _ADVICE.items() if isinstance(error, kind)), "")
    details = {"file": quote(shown)}
    if path is not None and advice == "file-missing":
        near, forms = _find_near(path, ends)
        details["names"] = ", ".join(map(quote, near or forms))
        advice = "did-you-mean-one-of" if near else advice
        if forms and not near:
            advice = "form-beside"
            details["command"] = _command_to_read(forms[0], path)
    return ProblemsError([Problem("file-unreadable", Mark(shown), details, "", advice)])


def _command_to_read(form: str, asked: Path) -> str:
    """Write the command that makes of a printed form the report that was asked for."""
    from ruletrail.documents.recognising import as_argument  # noqa: PLC0415 - rare

    report = asked if asked.suffix.lower() in _OF_REPORTS else asked.with_suffix(_OF_REPORTS[0])
    named, written = as_argument(form), as_argument(report.as_posix())
    return quote_to_write(f"ruletrail read {named} --rulebook sociale/2024 -o {written}")


def _find_near(path: Path, ends: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Find the files beside that may be meant, of those that are read; else printed forms.

    They are called so but for their extension, or it is the one almost so.
    """
    beside = list_names(path.parent, _MOST_BESIDE)
    by_end: dict[bool, list[str]] = {True: [], False: []}
    for name in beside:
        end = PurePath(name).suffix.lower()
        is_read = not end or end in ends if ends else end not in _NOT_OFFERED
        if is_read or end in FORM_ENDS:
            by_end[is_read].append(name)
    return _like(path, by_end[True]), _like(path, by_end[False])


def _like(path: Path, names: list[str]) -> list[str]:
    same = [name for name in names if name.rpartition(".")[0] in (path.stem, path.name)]
    # without extensions: by that alone every file here would be like every other
    stems = {name.rpartition(".")[0] or name: name for name in names}
    stem = nearest_name(path.stem, stems)
    near = same[:_MOST_OFFERED] or ([stems[stem]] if stem else [])
    return [(path.parent / name).as_posix() for name in near]


FORM_ENDS = (".pdf", ".txt")
"""How the names of printed forms end."""
_OF_REPORTS = (".yaml", ".yml")
"""How the names of the reports end that are made of them."""
_NOT_OFFERED = frozenset({".pdf", ".html", ".htm", ".png", ".jpg", ".jpeg", ".svg", ".docx"})
"""How the names of files end that hardly any command reads; one that does says it."""
_MOST_OFFERED, _MOST_BESIDE = 4, 500
"""How many files are offered in the place of one that is missing, and looked at."""

_ADVICE: Mapping[type[Exception], str] = {
    FileNotFoundError: "file-missing",
    IsADirectoryError: "file-is-folder",
    NotRegularError: "file-not-regular",
}


def _not_utf8(data: bytes, start: int, file: str) -> Problem:
    line = data.count(b"\n", 0, start) + 1
    begin = data.rfind(b"\n", 0, start) + 1
    before = data[begin:start].decode("utf-8", "replace")
    return Problem("not-utf8", Mark(file, line, len(before) + 1), {"byte": f"0x{data[start]:02X}"})
