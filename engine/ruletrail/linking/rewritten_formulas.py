"""What a formula that is told anew, `SE(a = SI; 1; 2)`, needs of its names: quotes, or `true`.

Parsing says how this language writes it; which of its words are texts is known here. What somebody
is told to write is then a formula that `check` accepts.
"""

from collections.abc import Iterator, Mapping, Sequence

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Finding, Signature, parse_formula
from ruletrail.formulas.foreign_words import translate_condition
from ruletrail.formulas.habits import LEFT_OUT, REWRITING, apply_mended
from ruletrail.formulas.type_checking import find_same_answer, infer_signature
from ruletrail.linking.names import Names, collect_names
from ruletrail.problems import Mark, Problem
from ruletrail.rulebooks import Rulebook, parse_whole, tell_formula
from ruletrail.schemas import Schema

_WORDS = ("formula-bare-text", "formula-word")
"""What is found of a word that is a text, or true or false, and no code."""
_CONDITIONS = ("when", "due", "expect")
"""The keys of what is true or false."""
_STAND_IN = "x"
"""A name as long as the sign for what the author did not say, so that the rest can be parsed."""


def complete_rewritten(
    problems: Sequence[Problem],
    resolved: MappingNode,
    rulebook: Rulebook,
    schema: Schema,
    signatures: Mapping[str, Signature],
) -> list[Problem]:
    """Put quotes, `true` and `false` into the formulas that problems tell somebody to write.

    `signatures` are those of the names where they were linked.
    """
    told = list(problems)
    pointers = {each.pointer for each in told if each.advice in REWRITING}
    if not pointers:
        return told
    names = collect_names(rulebook, schema)
    names.signatures.update(signatures)
    rewriter = _Rewriter(rulebook, schema, names)
    places: dict[tuple[str, Mark], list[int]] = {}
    for at, each in enumerate(told):
        places.setdefault((each.code, each.mark), []).append(at)
    for node in _scalars(resolved):
        if (node.template or node).mark.pointer not in pointers:
            continue
        _, findings = parse_whole(node.text, rulebook.language, rulebook.lookups)
        completed = [rewriter.complete(each, node) for each in findings]
        before, after = tell_formula(findings, node), tell_formula(completed, node)
        for old, new in zip(before, after, strict=True):
            for at in places.get((old.code, old.mark), ()) if old != new else ():
                # what is wrong for each value of a `for_each` is told once
                again = told[at].again
                if told[at] == replace(old, again=again):
                    told[at] = replace(new, again=again)
    return told


def _scalars(node: Node) -> Iterator[ScalarNode]:
    """Yield all that is written in a tree."""
    waiting: list[Node] = [node]
    while waiting:
        match waiting.pop():
            case ScalarNode() as scalar:
                yield scalar
            case MappingNode(values=values):
                waiting += reversed(tuple(values.values()))
            case SequenceNode(items=items):
                waiting += reversed(items)


@dataclass(frozen=True, slots=True)
class _Rewriter:
    """What the words of a rulebook's formulas may be."""

    rulebook: Rulebook
    schema: Schema
    names: Names

    def complete(self, finding: Finding, node: ScalarNode) -> Finding:
        """Write what a finding says to write with its words as texts, or as true and false."""
        if finding.advice not in REWRITING or not finding.instead:
            return finding
        steps = (node.template or node).mark.pointer or ""
        instead, is_sure = self._complete(finding.instead, steps.split("/"))
        mended = instead if finding.mended is not None and is_sure else finding.mended
        return replace(finding, instead=instead, mended=mended)

    def _complete(self, written: str, way: Sequence[str]) -> tuple[str, bool]:
        """Write a formula with its words as what they are; tell whether that is certain."""
        language = self.rulebook.language
        whole = written.replace(LEFT_OUT, _STAND_IN)
        formula, _ = parse_formula(whole, language, self.rulebook.lookups)
        if formula is None:
            return written, True
        found, noted = infer_signature(formula, self.names.lookup, language)
        words = [each for each in noted if each.code in _WORDS and each.instead]
        is_sure = all(each.mended is not None for each in words)
        edits = [replace(each, mended=each.instead) for each in words]
        results = [
            replace(each, mended=said)
            for each in noted
            if each.code == "unknown-code" and (said := self._say(each.text, found, way))
        ]
        return apply_mended(written, [*edits, *results]), is_sure and not results

    def _say(self, word: str, found: Signature, way: Sequence[str]) -> str:
        """Write a yes or no that is a formula's value as the value is; empty for other words."""
        truth = translate_condition(word)
        declared = self.schema.fields.get(way[2]) if len(way) > 2 else None  # noqa: PLR2004 - its part, its code
        kind = "boolean" if way[-1] in _CONDITIONS else found.type
        if kind == "unknown":
            kind = declared.type if declared is not None else "text"
        if not truth or kind not in ("boolean", "text"):
            return ""
        choices = declared.choices if declared is not None else ()
        meant = word if word in choices else find_same_answer(word, choices)
        return truth if kind == "boolean" else f'"{meant or word}"'
