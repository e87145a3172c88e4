"""A command with words too many, written as it was meant: with quotes, an option, one file.

A shell cuts a name at its blanks, and nobody sees where; what is left over tells.
"""

import importlib
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from ruletrail.api import search_libraries
from ruletrail.cli.consoles import ENDS, list_values
from ruletrail.documents import RULEBOOK_LIMITS, read_bytes, read_document
from ruletrail.documents.recognising import as_argument, recognise, recognise_document
from ruletrail.files import is_file, is_folder
from ruletrail.library.listings import list_references
from ruletrail.problems import ProblemsError
from ruletrail.suggestions import nearest_name

_JOINED = {"--rulebook": "/", "--keep": ",", "--vary": ","}
"""What stands between the parts of an option's value where a blank stood; else the blank is its."""
_SETTINGS = frozenset({"--set", "--want"})
_PARTED = re.compile(r"(?<=[0-9]) (?=[0-9])")
_REPEATED = frozenset({"--set", "--library"})
_MOST_PARTS = 12
"""So many words may be one file's name: of a shell's `*` there are thousands."""
_CODE = re.compile(r"[A-Za-z]\w*")
_READERS = (
    ("evaluate {}", (".yaml", ".yml", ".json")),
    ("read {} --rulebook sociale/2024 -o form.yaml", (".pdf", ".txt")),
    ("batch {} -o out.csv --rulebook sociale/2024", (".csv", ".xlsx", ".jsonl", ".parquet")),
)
"""What reads files, by how their names end."""
_WORDS_OF_TITLE = 2
"""So many words, one with a digit, are taken for a title; more of them without one too."""
_OF_OWN_ENDS = ("read", "graph", "docs")
"""Commands whose modules say, in `ENDS`, how the names of their outputs end."""
_OF_ANY_END = ("show", "schema")
_CODES_LAST = frozenset({"explain", "whatif", "needed"})
"""Commands whose last word is a code, or a title of several words."""


def write_meant(words: Sequence[str], extra: str, valued: frozenset[str]) -> list[str] | None:
    """Return the words after the command as they were meant; None where nothing tells.

    `words` end with `extra` or hold it, the first word too many; `valued` are the options that
    take a value. Files are looked for, and none is opened.
    """
    at = max((place for place, word in enumerate(words) if word == extra), default=-1)
    begin = next((n for n in range(at - 1, -1, -1) if words[n].startswith("-")), -1)
    is_whole = begin >= 0 and words[begin] == "-o" and bool(PurePath(words[begin + 1]).suffix)
    # a reference ends with its edition: what follows one is another word
    is_whole = is_whole or (words[begin] == "--rulebook" and "/" in words[begin + 1])
    if begin >= 0 and words[begin] in valued and begin + 1 < at and not is_whole:
        return _mend_value(words, begin)
    return _mend_file(words)


def _quote_last(condition: str) -> str:
    """Write the quotes that a shell took from a text at the end of a comparison."""
    before, sign, text = condition.rpartition("= ")
    is_bare = text.isidentifier() and before[-1:] in ("!", "=")
    return f'{before}{sign}"{text}"' if is_bare else condition


def _mend_value(words: Sequence[str], option: int) -> list[str]:
    """Make one value of the words between an option and the next one."""
    end = _end_of_run(words, option + 1)
    name, parts = words[option], words[option + 1 : end]
    if name in _REPEATED and all("=" in part[1:-1] for part in parts):
        found = [word for part in parts for word in (name, part)]
    elif name in _SETTINGS:
        code, sign, value = _split_setting(name, parts)
        # a number was parted by its thousands, a text between its words
        value = _PARTED.sub("", value.strip())
        found = [name, as_word(f"{code.strip()}{sign}{value}")]
    elif name in _JOINED:
        found = [name, as_word(_JOINED[name].join(part.strip(",") for part in parts))]
    elif name == "--only":
        found = [name, as_word(_quote_last(" ".join(parts)))]
    else:
        found = [name, as_word(" ".join(parts))]
    return [*words[:option], *found, *words[end:]]


def _split_setting(option: str, parts: Sequence[str]) -> tuple[str, str, str]:
    """Part a code from its value, also where no `=` stands between them.

    What an outcome is of may be called by two words, `part 3`.
    """
    code, sign, value = " ".join(parts).partition("=")
    if sign:
        return code, sign, value
    is_numbered = option == "--want" and parts[1].isdigit()
    at = 2 if is_numbered else 1
    value = " ".join(parts[at:])
    return " ".join(parts[:at]).rstrip(":"), "=" if value else "", value


def _mend_file(words: Sequence[str]) -> list[str] | None:
    """Put the words in quotes that together are the name of a file that is there."""
    for begin, word in enumerate(words):
        end = _end_of_run(words, begin) if not word.startswith("-") else begin
        for stop in range(min(end, begin + _MOST_PARTS), begin + 1, -1):
            name = " ".join(words[begin:stop])
            if _is_there(name):
                return [*words[:begin], as_argument(name), *words[stop:]]
    return None


def write_title(command: str, words: Sequence[str]) -> list[str] | None:
    """Put in quotes what may be the title of one thing, after the report."""
    end = _end_of_run(words, 0)
    title = words[1:end]
    is_title = any(word[:1].isdigit() for word in title[1:]) or (
        len(title) > _WORDS_OF_TITLE and not all(any(map(str.isdigit, word)) for word in title)
    )
    if command not in _CODES_LAST or len(title) < _WORDS_OF_TITLE or not is_title:
        return None
    return [words[0], as_word(" ".join(title)), *words[end:]]


