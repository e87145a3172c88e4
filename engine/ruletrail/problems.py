"""What can be wrong with a document, and where.

A problem is a value: it is collected, never thrown, so that a reader sees every defect of a file at
once. Nothing of YAML, formulas or rules is known here; the sentences are in `problem_texts`.
"""

import errno
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import Literal, Union

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.suggestions import Nearest, code_like, latin_like

Severity = Literal["error", "warning", "info"]

MOST_PROBLEMS = 50
"""How many problems of one file are shown; more than these help nobody."""

_NAMED = 5
"""How many entries a sentence names."""

LONGEST_QUOTE = 80
"""How many characters of somebody's text a message repeats."""
_LONGEST_TO_WRITE = 1000
"""And of what somebody is told to write: cut, it cannot be obeyed."""


Path = Union[str, "tuple[Path, str | int]"]
"""A way down a document's tree: the way to what holds a value, and its key, or its place in a list.

It begins with a word for the kind of document, `REPORT` or any other. Each way shares its beginning
with those beside it, so that a tree's ways cost one pair for each value.
"""
REPORT = "report"
"""The beginning of a way down a report."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a document: file name, line and column, both counted from 1.

    A file as a whole, and the words of a command, have no place: line and column are 0. Values that
    Python hands in stand in no line: all are at line 1 and column 1, and have a `pointer`.

    >>> import ruletrail
    >>> str(ruletrail.Mark("report.yaml", 4, 12))
    'report.yaml:4:12'
    """

    file: str
    line: int = 0
    column: int = 0
    text: str = field(default="", compare=False, repr=False)
    cell: str = field(default="", compare=False, repr=False)
    """The name of the column, where the place is a cell of a table."""
    head: int = field(default=0, compare=False, repr=False)
    """The line where the text begins that the place is in; 0 where that is the line itself."""
    path: Path | None = field(default=None, compare=False, repr=False)
    """The way down the document's tree; internal, see `pointer`. None where there is no tree."""

    def __str__(self) -> str:
        """Return `file:line:column`, the form that editors and terminals make clickable."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def pointer(self) -> str | None:
        """The JSON Pointer (RFC 6901) of the value, or of the key's value; None without a tree."""
        if self.path is None:
            return None
        return "".join([f"/{_escape_step(step)}" for step in _unfold(self.path)[1]])

    def below(self, step: str | int) -> Path | None:
        """Return the way to a member, or item, of what stands here."""
        return None if self.path is None else (self.path, step)


def _unfold(path: Path) -> tuple[str, list[str | int]]:
    """Give the kind of document that a way leads down, and its steps, the outermost first."""
    steps: list[str | int] = []
    while not isinstance(path, str):
        path, step = path
        steps.append(step)
    return path, steps[::-1]


def _escape_step(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _name_field(path: Path) -> str | None:
    """Name the field of a report that a way leads to: `R16`, `componenti[2].nascita`.

    Rows are counted from 1, as people do and trails; a way, and so a pointer, counts from 0.
    """
    kind, steps = _unfold(path)
    if kind != REPORT or steps[:1] != ["fields"]:
        return None
    parts = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps[1:]]
    return "".join(parts).removeprefix(".") or None


def _name_in_example(path: Path | None) -> str:
    """Name the field that an example of a rulebook supplies or changes, as `_name_field` does."""
    steps = _unfold(path)[1] if path is not None else []
    at = next((at for at, step in enumerate(steps) if step in ("fields", "change")), -1)
    return (_name_field(_fold(["fields", *steps[at + 1 :]])) if at >= 0 else None) or ""


def _fold(steps: Iterable[str | int]) -> Path:
    path: Path = REPORT
    for step in steps:
        path = (path, step)
    return path


@dataclass(frozen=True, slots=True)
class Fix:
    """A mending that is certain: at a mark, where `old` is written, write `new`."""

    mark: Mark
    old: str
    new: str


Edit = tuple[int, int, int, str]
"""What to write in the place of a piece of a text: line, start and end on it, the new piece."""


