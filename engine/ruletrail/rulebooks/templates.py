"""Templates of messages: literal text and names in braces; never evaluated as code."""

import re

from ruletrail.rulebooks.entries import Template

_PIECE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


def parse_template(text: str) -> Template | None:
    """Cut a template into literals and names; None when a brace holds anything but a name."""
    literals, names, end = [], [], 0
    for match in _PIECE.finditer(text):
        literals.append(text[end : match.start()])
        names.append(match.group(1))
        end = match.end()
    literals.append(text[end:])
    if any("{" in literal or "}" in literal for literal in literals):
        return None
    return Template(text, tuple(literals), tuple(names))


def fill_template(template: Template, shown: dict[str, str]) -> str:
    """Put shown values in the place of the names."""
    pieces = [template.literals[0]]
    for name, literal in zip(template.names, template.literals[1:], strict=True):
        pieces += [shown[name], literal]
    return "".join(pieces)
