"""What the hints about the structure of YAML say, done to the letter.

Whoever reads such a hint does what it says in the line that is named; the document must be sound
then.
"""

import re

from ruletrail.documents import RULEBOOK_LIMITS, Node, explain_misplaced, read_document
from ruletrail.documents.nodes import MappingNode, SequenceNode
from ruletrail.library.loading import rulebook_schema
from ruletrail.problems import Problem
from ruletrail.schemas import check_schema


def problems_of(text: str) -> list[Problem]:
    """List what reading a rulebook and its schema say of a text, as `check` does."""
    data = text.encode()
    node, problems = read_document(data, "r.yaml", RULEBOOK_LIMITS)
    if node is None or problems:
        return problems
    _, found = check_schema(node, rulebook_schema())
    return (explain_misplaced(node, data, "r.yaml", found) or found) if found else []


def plain(node: Node | None) -> object:
    """Give what a tree says, without places."""
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return node.text if node is not None else None


def meaning_of(text: str) -> object:
    """Give what a text says that is sound."""
    node, problems = read_document(text.encode(), "r.yaml", RULEBOOK_LIMITS)
    assert problems == []
    return plain(node)


def do_literally(text: str, problem: Problem) -> str:
    """Do to a text what a hint says, by its number of spaces and what it shows to write."""
    lines, at = text.split("\n"), problem.mark.line - 1
    written, hint = lines[at], problem.hint("en")
    bare = written.lstrip()
    own = len(written) - len(bare)
    counted = re.search(r"it needs (\w+) spaces?|those after it by (\w+)", hint)
    by = re.search(r"indent (?:it|this line) by (\w+) (?:spaces? more|spaces?)", hint)
    if problem.fixes:
        for fix in problem.fixes:
            line, column = fix.mark.line - 1, fix.mark.column - 1
            before, after = lines[line][:column], lines[line][column:]
            assert after.startswith(fix.old)
            lines[line] = before + fix.new + after.removeprefix(fix.old)
    elif counted is not None:
        lines[at] = " " * _number(counted[1] or counted[2]) + bare
    elif by is not None:
        lines[at] = " " * (own + _number(by[1])) + bare
    elif "belongs at the margin" in hint:
        lines[at] = bare
    elif "a dash is missing" in hint:
        lines[at] = " " * _margin_of_items(lines, at, own) + "- " + bare
    elif "an entry begins here" in hint:
        found = re.search(r"with (\d+) spaces .* `(\w+:)`", hint)
        assert found is not None
        lines.insert(at, " " * int(found[1]) + found[2])
    elif "above this one" in hint:
        found = re.search(r"write `(\w+:)`.* (?:with (\d+)|without) spaces", hint)
        assert found is not None
        lines.insert(at, " " * int(found[2] or 0) + found[1])
    else:
        found = re.search(
            r"indent by 2 spaces those.* (?:from|between line) (\d+) (?:to|and) (\d+)", hint
        )
        assert found is not None, hint
        for each in range(int(found[1]) - 1, int(found[2])):
            if "at the margin between" not in hint or lines[each][:1] not in ("", " ", "#"):
                lines[each] = "  " + lines[each]
    return "\n".join(lines)


def _number(word: str) -> int:
    return {"no": 0, "one": 1, "two": 2}.get(word) or int(word if word.isdigit() else 0)


def _margin_of_items(lines: list[str], at: int, own: int) -> int:
    """Return where the dashes of the list stand that a line belongs to; its own place for none."""
    near = [each for each in lines[max(at - 4, 0) : at + 5] if each.lstrip().startswith("- ")]
    margins = [len(each) - len(each.lstrip()) for each in near]
    return min(margins, key=lambda margin: abs(margin - own), default=own)