def choose_apart(mends: Sequence[Sequence[Edit]]) -> list[int]:
    """Return the positions of the mends that touch no other, each mend once.

    Two mends of one piece of a text are two readings of it, and neither is certain.
    """
    unique: dict[tuple[Edit, ...], int] = {}
    for at, mend in enumerate(mends):
        unique.setdefault(tuple(mend), at)
    on_line: dict[int, list[tuple[int, int, int]]] = {}
    for edits, at in unique.items():
        for line, begin, end, _ in edits:
            on_line.setdefault(line, []).append((begin, end, at))
    touched = {at for pieces in on_line.values() for at in _find_touched(sorted(pieces))}
    return [at for at in unique.values() if at not in touched]


def _find_touched(pieces: Sequence[tuple[int, int, int]]) -> Iterator[int]:
    """Yield the mends with a piece that shares a character with another's, or its beginning.

    The pieces, of one line, are sorted. Of those before, the one that reaches farthest decides; of
    those after, the next: of two mends each, for one of them may be the piece's own.
    """
    reached: dict[int, int] = {}
    for begin, end, at in pieces:
        if any(begin < far for other, far in reached.items() if other != at):
            yield at
        reached[at] = max(end, begin + 1, reached.get(at, 0))
        reached = dict(sorted(reached.items(), key=lambda each: -each[1])[:2])
    following: dict[int, int] = {}
    for begin, end, at in reversed(pieces):
        if any(there < max(end, begin + 1) for other, there in following.items() if other != at):
            yield at
        others = {other: there for other, there in following.items() if other != at}
        following = dict([(at, begin), *others.items()][:2])


@dataclass(frozen=True, slots=True)
class Problem:
    """A defect found in a document, with a stable code and a mark.

    `details` fill the placeholders of the code's sentence. `suggestion` is what to write instead:
    a text, or the known name that is nearest to the one written, which is looked for only when the
    hint is read. `advice` names a special hint in place of the code's own. `fixes` mend it, all of
    them together, where there is no doubt how.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> try:
    ...     plan.evaluate({"subject": {}, "fields": {"adults": "3.580,40"}})
    ... except ruletrail.ProblemsError as error:
    ...     problem = error.problems[0]
    >>> problem.field, problem.pointer, problem.code
    ('adults', '/fields/adults', 'wrong-type')
    >>> problem.message("en")
    'adults (Adults in the household): `3.580,40` is a text, but a whole number is needed here'
    """

    code: str
    mark: Mark
    details: Mapping[str, str] = field(default_factory=dict)
    suggestion: str | Nearest = ""
    advice: str = ""
    fixes: tuple[Fix, ...] = ()
    again: int = 0
    """For how many more values of a `for_each` the same is wrong at the same place."""
    wording: str = ""
    """Names a special sentence in place of the code's own, as `advice` does a hint."""
    label: str = ""
    """What the form calls the field; the sentence then begins with `field` and this."""
    absent: str = ""
    """The key that the object at the mark lacks."""

    @property
    def pointer(self) -> str | None:
        """The JSON Pointer (RFC 6901) into the document, of what is wrong or lacks something.

        Empty for the document as a whole; None where it could not be read, or there is none.
        """
        return self.mark.pointer

    @property
    def field(self) -> str | None:
        """The field of a report that is wrong or absent, or the column of a table; None for none.

        It is the field's code, below a list as in `componenti[2].nascita`, in a table too.
        """
        column = self.mark.cell
        named = None if self._way is None else _name_field(self._way)
        if not column or (named is not None and named.partition("[")[0] == column):
            return named
        return column

    @property
    def _way(self) -> Path | None:
        """The way to what is wrong, or to where the absent key would be."""
        return self.mark.below(self.absent) if self.absent else self.mark.path

    @property
    def severity(self) -> Severity:
        """How bad it is; only errors stop a document from being used."""
        severity: Severity = _problem_texts().TEXTS[self.code].severity
        return severity

    def message(self, language: str) -> str:
        """Say what is wrong, in `it` or `en`, without a final stop."""
        texts = _problem_texts()
        own = texts.SENTENCES[self.wording] if self.wording else texts.TEXTS[self.code].sentences
        said = _fill(own[language], self.details, language)
        if self.label:
            name = self.field or _name_in_example(self._way) or self.absent
            said = f"{cut(name)} ({_cut_at_word(self.label)}): {said}"
        if not self.again:
            return said
        form = "again" if self.again > 1 else "again-once"
        return said + _fill(texts.WORDS[form][language], {"count": str(self.again)}, language)

    def hint(self, language: str) -> str:
        """Say what to do about it, in `it` or `en`; never empty."""
        texts, details = _problem_texts(), self.details
        near = self.suggestion
        suggestion = near.found if isinstance(near, Nearest) else near
        if isinstance(near, Nearest) and near.several:
            listed = _OR[language].join(map(quote, near.several))
            special, details = "did-you-mean-one-of", {"names": listed}
        elif suggestion:
            special, details = "did-you-mean", {"suggestion": make_inert(suggestion)}
        else:
            special = self.advice
        hints = texts.HINTS[special] if special else texts.TEXTS[self.code].hints
        if isinstance(near, Nearest) and "known" not in details and "{known}" in hints[language]:
            if not near.listed:
                return str(texts.HINTS["nothing-else-known"][language])
            shown = (name if name == "…" else quote(name) for name in near.listed)
            details = {**details, "known": ", ".join(shown).replace(", …", " …")}
        return _fill(hints[language], details, language)


