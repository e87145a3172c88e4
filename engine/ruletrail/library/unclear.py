"""A rulebook's file that does not say well which version it is, or whether and when it answers.

Whoever names an edition without a version chooses among its versions by what their files say. One
that cannot be read, or says it in no form that counts, is never passed over: an older version would
answer in its place, and nobody would know. Only one that plainly says that it is a draft answers
nobody who does not pin it, whatever else is wrong with it.
"""

import re

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, read_document
from ruletrail.library.sources import Head, Source
from ruletrail.problems import Mark, Problem, quote, sort_problems
from ruletrail.references import EDITION, NAME, VERSION
from ruletrail.values import read_date

_STATUSES = ("draft", "published")
_STATUS = rb"^[\"']?status[\"']?[ \t]*:[ \t]*(\w+|\"\w*\"|'\w*')[ \t]*(?:#.*)?$"
"""A line with a status among the keys of a document that stand at the margin."""


def list_unclear(head: Head) -> list[str]:
    """List the keys by which versions are chosen, and that do not say what they must."""
    forms = {"rulebook": (NAME, head.name), "edition": (EDITION, head.edition)}
    forms["version"] = (VERSION, head.version)
    wrong = [key for key, (form, text) in forms.items() if not re.fullmatch(form, text)]
    if head.status not in _STATUSES:
        wrong.append("status")
    if head.status == "published" and not _has_days(head):
        wrong.append("in_force")
    return list(dict.fromkeys([*wrong, *head.repeated.split()]))


def _has_days(head: Head) -> bool:
    """Tell whether a version says from which day on it holds, and no end before that."""
    begins, ends = read_date(head.in_force_from), read_date(head.in_force_to)
    if begins is None or (head.in_force_to and ends is None):
        return False
    return ends is None or begins <= ends


def is_plain_draft(source: Source, head: Head | None) -> bool:
    """Tell whether a file says once that it is a draft; of a text that breaks off its lines do."""
    if head is not None:
        return head.status == "draft" and "status" not in head.repeated.split()
    lines = source.read().replace(b"\r", b"\n").split(b"\n")
    said = [line for line in lines if line.lstrip(b"\"'").startswith(b"status")]
    found = [re.match(_STATUS, line) for line in said]
    return len(found) == 1 and found[0] is not None and found[0][1].strip(b"\"'") == b"draft"


def tell_unclear(source: Source, head: Head | None) -> list[Problem]:
    """Return what is wrong with a file whose place among versions nobody can tell; else nothing.

    Raises `ProblemsError` where it cannot be read at all.
    """
    keys = list_unclear(head) if head is not None else []
    if head is not None and not keys:
        return []
    node, problems = read_document(source.read(), source.shown, RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        from ruletrail.documents import explain_document  # noqa: PLC0415 - rare

        if node is not None and not problems:
            problems = [Problem("rulebook-not-object", node.mark)]
        return sort_problems(explain_document(problems, node, ("rulebook",)))
    written = node.get(keys[0])
    mark = written.mark if written is not None else Mark(source.shown, 1, 1)
    details = {"keys": ", ".join(map(quote, keys))}
    return [Problem("version-unclear", mark, details)]