def write_other(command: str, words: Sequence[str], extra: str) -> list[str] | None:
    """Write the command with what another one, or an option, is there for: a code, a setting."""
    end = _end_of_run(words, 0)
    settings = [word for word in words[:end] if "=" in word[1:-1]]
    if command == "whatif" and settings:
        named = [part for word in settings for part in ("--set", word)]
        return [command, *(word for word in words if word not in settings), *named]
    if command == "evaluate" and words[:2] == [words[0], extra] and _CODE.fullmatch(extra):
        return ["explain", *words] if _is_there(words[0]) and not _is_there(extra) else None
    return None


def write_file(name: str) -> str:
    """Write the command that most probably reads a file which stands alone; empty where none is."""
    known = (command for command, ends in _READERS if PurePath(name).suffix.lower() in ends)
    command = next(known, "") if _is_there(name) else ""
    return f"ruletrail {command.format(as_argument(name))}" if command else ""


_BY_KIND = {
    "report": "evaluate {}", "rulebook": "show {}", "trail": "verify {}",
    **dict.fromkeys(("pdf", "text"), _READERS[1][0]),
    **dict.fromkeys(("table", "workbook", "lines", "parquet"), _READERS[2][0]),
}  # fmt: skip
"""What reads files, by what they hold."""


def write_reader(name: str) -> list[str]:
    """Write the command that reads a file, by what it holds; empty where none is known."""
    if not _is_there(name):
        return []
    try:
        data = read_bytes(Path(name), name, RULEBOOK_LIMITS.size)
    except ProblemsError:
        return write_file(name).split()[1:]  # too large: its name tells
    node = None if recognise(data, name) else read_document(data, name, RULEBOOK_LIMITS)[0]
    kind = recognise(data, name) or ("" if node is None else recognise_document(node))
    return [word.format(as_argument(name)) for word in _BY_KIND.get(kind, "").split()]


def write_listed(words: Sequence[str], asked: str) -> list[str]:
    """Write what was asked of `list`, which takes no name: to show a rulebook that is there.

    What is no rulebook is for the command that reads it.
    A folder that is a library is listed; of anything else all rulebooks are.
    """
    given = list_values(words, "--library")
    kept = [word for word in words if word != asked]
    with suppress(ProblemsError):
        known = [str(each.edition_only) for each in list_references(search_libraries(given))]
        found = [each for each in known if asked in (each, each.partition("/")[0])]
        found = found or list(filter(None, [nearest_name(asked, known)]))
        reader = write_reader(asked) if not found else []
        if reader and reader[0] != "show":
            return reader
        if found or _is_there(asked):
            options = (part for folder in given for part in ("--library", as_argument(folder)))
            return ["show", found[-1] if found else as_argument(asked), *options]
        if is_folder(Path(asked)) and search_libraries([asked]):
            return ["list", "--library", as_argument(asked), *kept]
    return ["list", *kept]


def write_output(command: str, words: Sequence[str], extra: str) -> list[str] | None:
    """Put `-o` before the name of a file that is not there, where the input is.

    A name whose end the command cannot write is no output: the next try would be refused.
    """
    is_name = bool(PurePath(extra).suffix) and not _is_there(extra)
    if (
        "-o" in words
        or not is_name
        or not _can_write(command, extra)
        or not words
        or words[-1] == words[0]
    ):
        return None
    place = len(words) - 1 - list(reversed(words)).index(extra)
    kept = [*words[:place], *words[place + 1 :]]
    return [*kept, "-o", as_argument(extra)] if kept and _is_there(kept[0]) else None


def _can_write(command: str, name: str) -> bool:
    """Tell whether a command with `-o` writes files whose names end so."""
    end = PurePath(name).suffix.lower()
    if command == "batch":
        from ruletrail.batches.sources import format_of_name  # noqa: PLC0415 - for this command only

        return bool(format_of_name(name, ""))
    if command in _OF_OWN_ENDS:
        module = importlib.import_module(f"ruletrail.cli.{command}")
        return end in module.ENDS
    return command in _OF_ANY_END or end in ENDS


def is_next_file(words: Sequence[str], extras: Sequence[str]) -> bool:
    """Tell whether files are too many: one that is there, and after it files, or names of some.

    The name of a file has an end; one that is not there, or not yet, is a file too many as well.
    """
    is_one = bool(words) and words[0] not in extras and _is_there(words[0])
    return is_one and all(_is_there(each) or _is_like_file(each) for each in extras)


def _is_like_file(word: str) -> bool:
    end = PurePath(word).suffix
    return bool(end) and not end[1:].isdigit() and "=" not in word


def as_word(text: str) -> str:
    """Write a value as one word of a command: as it stands, else in the quotes that it lacks."""
    if re.fullmatch(r"[\w.,=/@+:-]+", text):
        return text
    return f"'{text}'" if '"' in text and "'" not in text else as_argument(text)


def _end_of_run(words: Sequence[str], begin: int) -> int:
    """Return where the words from `begin` on that are no options end."""
    ends = (n for n in range(begin, len(words)) if words[n].startswith("-") and words[n] != "-")
    return next(ends, len(words))


def _is_there(name: str) -> bool:
    return is_file(Path(name))
