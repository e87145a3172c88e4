"""What a file is that was given in the place of another: known by its content, named in words.

Asked only when a file could not be used as what it was taken for, so that the problem can say which
command reads it. A wrong guess costs a sentence, never a value.
"""

import re
from collections.abc import Collection, Iterable
from pathlib import PurePath

from ruletrail.documents.nodes import MappingNode, Node, ScalarNode, items_of, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.files import split_lines
from ruletrail.problems import Mark, Problem, make_inert, quote, quote_to_write, term

_SIGNATURES = (
    (b"%PDF-", "pdf"), (b"PAR1", "parquet"), (b"SQLite format 3\x00", "sqlite"),
    (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"Rar!", "packed"), (b"{\\rtf", "written"),
)  # fmt: skip
_LETTERS_OF_IMAGES = (b"GIF8", b"BM")
_PHOTOS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})
"""The brands of photos among files of the kind that films are of."""
_SIGNED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
"""The identifier of signed data (RFC 5652), with which an envelope `.p7m` begins."""
_LOOKED_AT_HEAD = 32
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MESSAGE = "__substg1.0_".encode("utf-16-le")
"""What Outlook calls the parts of a message, in a file of the kind that old spreadsheets are."""
_ZIP = b"PK\x03\x04"
_INSIDE = (
    (b"opendocument.spreadsheet", "open-workbook"), (b"opendocument.text", "written"),
    (b"xl/", "workbook"), (b"word/", "written"),
)  # fmt: skip
"""What names the contents of a zip that is a document of an office program."""
_SUFFIXES = {
    ".xlsx": "workbook", ".xlsm": "workbook", ".ods": "open-workbook", ".docx": "written",
    ".odt": "written", ".doc": "written",
}  # fmt: skip

_ROWS = {
    "table": ("csv", (".csv",)), "lines": ("jsonl", (".jsonl", ".ndjson")),
    "parquet": ("parquet", (".parquet",)), "workbook": ("xlsx", (".xlsx",)),
}  # fmt: skip
"""Kinds of many reports: what `batch` calls their form, and the names that tell it."""
_SAVED_ANEW = frozenset({"written", "image", "html"})
"""Kinds that are read once they are saved in another form, under a name that a hint gives."""
_DOOR = "door-"
_MISNAMED = re.compile(
    r"(?P<stem>.+?)[._ -](?:tests?|esempi?o?|examples?)\.ya?ml(?:\.txt)?", re.IGNORECASE
)
"""How people call the examples beside a rulebook; found are those in `EDITION.test.yaml`."""
_OF_EXAMPLES = [
    f"{sign}{word}{end}"
    for sign in "._-"
    for word in ("test", "tests", "esempi", "examples")
    for end in (".yaml", ".yml")
    if (sign, word, end) != (".", "test", ".yaml")
]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_LEAST_PAIRS = 1
_LEAST_NUMBERS = 3
"""Numbers written as texts in a report of one line: of fewer each is told by itself."""
_GIVEN = "report-as-given"
"""What a record calls the report as it was given, beside its canonical form."""
_TRAIL = "trail.json"
"""What a record calls its trail."""

_LOOKED_AT = 1 << 16
"""Bytes that a text is known by."""
_LEAST_CONTROLS = 8
_LEAST_LINES = 3
_LEAST_CELLS = 3
_OF_TABLES = (".csv", ".tsv", ".txt")
_LEAST_CUT = 0.25
"""The part of a sheet's lines that is cut in several cells, titles and sentences aside."""
_MOST_KEYS = 0.25
"""The part of a text's lines that may look like keys of YAML, if it is no YAML."""
_HEADERS = frozenset({
    "from", "to", "cc", "subject", "date", "sent", "received", "return-path", "delivered-to",
    "message-id", "mime-version", "da", "a", "oggetto", "data", "inviato",
})  # fmt: skip
"""What stands at the head of a message, also where a program for mail saved it as text."""
_LEAST_HEADERS, _LONGEST_HEAD = 3, 40
_OURS = ("rulebook:", "fields:", "subject:", "language:", "layout:", "test:", "$schema:")

