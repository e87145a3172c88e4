"""The reader of plain YAML says what PyYAML says, mark for mark, or nothing."""

import os
from random import Random

import pytest

from ruletrail.documents import REPORT_LIMITS, MappingNode, SequenceNode
from ruletrail.documents.plain_yaml_reader import read_plain
from ruletrail.documents.yaml_reader import read_yaml
from support.places import ROOT

FILES = [
    path
    for folder in ("examples", "rulebooks", "tests", "schemas")
    for path in sorted((ROOT / folder).rglob("*.y*ml"))
]
PLAIN = ["jesi-2024.yaml", "jesi-2024-incompleto.yaml", "livorno-2024.yaml"]


def shape(node):
    """Write everything that a tree holds, marks' texts included, which `==` leaves out."""
    place = (node.mark.file, node.mark.line, node.mark.column, node.mark.text)
    if isinstance(node, MappingNode):
        return place, [(shape(node.keys[key]), shape(value)) for key, value in node.values.items()]
    if isinstance(node, SequenceNode):
        return place, [shape(item) for item in node.items]
    return place, node.text, node.style, node.inline


def agrees(text):
    """Compare the two; tells whether the plain reader answered at all."""
    found = read_plain(text, "a.yaml", REPORT_LIMITS)
    if found is not None:
        tree, problems = read_yaml(text, "a.yaml", REPORT_LIMITS)
        assert not problems, (text, problems)
        assert shape(found) == shape(tree), text
    return found is not None


@pytest.mark.parametrize("name", PLAIN)
def test_the_examples_are_plain(name):
    assert agrees((ROOT / "examples" / name).read_text("utf-8"))


def test_every_document_here_is_read_alike():
    texts = [
        path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        for path in FILES
    ]
    assert sum(map(agrees, texts)) > len(PLAIN)


PLAIN_TEXTS = [
    "a: 1",
    "a: 1\n\n# end",
    "a: L'Aquila, 12.50 (AQ)   # where\nb:\n  c: SI\n",
    "a:\n    - x\n    - \"y # no comment\"   # one\n    - 'it: is'\nb: -5",
    "a: {b: c, d: 'e, f', g: \"h}\"}  # one\n",
    "a: >-\n  # no comment: text\n  - and: this\n\nb: true\n",
    "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
    "a:\n  b: >-\n    x\n\n  c: {d: 1, e: x y}\nf:\n  - >-\n    g\n  - h\n",
    "a: città (AN)",
]
OTHER_TEXTS = [
    "", "# only", "a", "a:", "a: null", "a: 007", "a: ~", "a: b: c", "a: b\n c", "a: b\n  c: d",
    " a: 1", "a: 1\n b: 2", "- a", "a:\n- b", "a: [b]", "a: &x b", "a: *x", "a: !t b", "a: |\n  b",
    "a: >\n  b", "a: >-\n  b\n\n  c", "a: >-\n  b\n   c", "a: >-\n  b\n\n  # c",
    "a: >-\n    b\n  # c", "a: >-\nb: 1", "a: >-\n  b \n  c",
    "a:\n  b: >-\n    x\n  \n    # y\n  c: 1", "a: 1\na: 2", "a: {b: 1, b: 2}", "a: {b: 1,}",
    "a: {}", "---\na: 1", "a: 1\n...", "%YAML 1.2\n---\na: 1", "a:\tb", "a: 'b''c'", 'a: "b\\n"',
    'a: "b\n  c"', "a: 'b' c", "a: b #c: d", "a: {b: c\n}", "? a\n: b", "'a': 1", "à: 1",
    "a:\n  - b\n  c: d", "a:\n  b: 1\n - c", "a:\n  - b: c", "a: <<", "<<: a", "a: \u2028b",
    "a: b\u00a0c", "a: {null: b}", "null: a", "a: {b: 0123}", "a: @b", "a: `b`", "a: b:", "a: -",
    "a: - b", "a:\n  - - b", "a: {b: c} d", "a: \ufeffb", "a: città – no",
]  # fmt: skip


PIECES = [
    "",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n  \n    # c",
    ": ",
    " #",
    "- ",
    ">-",
    "'",
    '"',
    "{",
    "}",
    ",",
    "x",
    "0",
]


@pytest.mark.parametrize("text", [*PLAIN_TEXTS, *OTHER_TEXTS], ids=repr)
def test_each_form_is_read_alike_or_left_to_pyyaml(text):
    assert agrees(text) or text not in PLAIN_TEXTS


def test_documents_changed_anywhere_are_read_alike():
    """Characters and lines of plain documents are dropped, doubled, moved, put in, from seeds."""
    answered = 0
    for seed in range(int(os.environ.get("RULETRAIL_SEEDS", "6000"))):
        random = Random(seed)  # noqa: S311 - the same documents each time
        text = random.choice([*PLAIN_TEXTS, "\n".join(random.sample(PLAIN_TEXTS, 2))])
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(text) + 1)
            size = random.randrange(3)
            new = random.choice([*PIECES, text[at : at + 5]])
            text = text[:at] + new + text[at + size :]
        answered += agrees(text)
    assert answered > 100
