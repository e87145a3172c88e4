"""What an edition takes from the rulebook that it extends, and does not use.

It stands in lines of the base, which may be right by itself and is not to be changed for this:
the edition is told, where it says what it extends, and `remove` is the way out. What the base does
not use either is told of the base, in its own words: a result is one, and is not to be removed.

What the edition adds and does not use may be a slip of the pen for what it meant to replace.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, members_of, read_document
from ruletrail.fast_dataclasses import replace
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote, quote_to_write, term
from ruletrail.rulebooks import Section, scalars_at
from ruletrail.suggestions import KnownNames

_KINDS: Mapping[str, str] = {
    "unused-parameter": "of-parameters",
    "unused-group": "of-groups",
    "unused-lookup": "of-lookups",
    "unused-rule": "of-rules",
    "unused-source": "of-sources",
}
"""What is said of an entry that nothing uses, and what such entries are called."""

_PARTS: Mapping[str, tuple[str, ...]] = {
    "unused-parameter": ("parameters",),
    "unused-group": ("groups",),
    "unused-lookup": ("scales", "tables"),
    "unused-rule": ("rules",),
    "unused-source": ("sources",),
}
"""The parts of a rulebook in which such entries stand."""


def blame_edition(
    problems: Iterable[Problem],
    subject: Subject,
    data: bytes,
    find_unused_before: Callable[[], Collection[tuple[str, str]]],
) -> list[Problem]:
    """Tell an edition, whose text is `data`, what it does not use of the rulebook it extends.

    `find_unused_before` names what that rulebook does not use itself; it is asked where it matters.
    """
    own = subject.resolved.mark.file
    kept: list[Problem] = []
    found: list[Problem] = []
    for problem in problems:
        is_inherited = problem.code in _KINDS and problem.mark.file != own
        (found if is_inherited else kept).append(problem)
    before = find_unused_before() if found else ()
    unused: dict[str, list[Problem]] = {}
    for problem in found:
        if name_unused(problem) not in before:
            unused.setdefault(problem.code, []).append(problem)
    if not unused:
        return kept
    written, _ = read_document(data, own, RULEBOOK_LIMITS)
    if not isinstance(written, MappingNode):
        return kept
    return [*kept, *(_tell(each, written, subject) for each in unused.values())]


def _tell(unused: list[Problem], written: MappingNode, subject: Subject) -> Problem:
    """Make one problem of all that is unused of one kind, and of one severity therefore."""
    codes = list(dict.fromkeys(name_unused(each)[1] for each in unused))
    listed = [*(item.text for item in scalars_at(written, "remove")), *codes]
    code = unused[0].code
    identity = subject.rulebook.identity
    details = {
        "edition": quote_to_write(f"{identity.name}/{identity.edition}"),
        "kind": term(_KINDS[code]),
        "names": ", ".join(map(quote, codes)),
        "instead": quote_to_write(f"remove: [{', '.join(listed)}]"),
    }
    mark = written.values["extends"].mark
    return Problem(code, mark, details, advice="unused-inherited", wording="unused-inherited")


def name_meant(problems: Iterable[Problem], subject: Subject, data: bytes) -> list[Problem]:
    """Say of what an edition adds, and nothing uses, which code of its base is almost the same.

    Under a misspelt code the base's value stays in force, and nothing else tells of it.
    """
    own, told = subject.resolved.mark.file, list(problems)
    if not any(each.code in _PARTS and each.mark.file == own for each in told):
        return told
    written, _ = read_document(data, own, RULEBOOK_LIMITS)
    if not isinstance(written, MappingNode) or "extends" not in written.values:
        return told
    inherited = {code: _list_inherited(parts, written, subject) for code, parts in _PARTS.items()}
    return [
        _ask(each, inherited[each.code])
        if each.code in _PARTS and each.mark.file == own and not each.wording
        else each
        for each in told
    ]


_TOLD_BY_NOTHING = ("decisions", "sections", "checks", "messages")
"""The parts whose entries say something though nothing reads them."""
_SHORTEST_WORD = 4
"""Letters of a word in which a slip is told from another name, as of `part_a` and `part_b`."""


_MOST_READ = 100
"""So much of what an entry reads is compared with what another does."""
_MOST_PAIRS = 1_000_000
"""How many pairs of codes are compared of one part; each takes two microseconds."""


def find_near_inherited(subject: Subject, data: bytes) -> list[Problem]:
    """Find what an edition adds under nearly the code of an entry that it takes from its base.

    Both are in force then: the new one, and the one that it may be meant to replace. Entries that
    have nothing to do with each other, as one of `figli` and one of `figlie`, are two.
    """
    if b"extends" not in data:
        return []
    own = subject.resolved.mark.file
    written, _ = read_document(data, own, RULEBOOK_LIMITS)
    if not isinstance(written, MappingNode) or "extends" not in written.values:
        return []
    found = []
    for part in _TOLD_BY_NOTHING:
        all_of_it = subject.resolved.get(part)
        keys = all_of_it.keys if isinstance(all_of_it, MappingNode) else {}
        inherited = _list_inherited((part,), written, subject)
        added = [code for code, key in keys.items() if key.mark.file == own]
        for code in added[: _MOST_PAIRS // (len(keys) or 1)]:
            near = inherited.nearest(code) if code not in inherited else ""
            is_base = near and keys[near].mark.file != own
            if is_base and _is_slip(code, near) and _are_of_one(code, near, subject):
                details = {"code": quote(code), "instead": quote_to_write(near)}
                found.append(Problem("entry-near-inherited", keys[code].mark, details))
    return found


def _are_of_one(code: str, near: str, subject: Subject) -> bool:
    """Tell whether two entries are about something in common, or one of them about nothing."""
    one, other = (_list_subjects(each, subject) for each in (code, near))
    return not one or not other or not one.isdisjoint(other)


def _list_subjects(code: str, subject: Subject) -> frozenset[str]:
    """List what an entry reads at any distance, near things first, and the fields of a section."""
    entry = subject.rulebook.entries.get(code)
    found = dict.fromkeys(entry.fields if isinstance(entry, Section) and entry.fields else ())
    left = [code]
    while left and len(found) < _MOST_READ:
        read = [each for each in subject.linked.reads.get(left.pop(0), ()) if each not in found]
        found |= dict.fromkeys(read)
        left += read
    return frozenset(found)


def _is_slip(code: str, near: str) -> bool:
    """Tell whether two codes differ in the letters of long words alone."""
    words, others = code.casefold().split("_"), near.casefold().split("_")
    if len(words) != len(others):
        return "".join(words) == "".join(others)
    pairs = [(one, other) for one, other in zip(words, others, strict=True) if one != other]
    # codes that differ by capitals are told as looking alike
    return bool(pairs) and all(
        min(len(one), len(other)) >= _SHORTEST_WORD and (one + other).isalpha()
        for one, other in pairs
    )


def _list_inherited(parts: Iterable[str], written: MappingNode, subject: Subject) -> KnownNames:
    """List the codes of some parts that the edition does not write itself."""
    found = [
        code
        for part in parts
        for code in members_of(subject.resolved.get(part))
        if code not in members_of(written.get(part))
    ]
    return KnownNames(found)


def _ask(problem: Problem, inherited: KnownNames) -> Problem:
    """Ask whether a code of the base is meant, if one is near; the other ways out remain."""
    near = inherited.nearest(name_unused(problem)[1])
    if not near:
        return problem
    details = {**problem.details, "instead": quote_to_write(near)}
    return replace(problem, details=details, advice="meant-inherited")


def name_unused(problem: Problem) -> tuple[str, str]:
    """Give the code of a problem and the name of the entry that it says is unused."""
    name = problem.details.get("code", problem.details.get("text", "")).strip("`")
    return problem.code, name