def _problem_texts() -> ModuleType:
    """Import the sentences of problems; where nothing is wrong nobody needs it."""
    from ruletrail import problem_texts  # noqa: PLC0415 - only where there is a problem

    return problem_texts


class ProblemsError(Exception):
    """A document could not be used; `problems` says why, one value for each defect.

    Of each file the first fifty are there, in the order of their places. It can be pickled.

    >>> import ruletrail
    >>> try:
    ...     ruletrail.load("nowhere/2024")
    ... except ruletrail.ProblemsError as error:
    ...     [problem.code for problem in error.problems]
    ['rulebook-unknown']
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the text of the exception is their English sentences."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(
            "; ".join(f"{_place(p)}: {p.message('en')} [{p.code}]" for p in self.problems)
        )

    def __reduce__(self) -> tuple[type["ProblemsError"], tuple[tuple[Problem, ...]]]:
        """Let the exception cross a process boundary whole."""
        return (type(self), (self.problems,))


def _place(problem: Problem) -> str:
    """Name the place of a problem, and its field or way where no line shows which it is."""
    mark, named = str(problem.mark), problem.field or problem.pointer
    return mark if problem.mark.text or not named else f"{mark}: {cut(named)}"


def refusal(code: str, place: Mark | str, /, *, advice: str = "", **details: str) -> ProblemsError:
    """Return the error of a single problem; a place that is a text is a file, or word, as whole."""
    mark = place if isinstance(place, Mark) else Mark(place)
    return ProblemsError([Problem(code, mark, details, advice=advice)])


def misuse(what: str, /, *, advice: str = "", **details: str) -> ProblemsError:
    """Return the error of a command that is not written well; it stands in no line of a file."""
    found = {"text": what, **details}
    return ProblemsError([Problem("usage", Mark("ruletrail"), found, advice=advice)])


DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What wrong code of ours raises; where memory is short, it is nobody's.

Caught only where one of many would harm the others: a row of a batch, a file of a service. Its
answer says that it met a defect, and so does how the run ends, or the log.
"""


def is_short_of_memory(error: BaseException) -> bool:
    """Tell whether something failed because the system gives no more memory.

    A library that is loaded when there is none left fails as if it were not there.
    """
    if isinstance(error, ImportError):
        # in the words of the loader, which are English whatever the language
        return any(words in str(error) for words in _NO_MEMORY)
    return isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM


_NO_MEMORY = ("annot allocate memory", "failed to map segment", "annot create shared object")


