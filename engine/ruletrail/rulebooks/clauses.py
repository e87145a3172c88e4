"""The pieces of entries: clauses, sentences, display, basis; from nodes of the right form."""

import re
from collections.abc import Container, Sequence
from typing import cast

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    items_of,
    members_of,
    place_of,
    text_of,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import RESERVED_WORD, Finding, Formula, parse_formula
from ruletrail.formulas.lexer import count_tokens
from ruletrail.formulas.lookups import KeyedTable
from ruletrail.problems import Fix, Mark, Problem, quote, quote_to_write, refusal, term
from ruletrail.rulebooks.entries import (
    Basis,
    Clause,
    DayOf,
    Display,
    Evidence,
    Language,
    Rounding,
    Sentence,
    Template,
    find_stray_brace,
    parse_template,
)
from ruletrail.rulebooks.merging import FOR_EACH_VALUE, unfill
from ruletrail.suggestions import LONGEST_NAME, is_for_all, plain_word
from ruletrail.values import (
    NotEncoded,
    RoundingMode,
    Value,
    is_like_date,
    is_plain_number,
    read_date,
    read_number,
)

MOST_TOKENS = 200_000
"""Of all formulas and conditions of a rulebook, those of each entry that `for_each` writes."""

_FIRST_CODE = re.compile(r"\{{1,2} *([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)")
_YAML_SIGNS, _OPENING = re.compile(r"[,\[\]{}]"), ("'", '"', "[", "{")
_LANGUAGES = ("it", "en")
_OF_SENTENCES = frozenset({*_LANGUAGES, "source", "evidence", "note"})
"""All that a sentence may have."""
_TYPES = frozenset({"number", "text", "boolean", "date"})
_OF_ITEMS = ("items-of-list", "items-compared", "interval-in-list")
"""The hints for a list that is where it should be, and holds what it should not."""
_SUGGESTING = frozenset({"unknown-code", "unknown-function"})


def to_problem(finding: Finding, node: ScalarNode, whole: str = "") -> Problem:
    """Give a finding of a formula the mark that its offset has in the file.

    `whole` is what `settle_quotes` gives: what mends the finding is then the formula in quotes.
    """
    mark = mark_at(node, finding.offset)
    if node.template is not None:
        from ruletrail.rulebooks.filled_texts import put_names_back  # noqa: PLC0415 - rare

        finding = put_names_back(finding, node)
    problem = describe(_in_whole(finding, node), mark)
    if whole and finding.mended is not None:
        problem = replace(problem, fixes=(Fix(node.mark, node.text, whole),))
        if not _must_be_quoted(finding.mended, node, finding.offset):
            return problem
        details = {**problem.details, "instead": quote_to_write(whole)}
        return replace(problem, details=details, suggestion="", advice="formula-in-quotes")
    fix = _fix(finding, mark, node)
    return replace(problem, fixes=(fix,)) if fix is not None else problem


def _in_whole(finding: Finding, node: ScalarNode) -> Finding:
    """Say the whole formula in quotes where what is left to the author to write needs some."""
    is_left = finding.mended is None and bool(finding.old) and bool(finding.instead)
    if not is_left or not node.inline or not _must_be_quoted(finding.instead, node, finding.offset):
        return finding
    from ruletrail.documents import write_quoted  # noqa: PLC0415 - rare, as the next
    from ruletrail.formulas.habits import apply_mended  # noqa: PLC0415

    written = apply_mended(node.text, [replace(finding, mended=finding.instead)])
    return replace(finding, instead=write_quoted(written))


def say_otherwise(text: str, node: ScalarNode) -> str:
    """Tell a case or an exception for all others; return the hint of what stands for it here."""
    pointer = node.mark.pointer or ""
    if not pointer.endswith("/when") or not is_for_all(text):
        return ""
    if "/exceptions/" in pointer:
        return "exception-base"
    return "case-otherwise" if "/cases/" in pointer else ""


def settle_quotes(findings: Sequence[Finding], node: ScalarNode) -> tuple[list[Finding], str]:
    """Write a formula with all that mends it in quotes, where YAML would read it otherwise.

    Nothing where it needs no quotes; where it needs some and is not written on one line, nothing
    mends it for certain either.
    """
    if all(finding.mended is None for finding in findings):
        return list(findings), ""
    from ruletrail.documents import in_quotes  # noqa: PLC0415 - rare, as the next
    from ruletrail.formulas.habits import apply_mended  # noqa: PLC0415

    mended = apply_mended(node.text, findings)
    if not _must_be_quoted(mended, node):
        return list(findings), ""
    if not node.inline:
        return [replace(finding, mended=None) for finding in findings], ""
    return list(findings), in_quotes(mended) or "'" + mended.replace("'", "''") + "'"


