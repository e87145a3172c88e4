"""Hover, definition and references: from a text and a place to an answer."""

from ruletrail.editors.names import Knowledge, Name
from ruletrail.editors.places import Occurrence, find_any, list_all, write_out
from ruletrail.formats import Locale
from ruletrail.formulas import FUNCTIONS
from ruletrail.linking.names import CHECK_OUTCOMES, SECTION_OUTCOMES
from ruletrail.problems import make_inert
from ruletrail.rendering.markdown import escape
from ruletrail.rendering.phrases import say

MOST_DESCRIBED = 8
"""Of the codes that a pattern is written out to, those that hovering describes."""

_MOST_WRITTEN = 1_000
"""Of the same codes, those among which a reference is looked for."""

_KINDS = {
    "it": {
        "field": "campo", "rule": "regola", "parameter": "parametro", "group": "gruppo",
        "decision": "decisione", "section": "sezione", "check": "controllo",
        "function": "funzione", "scale": "scala", "table": "tabella", "choice": "scelta",
    },
    "en": {},
}  # fmt: skip
_WORDS = {
    "it": {
        "in": "in «{}»", "each": "un codice per ogni valore di `{}`",
        "more": "… altri: {}", "rows": "con un solo argomento `ELENCO.x`: su tutte le righe",
    },
    "en": {
        "in": "in “{}”", "each": "one code for each value of `{}`",
        "more": "… and {} more", "rows": "with one argument `LIST.x`: over all rows of the list",
    },
}  # fmt: skip


def hover(text: str, line: int, column: int, knowledge: Knowledge, language: Locale) -> str:
    """Describe the code at a place; empty when there is none."""
    found = find_any(text, line, column)
    if found is None:
        return ""
    if found.variables:
        return _describe_pattern(found, knowledge, language)
    name = knowledge.names.get(found.code)
    return describe(name, knowledge, language) if name is not None else ""


def _describe_pattern(found: Occurrence, knowledge: Knowledge, language: Locale) -> str:
    """Describe a pattern by the codes that it is written out to, the first of them."""
    words = _WORDS[language]
    codes = write_out(found.code, found.variables, _MOST_WRITTEN)
    names = ", ".join(name for name in found.variables if "{" + name + "}" in found.code)
    lines = [f"**{found.code}**: {words['each'].format(names)}"]
    for code in codes[:MOST_DESCRIBED]:
        name = knowledge.names.get(code)
        shown = describe(name, knowledge, language) if name is not None else _code_span(code)
        lines.append(shown.replace("\n\n", " · "))
    if len(codes) > MOST_DESCRIBED:
        lines.append(words["more"].format(len(codes) - MOST_DESCRIBED))
    return "\n\n".join(lines)


def _codes_of(found: Occurrence) -> list[str]:
    """List the codes that stand at a place: one, or those of a pattern."""
    return (
        write_out(found.code, found.variables, _MOST_WRITTEN) if found.variables else [found.code]
    )


def describe(name: Name, knowledge: Knowledge, language: Locale) -> str:
    """Describe a name in Markdown: kind, label, formula, unit, and its value in the example."""
    head = f"**{name.code}** ({_KINDS[language].get(name.kind, name.kind)})"
    lines = [f"{head}: {escape(name.label)}" if name.label and name.label != name.code else head]
    if name.kind == "function":
        # our own sentences are Markdown, with the codes between backticks
        lines.append(FUNCTIONS[name.code].helped(language))
        if FUNCTIONS[name.code].takes_groups and knowledge.language > 1:
            lines.append(_WORDS[language]["rows"])
    if name.formula:
        lines.append(_code_span(name.formula))
    unit = f" {escape(name.unit)}" if name.unit else ""
    value = show_value(name, knowledge, language)
    if value:
        example = escape(_WORDS[language]["in"].format(knowledge.example))
        lines.append(f"= {escape(value)}, {example}")
    elif unit:
        lines.append(unit.strip())
    return "\n\n".join(lines)


def show_value(name: Name, knowledge: Knowledge, language: Locale) -> str:
    """Show the value of a name in the example; empty where there is none."""
    # a choice may be spelled like a code
    value = knowledge.values.get(name.code) if name.kind != "choice" else None
    if value is None:
        return ""
    if name.kind in ("section", "check") and value in (*SECTION_OUTCOMES, *CHECK_OUTCOMES):
        return say(value, language)
    return value


def _code_span(text: str) -> str:
    return f"`{make_inert(' '.join(text.replace('`', chr(39)).split()))}`"


def find_definition(text: str, line: int, column: int, knowledge: Knowledge) -> Name | None:
    """Find where the code at a place is declared; None when it is not, as functions are not.

    Of a pattern it is where the first of its codes is.
    """
    found = find_any(text, line, column)
    names = [knowledge.names.get(code) for code in _codes_of(found)] if found is not None else []
    return next((name for name in names if _has_place(name)), None)


def find_declarations(text: str, line: int, column: int, knowledge: Knowledge) -> list[Name]:
    """List where the code at a place is declared: by a rule, and by the form if that does too."""
    name = find_definition(text, line, column, knowledge)
    if name is None:
        return []
    declared = knowledge.declared.get(name.code)
    is_other = declared is not None and declared != name and _has_place(declared)
    return [name, declared] if declared is not None and is_other else [name]


def _has_place(name: Name | None) -> bool:
    return name is not None and name.path is not None and name.mark is not None


def find_references(
    text: str, line: int, column: int, knowledge: Knowledge, *, with_declaration: bool = True
) -> list[Occurrence]:
    """List the places in a text that mean the code at a place, or one that a pattern there writes.

    Patterns that write it are among them, and the key that declares it if it is asked for.
    """
    found = find_any(text, line, column)
    wanted = set(_codes_of(found)) if found is not None else set()
    wanted &= set(knowledge.names)
    if not wanted:
        return []
    return [
        each
        for each in list_all(text)
        if (with_declaration or not each.defines) and not wanted.isdisjoint(_codes_of(each))
    ]