_SHORTAGES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})
"""Of what the system may have no more: open files, memory, processes."""
_NO_THREAD = "can't start new thread"
_OF_OPEN_FILES = frozenset({errno.EMFILE, errno.ENFILE})


def find_shortage(error: BaseException) -> "ProblemsError | None":
    """Tell what the system does not give, where that is why something failed."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find_shortage, error.exceptions)), None)
    is_memory = is_short_of_memory(error)
    number = errno.ENOMEM if is_memory else getattr(error, "errno", None)
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        number = errno.EAGAIN
    if number not in _SHORTAGES:
        return None
    text, advice = quote(os.strerror(number)), "memory-short" if is_memory else ""
    return refusal("system-refused", "ruletrail", text=text, advice=advice)


def find_lack_of_files(error: BaseException | None) -> "ProblemsError | None":
    """Tell that nothing more may be opened, where that is why: it is not the fault of a place."""
    if not isinstance(error, OSError) or error.errno not in _OF_OPEN_FILES:
        return None
    return find_shortage(error)


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What systems answer where there is no room left, for anybody or for this user or file."""


def unwritable(place: str, error: Exception | None = None, *, shown: str = "") -> ProblemsError:
    """Return the error of a file, folder or stream that cannot be written, and why if known."""
    number = getattr(error, "errno", None)
    if (short := find_lack_of_files(error)) is not None:
        return short
    is_closed = bool(shown) or number == errno.EBADF
    advice = "disk-full" if number in _FULL else "stream-closed" if is_closed else ""
    advice = "folder-missing" if number == errno.ENOENT else advice
    advice = "file-read-only" if number == errno.EPERM else advice
    return refusal("output-unwritable", place, advice=advice, file=shown or quote(place))


_Order = tuple[tuple[int, str], ...]


