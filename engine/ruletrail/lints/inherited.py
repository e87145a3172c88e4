"""What an edition takes from the rulebook that it extends, and does not use.

It stands in lines of the base, which may be right by itself and is not to be changed for this: the
edition is told, where it says what it extends, and `remove` is the way out.
"""

from collections.abc import Iterable, Mapping

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, read_document
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote, term
from ruletrail.rulebooks import scalars_at

_KINDS: Mapping[str, str] = {
    "unused-parameter": "of-parameters",
    "unused-group": "of-groups",
    "unused-lookup": "of-lookups",
    "unused-rule": "of-rules",
    "unused-source": "of-sources",
}
"""What is said of an entry that nothing uses, and what such entries are called."""


def blame_edition(problems: Iterable[Problem], subject: Subject, data: bytes) -> list[Problem]:
    """Tell an edition, whose text is `data`, what it does not use of the rulebook it extends."""
    own = subject.resolved.mark.file
    kept: list[Problem] = []
    unused: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.code in _KINDS and problem.mark.file != own:
            unused.setdefault(problem.code, []).append(problem)
        else:
            kept.append(problem)
    if not unused:
        return kept
    written, _ = read_document(data, own, RULEBOOK_LIMITS)
    if not isinstance(written, MappingNode):
        return kept
    return [*kept, *(_tell(each, written, subject) for each in unused.values())]


def _tell(unused: list[Problem], written: MappingNode, subject: Subject) -> Problem:
    """Make one problem of all that is unused of one kind, and of one severity therefore."""
    codes = list(dict.fromkeys(_name_of(each) for each in unused))
    listed = [*(item.text for item in scalars_at(written, "remove")), *codes]
    code = unused[0].code
    identity = subject.rulebook.identity
    details = {
        "edition": quote(f"{identity.name}/{identity.edition}"),
        "kind": term(_KINDS[code]),
        "names": ", ".join(map(quote, codes)),
        "instead": quote(f"remove: [{', '.join(listed)}]", _LONGEST),
    }
    mark = written.values["extends"].mark
    return Problem(code, mark, details, advice="unused-inherited", wording="unused-inherited")


_LONGEST = 1_000
"""Characters of a hint's `remove`: one that is cut cannot be copied."""


def _name_of(problem: Problem) -> str:
    return problem.details.get("code", problem.details.get("text", "")).strip("`")