def write_in_place(formula: str, node: ScalarNode) -> str:
    """Write a formula as it may stand in the place of a scalar, in quotes where it needs them."""
    from ruletrail.documents import write_quoted  # noqa: PLC0415 - rare

    is_plain = node.style == "plain" and not _must_be_quoted(formula, node)
    return formula if is_plain or not node.inline else write_quoted(formula)


def _must_be_quoted(piece: str, node: ScalarNode, offset: int = 0) -> bool:
    """Tell whether YAML takes what is written at an offset for signs of its own, or for quotes."""
    is_cut = node.in_braces and _YAML_SIGNS.search(piece) is not None
    return node.style == "plain" and (is_cut or (offset == 0 and piece[:1] in _OPENING))


def _fix(finding: Finding, mark: Mark, node: ScalarNode) -> Fix | None:
    """Write down what mends a finding, in quotes that do not end the text around it."""
    if finding.mended is None:
        return None
    old, new, opening = finding.old or finding.text, finding.mended, node.mark.column - 1
    if node.mark.text[opening : opening + 1] == '"' and new not in old:
        if "'" in new:
            return None
        new = new.replace('"', "'")
    return Fix(mark, old, new)


def mark_at(node: ScalarNode, offset: int) -> Mark:
    """Return the mark of an offset in a scalar, written over several lines or by `for_each` too."""
    if node.template is not None:
        written = node.template
        return mark_at(written, unfill(written.text, node.chosen or {}, offset))
    return place_of(node, offset)


def describe(finding: Finding, mark: Mark) -> Problem:
    """Put a finding into a problem's terms."""
    show = quote if finding.code == "unit-clash" else _term  # units are the author's words
    details = {
        "text": quote(finding.text),
        "instead": quote_to_write(finding.instead),
        "expected": show(finding.expected),
        "found": show(finding.found),
    }
    if finding.code in _SUGGESTING and not finding.advice:
        return Problem(finding.code, mark, details, suggestion=finding.instead)
    advice = finding.advice or ("write-instead" if finding.instead else "")
    wording = ""
    if advice == RESERVED_WORD:
        wording = "row-word-reserved" if "." in finding.text else RESERVED_WORD
    if finding.code == "formula-in-list" and advice in _OF_ITEMS:
        wording = "list-of-more"
    return Problem(finding.code, mark, details, advice=advice, wording=wording)


def write_for_each(problem: Problem, old: str, offset: int, node: ScalarNode) -> Problem:
    """Tell to write with the names of `for_each` what stands for a piece that it wrote."""
    instead = problem.details.get("instead", "")
    if node.template is None or not instead:
        return problem
    from ruletrail.rulebooks.filled_texts import write_back  # noqa: PLC0415 - rare

    written = write_back(instead, old, offset, node)
    if written is None:
        return replace(problem, suggestion="", advice=FOR_EACH_VALUE)
    return replace(problem, details={**problem.details, "instead": written})


def _term(text: str) -> str:
    return term(text) if text in _TYPES else text


def parse_whole(
    text: str, language: int, lookups: Container[str]
) -> tuple[Formula | None, list[Finding]]:
    """Parse a formula, or find what is wrong with it and what makes it whole."""
    formula, findings = parse_formula(text, language, lookups)
    if any(finding.mended is not None for finding in findings):
        from ruletrail.formulas.mending import only_whole  # noqa: PLC0415 - rare

        findings = only_whole(text, findings, language, lookups)
    return formula, findings


