"""A code written in words: `giorni bus` for `giorni_bus`, or the title that it has in the form.

Parsing tells of two values side by side: which codes and titles there are is known here. A code
with a hyphen, `retta-base`, is a subtraction of which a part is no code.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from ruletrail.fast_dataclasses import replace
from ruletrail.linking.names import Names, collect_names, is_name
from ruletrail.problems import Fix, Problem, quote, quote_to_write
from ruletrail.rulebooks import Rule, Rulebook
from ruletrail.schemas import Schema
from ruletrail.suggestions import with_hyphens

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HYPHENATED = re.compile(r"[A-Za-z0-9_.-]+")
_BY_HYPHEN = "code-by-hyphen"
_MOST_TOLD = 50
"""Problems of formulas that are looked into: of a file no more are shown."""
_OF_FORMULAS = "formula-"
"""What the codes of problems begin with that parsing tells of."""
_MOST_WORDS = 6
"""Words of which a code may have been written."""


def name_codes_apart(
    problems: Sequence[Problem], rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Say of words in a formula that are a code, or its title, which code they are; each once."""
    if not any(map(_is_of_formula, problems)):
        return list(problems)
    names, titles = collect_names(rulebook, schema), _titles_of_one(rulebook, schema)
    told = [each for each in problems if _is_of_formula(each)]
    looked_at = set(map(id, told[:_MOST_TOLD]))
    found: dict[object, Problem] = {}
    for at, problem in enumerate(problems):
        named = _named(problem, names, titles) if id(problem) in looked_at else None
        # two words of one title are one slip
        key = (named.mark, named.details["text"]) if named is not None else at
        found.setdefault(key, named or problem)
    return _without_echoes(list(found.values()))


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """Leave out what comes of a code that was read as a subtraction: its parts, and a ring."""
    hyphenated = [each for each in problems if each.wording == _BY_HYPHEN]
    if not hyphenated:
        return problems
    edges = {
        f"{_entry_of(each)} → {part}"
        for each in hyphenated
        for part in each.details["text"].strip("`").split("-")
    }
    return [
        each
        for each in problems
        if each.wording == _BY_HYPHEN
        or not (_goes_by(each, edges) or any(_lies_in(each, other) for other in hyphenated))
    ]


def _entry_of(problem: Problem) -> str:
    """Name the entry of a formula: the way to one is its part, the code of its entry, its key."""
    return [*(problem.pointer or "").split("/"), "", ""][2]


def _goes_by(problem: Problem, edges: Collection[str]) -> bool:
    """Tell a ring that an entry closes by reading one of some codes."""
    ring = problem.details.get("ring", "").strip("`").split(" → ")
    return any(f"{one} → {other}" in edges for one, other in pairwise(ring))


def _lies_in(problem: Problem, code: Problem) -> bool:
    """Tell what stands at a part of a code that was read as a subtraction."""
    one, other = problem.mark, code.mark
    end = other.column + len(code.fixes[0].old)
    return (one.file, one.line) == (other.file, other.line) and other.column <= one.column < end


def _is_of_formula(problem: Problem) -> bool:
    return problem.code.startswith(_OF_FORMULAS) or problem.code == "unknown-code"


def _titles_of_one(rulebook: Rulebook, schema: Schema) -> dict[str, str]:
    """Map titles to the code that bears them, the longest first; of two codes it is neither."""
    codes: dict[str, set[str]] = {}
    for title, code in _list_titles(rulebook, schema):
        codes.setdefault(title, set()).add(code)
    return {
        title: next(iter(codes[title]))
        for title in sorted(codes, key=len, reverse=True)
        if len(codes[title]) == 1
    }


def _list_titles(rulebook: Rulebook, schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield what is called by several words, with its code."""
    rules = [entry for entry in rulebook.entries.values() if isinstance(entry, Rule)]
    named = [(each.code, each.label) for each in rules]
    named += [(each.code, each.label) for each in rulebook.parameters.values()]
    declared = (*schema.cells.values(), *schema.fields.values())
    named += [(each.code, each.label) for each in declared]
    for code, label in named:
        title = label.strip().lower()
        if " " in title and is_name(code):
            yield title, code


def _named(problem: Problem, names: Names, titles: Mapping[str, str]) -> Problem | None:
    line, at = problem.mark.text, problem.mark.column - 1
    # where no formula stands, as in a group, the whole is what is unknown
    is_part = problem.code == "unknown-code" and "-" not in problem.details.get("text", "-")
    is_dash = problem.code == "formula-operator" and _is_dash(problem)
    by_hyphen = _find_hyphenated(with_hyphens(line), at, names) if is_part or is_dash else None
    begin, end, code = (
        by_hyphen or _find_title(line.lower(), at, titles) or _find_code(line, at, names)
    )
    if not code:
        return None
    written = line[begin:end]
    is_title = written.lower() in titles
    details = {"text": quote(written), "instead": quote_to_write(code), "code": quote(code)}
    mark = replace(problem.mark, column=begin + 1)
    joined = "code-by-dash" if is_dash else _BY_HYPHEN
    wording = joined if by_hyphen else "code-by-title" if is_title else "code-apart"
    fixes = (Fix(mark, written, code),)
    return Problem("formula-syntax", mark, details, "", "write-instead", fixes, wording=wording)


def _is_dash(problem: Problem) -> bool:
    written = problem.details.get("text", "").strip("`")
    return written != "-" and with_hyphens(written) == "-"


_Found = tuple[int, int, str]
"""Where it begins and ends, and the code; empty for none."""


def _find_title(line: str, at: int, titles: Mapping[str, str]) -> _Found | None:
    """Find a title that stands whole in a line, around a place; the longest come first.

    A few letters are longer in lower case: then their places are others, and a title is not found.
    """
    for title in titles:
        begin = line.find(title, max(at - len(title), 0))
        end = begin + len(title)
        is_whole = (
            not line[end : end + 1].isalnum() and not line[max(begin - 1, 0) : begin].isalnum()
        )
        if 0 <= begin <= at < end and is_whole:
            return begin, end, titles[title]
    return None


def _find_hyphenated(line: str, at: int, names: Names) -> _Found | None:
    """Find words that hyphens join around a place, and that are a code with `_` for the hyphens."""
    match = next((each for each in _HYPHENATED.finditer(line) if each.end() > at), None)
    if match is None or match.start() > at:
        return None
    words = match[0].split("-")[: _MOST_WORDS + 1]
    for size in range(len(words), 1, -1):
        for first in range(len(words) - size + 1):
            begin = match.start() + sum(len(word) + 1 for word in words[:first])
            run = words[first : first + size]
            joined = "_".join(run) if all(run) else ""
            if begin <= at < begin + len(joined) and joined in names.signatures:
                return begin, begin + len(joined), joined
    return None


def _find_code(line: str, at: int, names: Names) -> _Found:
    """Find words side by side, one of which stands at a place, that are a code once joined."""
    words = list(_WORD.finditer(line, 0, at + 1))[-_MOST_WORDS:]
    words = (
        [*words[:-1], *list(_WORD.finditer(line, words[-1].start()))[:_MOST_WORDS]] if words else []
    )
    for size in range(len(words), 1, -1):
        for first in range(len(words) - size + 1):
            run = words[first : first + size]
            begin, end = run[0].start(), run[-1].end()
            parts = line[begin:end].split()
            # nothing but blanks between them: `a.b` is one word already
            joined = "_".join(parts) if len(parts) == size else ""
            if begin <= at < end and (joined in names.signatures or joined in names.lookups):
                return begin, end, joined
    return 0, 0, ""