def _order(problem: Problem) -> _Order:
    """Say where a problem stands among others of one place: as if all were written in a document.

    The tenth row comes after the second, and what an object lacks before what is wrong in it.
    """
    steps = [] if problem.mark.path is None else _unfold(problem.mark.path)[1]
    named = steps or [problem.mark.cell or ""]
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in named)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Order problems by file and position, drop repeats, keep the first fifty of each file."""
    placed: dict[str, dict[tuple[int, int], list[Problem]]] = {}
    for problem in problems:
        place = problem.mark.line, problem.mark.column
        placed.setdefault(problem.mark.file, {}).setdefault(place, []).append(problem)
    return [
        each for file in sorted(placed) for each in islice(_unique(placed[file]), MOST_PROBLEMS)
    ]


def _unique(placed: Mapping[tuple[int, int], list[Problem]]) -> Iterator[Problem]:
    """Yield the problems of a file in order, each once; what is not asked for is not written."""
    for place in sorted(placed):
        unique: dict[tuple[_Order, str, str, str], Problem] = {}
        for problem in placed[place]:
            # what Python hands in stands at one place, and is told apart by its way, or its column
            key = (_order(problem), problem.absent, problem.code, problem.message("en"))
            unique.setdefault(key, problem)
        yield from (unique[key] for key in sorted(unique))


def tell_together(problems: Iterable[Problem]) -> list[Problem]:
    """Tell what is wrong alike with several entries of a file once, at the first, for people.

    What differs but for the entry's name is another matter; programs are told of each entry.
    """
    alike: dict[object, dict[tuple[str, Mark], Problem]] = {}
    for problem in problems:
        sentence = "" if problem.wording else _sentence_of_many(problem.code)
        # what the sentence shows is the same for all; what it does not is whom it is about
        about = next(
            (
                key
                for key in ("code", "text")
                if key in problem.details and f"{{{key}}}" not in sentence
            ),
            "",
        )
        same = [(key, text) for key, text in problem.details.items() if key != about]
        name = problem.details[about] if about else name_entry(problem)
        key = (problem.code, problem.advice, problem.mark.file, *same) if sentence else id(problem)
        alike.setdefault(key, {}).setdefault((name, problem.mark), problem)
    return [_join_alike(each) for each in alike.values()]


def _sentence_of_many(code: str) -> str:
    """Return the sentence that tells a problem of several entries; empty where there is none."""
    own = _problem_texts().SENTENCES.get(f"{code}-many", {})
    return str(own.get("en", ""))


def _join_alike(problems: Mapping[tuple[str, Mark], Problem]) -> Problem:
    """Make one problem of several that are alike, at the first of their places."""
    places = sorted(problems, key=lambda place: (place[1].line, place[1].column))
    first, names = problems[places[0]], list(dict.fromkeys(name for name, _ in places))
    if len(places) == 1:
        return first
    shown = ", ".join(names[:_NAMED]) + (", …" if names[_NAMED:] else "")
    count = sum(1 + problem.again for problem in problems.values())
    details = {**first.details, "count": str(count), "names": shown}
    many = f"{first.code}-many"
    is_usual = not first.advice and not first.suggestion and many in _problem_texts().HINTS
    advice = many if is_usual else first.advice
    return replace(first, details=details, wording=many, advice=advice, again=0)


def name_entry(problem: Problem) -> str:
    """Name the entry of a rulebook in which a problem stands; its place where it is in none."""
    steps = _unfold(problem.mark.path)[1] if problem.mark.path is not None else []
    return quote(str(steps[1]) if len(steps) > 1 else str(problem.mark))


def without_consequences(told: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """Leave out what was found wrong with the very values that something was told of.

    What stands for such a value in the tree is a makeshift. Marks are compared by identity: a key
    has one of its own, and what is wrong with it is another matter.
    """
    known = {(id(problem.mark), problem.absent) for problem in told}
    return [problem for problem in found if (id(problem.mark), problem.absent) not in known]


def tell_once(findings: Iterable[tuple[str | None, Problem]]) -> list[Problem]:
    """Keep the problems of the first owner at each place, and count the other owners there.

    Owners are codes of entries: several that one `for_each` wrote share their places. What belongs
    to no entry is kept unless an entry told it.
    """
    owners: dict[tuple[str, Mark], list[str | None]] = {}
    kept: list[Problem] = []
    for owner, problem in findings:
        telling = owners.setdefault((problem.code, problem.mark), [owner])
        if telling[0] == owner:
            kept.append(problem)
        elif owner is not None and owner != telling[-1]:
            telling.append(owner)
    return [replace(problem, again=len(owners[problem.code, problem.mark]) - 1) for problem in kept]


def has_errors(problems: Sequence[Problem]) -> bool:
    """Tell whether any of the problems forbids using the document."""
    return any(problem.severity == "error" for problem in problems)


def quote(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Cut somebody's text at 80 characters and make it safe to print on one line, in backticks."""
    return "`" + cut(text, longest).replace("`", "'") + "`"


def quote_to_write(text: str) -> str:
    """Quote what somebody is told to write, up to 1 000 characters: cut, it cannot be obeyed."""
    return quote(text, _LONGEST_TO_WRITE)


def cut(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Cut somebody's text at 80 characters and make it safe to print on one line."""
    return make_inert(text if len(text) <= longest else text[: longest - 1] + "…")


def _cut_at_word(label: str) -> str:
    """Cut a label of the form as `cut` does, but at a word; and before a bracket left open."""
    shown = cut(label)
    if shown == make_inert(label):
        return shown
    kept = shown.rpartition(" ")[0] or shown.removesuffix("…")
    if kept.count("(") > kept.count(")"):
        kept = kept.rpartition("(")[0] or kept
    return kept.rstrip(" ,;:(") + "…"


def make_inert(text: str) -> str:
    """Replace control and direction-changing characters by visible ones: text stays text."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _visible(char) for char in text)


_CONTROL_PICTURES = 0x2400


def _visible(char: str) -> str:
    if char in "\n\t\r\u00a0\u2028\u2029" or char.isspace():
        return " "
    return chr(_CONTROL_PICTURES + ord(char)) if char < " " else "\ufffd"


def escape_invisible(text: str) -> str:
    """Write characters of JSON or YAML that show nothing, or change direction, as their escapes.

    Line feeds stay; the text must hold such characters inside quotes only, and then means the same.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else _escape(char) for char in text)