@dataclass(slots=True)
class Gathering:
    """What is gathered while a rulebook is built: languages, status, problems."""

    locale: Language
    published: bool
    language: int
    """The version of the language that the formulas are written in."""
    lookups: Container[str] = ()
    """The codes of the rulebook's scales and tables."""
    day: DayOf | None = None
    """What decides among dated values that name no day of their own."""
    problems: list[Problem] = field(default_factory=list)
    root: Node | None = None
    """The whole rulebook, to say which of its entries is meant."""
    built: dict[object, tuple[KeyedTable, ...]] = field(default_factory=dict)
    """The contents of keyed tables by all that they are made of: many may name one file."""
    parsed: dict[str, tuple[Formula | None, list[Finding]]] = field(default_factory=dict)
    """Formulas by their texts, or what is wrong with them: `for_each` repeats the same."""
    tokens: dict[str, int] = field(default_factory=dict)
    """How many tokens the texts of formulas have."""
    spent: int = 0
    """How many tokens the formulas have that were read so far, each at each of its uses."""

    def spend(self, node: ScalarNode) -> None:
        """Count the tokens of a formula before it is parsed; raises `ProblemsError` past the limit.

        Whatever is done with formulas, right ones or wrong, takes a time for each of their tokens.
        """
        count = self.tokens.get(node.text)
        if count is None:
            count = self.tokens[node.text] = count_tokens(node.text)
        self.spent += count
        if self.spent > MOST_TOKENS:
            raise refusal("too-many-tokens", node.mark, limit=str(MOST_TOKENS))

    def parse(self, text: str) -> tuple[Formula | None, list[Finding]]:
        """Parse a formula, or find what is wrong with it and what mends it; each text once."""
        known = self.parsed.get(text)
        if known is None:
            known = self.parsed[text] = parse_whole(text, self.language, self.lookups)
        return known

    def note(self, code: str, mark: Mark, advice: str = "", /, **details: str) -> None:
        """Add a problem; the details are quoted."""
        quoted = {name: quote(text) for name, text in details.items()}
        self.problems.append(Problem(code, mark, quoted, "", advice))

    def note_repeated(self, code: str, mark: Mark, first: Mark) -> None:
        """Add that a code is taken already."""
        details = {"code": quote(code), "line": str(first.line)}
        self.problems.append(Problem("duplicate-code", mark, details))


def text_at(node: MappingNode | None, key: str) -> str:
    """Return the text under a key, or nothing."""
    return text_of(members_of(node).get(key))


def mapping_at(node: MappingNode, key: str) -> MappingNode | None:
    """Return the mapping under a key, if one stands there."""
    value = node.get(key)
    return value if isinstance(value, MappingNode) else None


def scalars_at(node: MappingNode, key: str) -> list[ScalarNode]:
    """List the scalars of the list under a key."""
    return [item for item in items_of(node.get(key)) if isinstance(item, ScalarNode)]


def entries_of(node: MappingNode, kind: str) -> list[tuple[str, ScalarNode, MappingNode]]:
    """List the entries of one kind: code, key, mapping."""
    group = mapping_at(node, kind)
    if group is None:
        return []
    entries = [(code, it) for code, it in group.values.items() if isinstance(it, MappingNode)]
    return [(code, group.keys[code], entry) for code, entry in entries]


def build_basis(gathering: Gathering, entry: MappingNode) -> Basis:
    """Read what an entry rests on."""
    source = entry.get("source")
    written = [source] if isinstance(source, ScalarNode) else scalars_at(entry, "source")
    evidence = text_at(entry, "evidence") or None
    if evidence == "assumed" and gathering.published:
        gathering.note("assumed-in-published", cast("ScalarNode", entry.get("evidence")).mark)
    sources, marks = tuple(item.text for item in written), tuple(item.mark for item in written)
    return Basis(sources, cast("Evidence | None", evidence), text_at(entry, "note"), marks)


def build_clause(gathering: Gathering, node: Node | None) -> Clause | None:
    """Read a formula, a condition, or why it is not encoded; None when absent or wrong."""
    if isinstance(node, MappingNode):
        reason = node.get("not_encoded")
        # of an entry whose code is none the schema told nothing of what is in it
        if not isinstance(reason, ScalarNode):
            return None
        return Clause(NotEncoded((reason.text,)), reason)
    if not isinstance(node, ScalarNode):
        return None
    gathering.spend(node)
    formula, findings = gathering.parse(node.text)
    gathering.problems += tell_formula(findings, node)
    return Clause(formula, node) if formula is not None else None


def tell_formula(findings: Sequence[Finding], node: ScalarNode) -> list[Problem]:
    """Tell what is wrong with a formula that was not parsed."""
    findings, whole = settle_quotes(findings, node)
    problems = [to_problem(finding, node, whole) for finding in findings]
    otherwise = say_otherwise(node.text.strip(), node) if problems else ""
    if otherwise:
        problems = [replace(problems[0], suggestion="", advice=otherwise)]
    if not all(problem.fixes for problem in problems):
        # what makes a formula whole is all of it, or nothing
        problems = [replace(problem, fixes=()) for problem in problems]
    return _join_semicolons(problems)


def _join_semicolons(problems: list[Problem]) -> list[Problem]:
    """Tell of the semicolons of a formula once, with what mends each."""
    told = [each for each in problems if each.code == "formula-semicolon"]
    if len(told) < 2:  # noqa: PLR2004 - one is told as it is
        return problems
    # a formula that needs quotes is mended whole, by the same piece for each
    fixes = tuple(dict.fromkeys(fix for each in told for fix in each.fixes))
    return [
        replace(each, fixes=fixes) if each is told[0] else each
        for each in problems
        if each is told[0] or each.code != told[0].code
    ]