_TITLE = re.compile(r"# \S")
_RULE = frozenset("=")
_ANSWERED = re.compile(r"; rulebook [^\s/]+/\S+, version[ei]? ?[0-9]+\.")
"""What stands below the title of every answer in text or Markdown, in either language."""
_LOOKED_FOR_TITLE = 8
_OF_ANSWERS = frozenset({"status", "missing", "problems"})
"""Columns that every table of `batch` has, after those of the rows."""
_ANSWER_LINE = re.compile(r'\{"(?:row|status|problems)":')

_DOCUMENTS = (
    ("record", {"record", "parts", "sealed_at"}),
    ("answers", {"row", "problems"}), ("answers", {"row", "status", "values", "missing"}),
    ("trail", {"trail", "steps"}), ("rulebook", {"language", "rulebook"}),
    ("layout", {"layout", "rulebook"}), ("examples", {"test", "rulebook"}),
    ("examples", {"examples", "rulebook"}), ("examples", {"test", "examples"}),
    ("report", {"rulebook", "fields"}), ("schema", {"$schema"}),
)  # fmt: skip
"""Our own documents, by the keys that each of them has."""


def explain_data(
    problems: list[Problem], data: bytes, file: str, *, but: Collection[str] = ()
) -> list[Problem]:
    """Return the problem of data of another kind, but for some; else the problems themselves."""
    kind = recognise(data, file)
    if not kind or kind in but:
        return problems
    found = wrong_file(kind, file)
    return [replace(found, advice="pairs-of-codes") if _has_pairs(kind, data) else found]


def _has_pairs(kind: str, data: bytes) -> bool:
    """Tell a table that has a word and a value in each row, as one report copied out has."""
    rows = [line for line in split_lines(data[:_LOOKED_AT].decode("utf-8", "ignore")) if line]
    cells = [re.split(r"[;,\t]", row) for row in rows]
    names = {pair[0] for pair in cells}
    return (
        kind == "table"
        and all(len(pair) == 2 and _NAME.fullmatch(pair[0]) for pair in cells)  # noqa: PLR2004
        and len(names) == len(rows) > _LEAST_PAIRS
    )


def explain_document(
    problems: Iterable[Problem], node: Node | None, but: Collection[str]
) -> list[Problem]:
    """Return the problem of a document of ours, but of some; else the problems themselves."""
    kind, found = recognise_document(node) if node is not None else "", list(problems)
    # where reports are read one is refused for its numbers; elsewhere it is for what it is
    is_refused = "report" not in but or any(each.code == "wrong-type" for each in found)
    if kind == "report" and node is not None and is_refused and _is_canonical(node):
        kind = "canonical"
    if node is None or not kind or kind in but:
        return found
    return [wrong_file(kind, node.mark.file)]


def _is_canonical(report: Node) -> bool:
    """Tell the form of a report over which digests are taken: one line, sorted, numbers as texts.

    It says nothing of what was a number as given: it is no report to be evaluated.
    """
    nodes, written = [report], list[str]()
    while nodes:
        here = nodes.pop()
        if here.mark.line != 1 or (isinstance(here, ScalarNode) and here.style == "number"):
            return False
        if isinstance(here, ScalarNode) and here.style == "quoted":
            written.append(here.text)
        keys = list(members_of(here))
        if keys != sorted(keys):
            return False
        nodes += [*members_of(here).values(), *items_of(here)]
    numbers = sum(map(str.isdigit, written))
    return "subject" in members_of(report) and numbers >= _LEAST_NUMBERS


def wrong_file(kind: str, file: str) -> Problem:
    """Return the problem of a file that another command reads."""
    details = {"file": quote(file), "kind": term(f"kind-{kind}"), **_names_for(kind, file)}
    misnamed = _MISNAMED.fullmatch(PurePath(file).name) if kind == "examples" else None
    if misnamed is not None and not file.endswith(".test.yaml"):
        details["instead"] = quote_to_write(f"{misnamed['stem']}.test.yaml")
        return Problem("wrong-file", Mark(file), details, advice="examples-to-rename")
    return Problem("wrong-file", Mark(file), details, advice=f"{_DOOR}{kind}")


def list_misnamed(stem: str) -> list[str]:
    """List the names that the examples of a rulebook may bear, under which nobody finds them."""
    return [stem + end for end in _OF_EXAMPLES]