def _escape(char: str) -> str:
    """Write a character as JSON does, one beyond 16 bits as its two halves."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


_TERM = "\x00"
_OR = {"it": " o ", "en": " or "}
_PLACEHOLDER = r"\{\{|\}\}|\{([a-z_]+)\}"


def term(words: str) -> str:
    """Mark words of ours (`number|text`), which get translated, apart from somebody's text.

    They may have placeholders of their own, for details of the same problem.
    """
    return _TERM + words


def _fill(template: str, details: Mapping[str, str], language: str) -> str:
    """Put details in the place of `{name}`; the details themselves are never read as a template."""

    def replaced(match: re.Match[str]) -> str:
        name = match.group(1)
        return match.group()[0] if name is None else _translate(details[name], details, language)

    return re.sub(_PLACEHOLDER, replaced, template)


def _translate(detail: str, details: Mapping[str, str], language: str) -> str:
    if not detail.startswith(_TERM):
        return make_inert(detail)
    either, words = _OR[language], _problem_texts().WORDS
    names = detail.removeprefix(_TERM).split("|")
    return either.join(_fill(words[name][language], details, language) for name in names)


def malformed_code(code: str, mark: Mark, foreign: str, *, of_row: bool = True) -> Problem:
    """Return the problem of a text that is no code, with the code that was meant if that is clear.

    `foreign` names its letters that are not ASCII, some of which only look as if they were.
    `of_row` says that a code of a row may stand there, `LIST.NAME`; nowhere else has one a point.
    """
    over, dot, name = code.partition(".")
    may_be_row = of_row and bool(dot) and "." not in name
    is_row = (
        may_be_row
        and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", over)
        and code_like(name)[:1].isalpha()
    )
    meant = f"{over}.{code_like(name)}" if is_row else code_like(code)
    kind, details = (
        ("foreign-letter", {"code": quote(code), **_name_signs(code, foreign)})
        if foreign
        else ("code-form", {"text": quote(code)})
    )
    if foreign and (latin := latin_like(code)):
        details = {**details, "instead": quote_to_write(latin)}
        return Problem(kind, mark, details, advice="look-alike")
    if not meant[:1].isalpha():
        return Problem(kind, mark, details)
    return Problem(kind, mark, {**details, "instead": quote_to_write(meant)}, advice="code-shape")


_PRINTED = {
    **dict.fromkeys("“”„«»‘’‚‹›", "curved-quotes"),
    **dict.fromkeys("•◦▪▫‣·●○■□", "bullet"),
    **dict.fromkeys("–—−‑‐", "long-dash"),
    **dict.fromkeys("\u00a0\u202f\u2009", "other-space"),
}
"""What signs of text processors are called, in the reader's language."""


def _name_signs(code: str, foreign: str) -> dict[str, str]:
    """Name what a code holds besides ASCII: signs of one kind by its word, all others as told."""
    signs = dict.fromkeys(char for char in code if not char.isascii())
    kinds = {_PRINTED.get(char, "") for char in signs}
    if len(kinds) > 1 or "" in kinds:
        return {"letters": foreign}
    shown = ", ".join(f"`{char}`" if char.isprintable() else f"U+{ord(char):04X}" for char in signs)
    return {"letters": term(kinds.pop()), "signs": shown}


def name_foreign_letters(text: str) -> str:
    """Name the letters that are not ASCII, as Unicode does; empty when all are.

    Of a sign that is no letter only the number: its name is English whatever the reader's language.
    """
    foreign = dict.fromkeys(char for char in text if not char.isascii())
    return ", ".join(
        # an accented letter of ours is plain to see; one that only looks so is named
        f"`{char}`"
        if unicodedata.normalize("NFD", char)[0].isascii()
        else f"`{make_inert(char)}` ({_name_letter(char)})"
        for char in list(foreign)[:3]
    )


def _name_letter(char: str) -> str:
    number = f"U+{ord(char):04X}"
    return unicodedata.name(char, number) if char.isalnum() else number