def build_clause_or_reason(
    gathering: Gathering, entry: MappingNode, code: str, mark: Mark, key: str, *, advice: str = ""
) -> Clause | None:
    """Read the clause under a key or the `not_encoded` in its place, exactly one of the two."""
    reason = entry.get("not_encoded")
    if entry.get(key) is not None and reason is not None:
        gathering.note("conflicting-keys", reason.mark, first=key, second="not_encoded")
        return None
    if isinstance(reason, ScalarNode):
        return Clause(NotEncoded((reason.text,)), reason)
    if entry.get(key) is None:
        gathering.note("incomplete-entry", mark, advice, code=code, key=key)
        return None
    return build_clause(gathering, entry.get(key))


def build_sentence(gathering: Gathering, node: Node | None) -> Sentence | None:
    """Read a message in the languages that the author gave."""
    if not isinstance(node, MappingNode):
        return None
    written = ((language, node.get(language)) for language in _LANGUAGES)
    nodes = {language: text for language, text in written if isinstance(text, ScalarNode)}
    templates = {}
    for language, text in nodes.items():
        template = build_template(gathering, text)
        if template is not None:
            templates[language] = template
    # a language that is called otherwise is told with its key
    if gathering.locale not in nodes and node.keys.keys() <= _OF_SENTENCES:
        details = {"language": term(gathering.locale)}
        gathering.problems.append(Problem("message-language", node.mark, details))
    return Sentence(templates, nodes, build_basis(gathering, node), node.mark)


def build_template(gathering: Gathering, text: ScalarNode) -> Template | None:
    """Read a template; None where a brace in it holds anything but a name."""
    template = parse_template(text.text)
    if template is None:
        begin, piece = find_stray_brace(text.text)
        problem = _stray_brace(piece, mark_at(text, begin), gathering)
        gathering.problems.append(write_for_each(problem, piece, begin, text))
    return template


def _stray_brace(piece: str, mark: Mark, gathering: Gathering) -> Problem:
    """Say what to write in the place of a piece in braces that holds more than a code."""
    inner = piece.strip("{}").strip()
    if inner.endswith(")") and "(" in inner:
        details = {"text": quote(piece), "instead": quote_to_write(inner)}
        return Problem("template-form", mark, details, "", "template-formula")
    found = _FIRST_CODE.match(piece)
    # a word that goes on with another letter, as `mínimo` does, is no code from its beginning
    begun = found[1] if found is not None and not piece[found.end() :][:1].isalnum() else ""
    code = _entry_called(inner, gathering.root) or begun
    if not code:
        return Problem("template-form", mark, {"text": quote(piece)})
    details = {"text": quote(piece), "instead": quote_to_write(f"{{{code}}}")}
    return Problem("template-form", mark, details, "", "template-code")


def _entry_called(words: str, root: Node | None) -> str:
    """Return the one code that words are, but for accents and capitals, or that they label."""
    word, found = plain_word(words[:LONGEST_NAME]), set()
    for part in members_of(root).values():
        for code, entry in members_of(part).items():
            label = text_of(members_of(entry).get("label"))[:LONGEST_NAME]
            if word in (plain_word(code[:LONGEST_NAME]), plain_word(label)):
                found.add(code)
    return found.pop() if word and len(found) == 1 else ""


def whole_at(node: MappingNode, key: str) -> int:
    """Read a whole number that the schema has checked; `2.0` is one."""
    return int(read_number(text_at(node, key)) or 0)


def build_display(entry: MappingNode) -> Display | None:
    """Read how a value is shown."""
    node = mapping_at(entry, "display")
    if node is None:
        return None
    decimals = whole_at(node, "decimals") if node.get("decimals") is not None else None
    return Display(decimals, text_at(node, "grouping") != "false")


def build_rounding(gathering: Gathering, entry: MappingNode) -> Rounding | None:
    """Read how a rule rounds."""
    node = mapping_at(entry, "round")
    if node is None:
        return None
    for key in ("decimals", "mode"):
        if node.get(key) is None:
            gathering.note("missing-key", node.mark, key=key)
            return None
    return Rounding(whole_at(node, "decimals"), cast("RoundingMode", text_at(node, "mode")))


def build_value(node: ScalarNode, language: int) -> Value | None:
    """Read a parameter as the schema did: quoting makes a text, then number, then boolean.

    In language 2 four digits and a dash without quotes are a day; None where there is no such day.
    """
    if node.style == "quoted":
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    if language > 1 and is_like_date(node.text):
        return read_date(node.text)
    is_number = node.style == "number" or is_plain_number(node.text)
    number = read_number(node.text) if is_number else None
    return node.text if number is None else number