def name_written(problems: Iterable[Problem], written: str) -> list[Problem]:
    """Name a file in the command of a hint as the user did, with its folder."""
    return [
        replace(problem, details={**problem.details, **_names_for(kind, written)})
        if (kind := problem.advice.removeprefix(_DOOR)) and problem.code == "wrong-file"
        else problem
        for problem in problems
    ]


def _names_for(kind: str, name: str) -> dict[str, str]:
    """Write a file's name as words of the command that reads it, with its form if no name tells.

    Of a part of a record the parts beside it are named that commands read; of what is to be saved
    in another form, the files of these forms.
    """
    if kind in ("canonical", "record"):
        beside = PurePath(name)
        given, trail = beside.with_name(_GIVEN), beside.with_name(_TRAIL)
        return {"name": as_argument(given.as_posix()), "trail": as_argument(trail.as_posix())}
    anew = PurePath("FILE" if name == "-" else name)
    saved = {end: as_argument(str(anew.with_suffix(f".{end}"))) for end in ("pdf", "txt")}
    if kind in _SAVED_ANEW:
        return saved
    form, suffixes = _ROWS.get(kind, ("", ()))
    is_told = not form or PurePath(name).suffix.lower() in suffixes
    return {**saved, "name": as_argument(name) + ("" if is_told else f" --from {form}")}


def as_argument(name: str) -> str:
    """Write a file's name as a word of a command; one that no shell takes as it is, in quotes."""
    shown = make_inert("FILE" if name == "-" else name).replace("`", "'")
    return shown if all(char.isalnum() or char in "_-./+@:,~" for char in shown) else f'"{shown}"'


def recognise(data: bytes, name: str = "") -> str:
    """Return what a file is; empty where it may be YAML or JSON, or nobody knows."""
    suffix = PurePath(name).suffix.lower()
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    # a column may be called so: no text has a byte of zeros
    if data.startswith(_LETTERS_OF_IMAGES) and b"\x00" in data[:_LOOKED_AT_HEAD]:
        return "image"
    if _is_photo(data):
        return "image"
    if suffix == ".p7m" or _SIGNED in data[:_LOOKED_AT_HEAD]:
        return "signed"
    if data.startswith(_ZIP):
        inside = (kind for words, kind in _INSIDE if words in data)
        return next(inside, "") or _SUFFIXES.get(suffix, "packed")
    if data.startswith(_OFFICE):
        if suffix == ".msg" or _MESSAGE in data:
            return "mail"
        is_text = suffix == ".doc" or "WordDocument".encode("utf-16-le") in data
        return "written" if is_text else "old-workbook"
    return _recognise_text(data[:_LOOKED_AT], suffix)


def _is_photo(data: bytes) -> bool:
    """Tell what telephones and browsers save, whose signature is not at the beginning."""
    is_webp = data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    return is_webp or (data[4:8] == b"ftyp" and data[8:12] in _PHOTOS)


