"""Members of a group with the name of a `for_each` in them: `["quota_{t}"]`.

`for_each` writes out entries, and a group is none: its members stand there one by one.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from ruletrail.documents import Node, ScalarNode, SequenceNode, members_of, text_of
from ruletrail.problems import Problem, quote, quote_to_write

_MOST_SHOWN = 12
"""The members that a hint lists."""


def explain_member(place: Node, root: Node) -> Problem | None:
    """Tell a member with a name in braces, and list the codes that a rule so called gives."""
    written = text_of(place)
    if "{" not in written or not isinstance(place, ScalarNode):
        return None
    rule = members_of(members_of(root).get("rules")).get(written)
    choices = members_of(members_of(rule).get("for_each"))
    codes = list(islice(_fill(written, choices), _MOST_SHOWN + 1)) if choices else []
    details = {"text": quote(written)}
    if not codes:
        return Problem("wrong-form", place.mark, details, advice="no-for-each-in-group")
    shown = [*codes[:_MOST_SHOWN], *(["…"] if len(codes) > _MOST_SHOWN else [])]
    details["instead"] = quote_to_write(", ".join(shown))
    return Problem("wrong-form", place.mark, details, advice="members-of-for-each")


def _fill(written: str, choices: Mapping[str, Node]) -> Iterator[str]:
    """Write a template with each value of its names."""
    named = {
        name: [text_of(each) for each in values.items]
        for name, values in choices.items()
        if isinstance(values, SequenceNode)
    }
    for values in product(*named.values()):
        code = written
        for name, value in zip(named, values, strict=True):
            code = code.replace(f"{{{name}}}", value)
        yield code