def _recognise_text(data: bytes, suffix: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        text = data.decode("utf-8", "ignore")
        # a text in another encoding is known as well: what letters it has matters little
        text = text if len(text.encode()) > len(data) - 4 else data.decode("latin-1")
    controls = sum(char < " " and char not in "\t\n\r\f" for char in text)
    if controls >= _LEAST_CONTROLS and controls > len(text) // 100:
        return "binary"
    written = split_lines(text.removeprefix("\ufeff"))
    lines = [line.strip() for line in written if line.strip()]
    if not lines:
        return ""
    if lines[0].lower().startswith(("<!doctype html", "<html")):
        return "html"
    if (
        len(lines) > 1
        and all(line.startswith("{") for line in lines[:2])
        and lines[0].endswith("}")
    ):
        return "answers" if is_answer_line(lines[0]) else "lines"
    if _is_answer(lines):
        return "answer"
    if _is_mail(lines):
        return "mail"
    if _is_table(lines, suffix):
        return "answers" if is_of_answers(_cut_cells(lines[0])) else "table"
    if suffix in _OF_TABLES and not lines[0].startswith(_OURS) and is_cut_in_cells(lines):
        return "table"
    return "text" if _is_prose(lines) else ""


def _is_answer(lines: list[str]) -> bool:
    """Tell what `evaluate`, `explain` and others wrote as text or Markdown, by its head."""
    is_titled = _TITLE.match(lines[0]) is not None or (
        len(lines) > 1 and frozenset(lines[1]) == _RULE
    )
    return is_titled and _ANSWERED.search(" ".join(lines[:_LOOKED_FOR_TITLE])) is not None


def is_of_answers(header: Iterable[str]) -> bool:
    """Tell the columns of a table that `batch` wrote from those of one that it reads."""
    return frozenset(header) >= _OF_ANSWERS


def is_answer_line(line: str) -> bool:
    """Tell a line of JSON that `batch` wrote from a report."""
    return _ANSWER_LINE.match(line) is not None and '"fields":' not in line


def _cut_cells(line: str) -> list[str]:
    return [cell.strip('"') for cell in re.split(r"[;,\t]", line)]


def _is_mail(lines: list[str]) -> bool:
    """Tell whether lines begin with whom a message is from, to whom, about what."""
    heads = [line.partition(":")[0].lower() for line in lines[:_LONGEST_HEAD] if ":" in line]
    found = _HEADERS.intersection(heads)
    is_ours = any(line.startswith(_OURS) for line in lines[:1])
    return not is_ours and heads[:1] != [] and heads[0] in _HEADERS and len(found) >= _LEAST_HEADERS


def _is_table(lines: list[str], suffix: str) -> bool:
    """Tell whether lines are cut in as many cells each."""
    if len(lines) == 1 or lines[0].startswith(("{", "[", "-", "#")) or ": " in lines[0]:
        return False
    for delimiter in ";\t,":
        count = lines[0].count(delimiter) + 1
        is_even = lines[1].count(delimiter) + 1 == count or '"' in lines[1]
        is_enough = count >= _LEAST_CELLS or (
            count > 1 and (suffix in (".csv", ".tsv") or _are_pairs(lines, delimiter))
        )
        if is_even and is_enough:
            return True
    return False


def is_cut_in_cells(lines: list[str]) -> bool:
    """Tell a sheet saved as CSV whose rows are no records: many lines are cut in several cells.

    No word of prose holds two commas, and no number but one whose thousands they part; a text that
    tabs part is one that is read.
    """
    cut = sum(any(map(_holds_cells, line.split())) for line in lines)
    return cut >= max(_LEAST_LINES, len(lines) * _LEAST_CUT)


def _holds_cells(word: str) -> bool:
    first, *groups = word.split(",")
    is_number = first[-1:].isdigit() and all(each[:3].isdigit() for each in groups)
    commas = 0 if is_number and all(len(each) == 3 for each in groups[:-1]) else len(groups)  # noqa: PLR2004
    return max(word.count(";"), commas) >= _LEAST_CELLS - 1


def _are_pairs(lines: list[str], delimiter: str) -> bool:
    """Tell that all lines are two cells, which no sentence and no line of YAML looks like."""
    cells = [line.split(delimiter) for line in lines]
    return all(
        len(pair) == 2 and all(pair) and ": " not in line and pair[1] == pair[1].lstrip()  # noqa: PLR2004
        for line, pair in zip(lines, cells, strict=True)
    )


def _is_prose(lines: list[str]) -> bool:
    """Tell whether lines are sentences and rows of a form, in which few look like keys."""
    if len(lines) < _LEAST_LINES or any(line.startswith(_OURS) for line in lines):
        return False
    keys = sum(_looks_like_key(line) for line in lines)
    return keys < len(lines) * _MOST_KEYS


def _looks_like_key(line: str) -> bool:
    head, colon, rest = line.partition(":")
    is_key = bool(colon) and " " not in head.rstrip() and rest[:1] in ("", " ")
    return is_key or line[0] in "#{}[]\"'|>&*%" or line.startswith(("- ", "---"))


def recognise_document(node: Node) -> str:
    """Return which of our documents a tree is, by its keys; empty where it is none of them."""
    keys = node.values.keys() if isinstance(node, MappingNode) else frozenset[str]()
    return next((kind for kind, needed in _DOCUMENTS if needed <= set(keys)), "")
