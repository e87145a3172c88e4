"""`ruletrail fmt`: one form for each document, the same meaning, every comment where it belongs."""

import gc
import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from ruletrail.cli import check as cli_check
from ruletrail.cli import fmt as cli_fmt
from ruletrail.documents import RULEBOOK_LIMITS, read_text
from ruletrail.formatter import format_document, writing
from ruletrail.formatter.pieces import (
    Collection,
    Comments,
    Member,
    Place,
    Scalar,
    attach_comments,
)
from ruletrail.formatter.writing import Writer
from ruletrail.problem_texts import HINTS
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.places import ROOT
from support.plain_yaml import load_yaml
from support.rulebooks import HEAD_TEXT, schema_of

SHIPPED = sorted([*ROOT.glob("rulebooks/*/*.yaml"), ROOT / "examples" / "garden" / "garden.yaml"])

WRITTEN = """\
# what this is

version: 1.0.0
language:   1
rules:
    # the sum
    A:
        formula: 'x + y'   # two fields


        label: "A"
        # how it is rounded
        round: { mode: half_up , decimals: 2 }
        # nothing follows
    "{r}_b":
        for_each: {r: [q,p]}
        note: |
              one
                two

              three
        formula: >-   # folded
          {r} +
          1
groups:
  g: [a,  # first
      b,
      # second last
      c]  # end
checks: {c: {severity: error, expect: a > 1}}
sections:
    s:
        fields:
        - a
        # of the second
        -   b
        due: true
# the end
"""
CANONICAL = """\
# what this is

language: 1
version: 1.0.0
groups:
  g: [a,  # first
    b,
    # second last
    c]    # end
rules:
  # the sum
  A:
    label: "A"
    formula: "x + y"       # two fields
    # how it is rounded
    round: {decimals: 2, mode: half_up}
    # nothing follows
  "{r}_b":
    for_each: {r: [q, p]}
    formula: >-       # folded
      {r} +
      1
    note: |
      one
        two

      three
sections:
  s:
    due: true
    fields:
      - a
      # of the second
      - b
checks: {c: {expect: a > 1, severity: error}}
# the end
"""


def test_form_and_comments():
    """Keys in order, two spaces a level, each comment with what it speaks of."""
    assert format_document(WRITTEN, "w.yaml") == CANONICAL


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_documents(path: Path):
    """They are in canonical form, which is written the same again."""
    text = path.read_text(encoding="utf-8")
    assert format_document(text, path.name) == text


def _comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def test_order_of_codes_stays():
    """Codes, variables and elements of a form stand as the author put them."""
    text = (
        "language: 1\nrules:\n  z: {formula: 1}\n"
        "  label: {for_each: {z: [b], a: [c]}, formula: z}\n  a: {formula: 2}\n"
    )
    assert format_document(text, "w.yaml") == text
    examples = (
        "test: 1\nexamples:\n  - {name: a, change: {note: 1, label: 2, expect: 3}, expect: "
        "{values: {note: 2, label: 1}}}\n"
    )
    assert format_document(examples, "w.yaml") == examples


def _format(text: str) -> tuple[str | None, set[str]]:
    try:
        return format_document(text, "w.yaml"), set()
    except ProblemsError as error:
        return None, {problem.code for problem in error.problems}


@pytest.mark.parametrize("seed", range(60))
def test_comments_anywhere(seed: int):
    """A comment put at the end of any line, or on a line of its own, survives.

    Or the document is refused, never harmed.
    """
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    lines = WRITTEN.splitlines()
    for number in range(8):
        at = chance.randrange(len(lines))
        if chance.random() < 0.5:
            lines[at] += f"  # at {number}"
        else:
            lines.insert(at, " " * chance.randrange(10) + f"# alone {number}")
    text = "\n".join(lines)
    written, refused = _format(text)
    if written is None:
        assert refused <= {"format-unsafe", "yaml-syntax"}
        return
    assert format_document(written, "w.yaml") == written
    assert load_yaml(written) == load_yaml(text)
    inside = str(load_yaml(text))
    for number in range(8):
        assert (
            f"# at {number}" in written or f"# alone {number}" in written or f" {number}" in inside
        )


@pytest.mark.parametrize(
    "text",
    [
        'language: 1\nnote: "a # b"\ntitle: it\'s # here\n',
        "language: 1\nnote: 'say \"no\"'\ntitle: 'it''s'\nversion: NO\n",
        'language: 1\nnote: "two\n\n  lines \\\n  and a half"\n',
        "language: 1\nnote: |2+\n   x\n\n\n",
        "language: 1\nrules:\n- - a\n  - b\n-\n  # c\n  k: 1\n",
        "---\nlanguage: 1 # x\n...\n",
        "--- # x\nlanguage: 1\n... # y\n# z\n",
        "language: 1\nrules:\n  ? | # c\n    k\n  # d\n  : v # e\n",
        'language: 1\nrules:\n  ? one\n    two # c\n  : v\n  ? >\n  : "w"\n',
        "language: 1\nnote: one\u00a0\n  \u00a0two\u00a0\n  \u00a0\n\n  \u00a0three\n",
        "language: 1\nnote: 'one\u00a0\n  \u00a0\n\n  \u00a0three'\n",
        "language: 1\nrules:\n  - \u00a0#k: 1\n    b: 2\n",
        "language: 1\nrules: {? 'one\n  two' : v}\n",
        "language: 1\r\nnote: >\r\n  a\r\n\r\n  b\r\n",
        "language: 1\nrules: {a: {formula: [x,\n  'y'], when: {}}, \"b\": []}\n",
        "\ufefflanguage: 1\nnote: 'a\u2028b'\n",
    ],
)
def test_odd_documents(text: str):
    """Every style of YAML comes out with the same content, twice the same."""
    written = format_document(text.removeprefix("\ufeff"), "w.yaml")
    assert load_yaml(written) == load_yaml(text.removeprefix("\ufeff"))
    assert _scan_comments(written) == _scan_comments(text.removeprefix("\ufeff"))
    assert format_document(written, "w.yaml") == written


MARGINAL = [
    "language: 1\ntitle: Due\tparole\n",
    "language: 1\nf\t: 1\n",
    "language: 1\n'f'\t: 1\n",
    "language: 1\nrules: {a\tb: 1}\n",
    "language: 1\nrules: [a\tb]\n",
    "language: 1\ntitle:\tDue\n",
    "language: 1\ntitle: Due\t\n",
    "language: 1\ntitle: Due\t# remark\n",
    "language: 1\ntitle: Due\n  \tparole\n",
    "language: 1\nrules:\n  a:\n    formula: x\t+ y\n",
    'language: 1\nrules: ["a":1]\n',
]
"""What the strictest readers of YAML refuse, and ours takes: tabs, a key without a blank."""


@pytest.mark.parametrize("text", MARGINAL)
def test_what_the_reader_takes_is_formatted(text: str):
    """Nobody is told of YAML that `check` has nothing against; a tab within a text stays."""
    assert read_text(text, "a.yaml", RULEBOOK_LIMITS)[1] == []
    written = format_document(text, "w.yaml")
    assert load_yaml(written) == load_yaml(text)
    assert format_document(written, "w.yaml") == written
    margins = [re.match(r"[ \t]*", line) for line in written.split("\n")]
    assert not any(found is not None and "\t" in found[0] for found in margins)


@pytest.mark.parametrize("text", ['{"language": 1, "title": "\\ud83d\\ude00"}', '["language"]'])
def test_json_has_no_form(text: str):
    """It is not cut as YAML, which reads half characters otherwise."""
    with pytest.raises(ProblemsError) as caught:
        format_document(text, "w.json")
    assert [each.code for each in caught.value.problems] == ["format-kind"]


def test_a_large_tree_makes_no_cycles_that_somebody_has_to_find():
    """The command runs without Python's search for them, which took half of its time."""
    rows = "".join(f"      - {{k: {at}, value: {at}}}  # {at}\n" for at in range(200))
    text = f"language: 2\ntables:\n  t:\n    by: [k]\n    rows:\n{rows}"
    format_document(text, "w.yaml")
    gc.collect()
    gc.disable()
    try:
        format_document(text, "w.yaml")
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("{value: 1, label: x\n  }", "{label: x, value: 1}"),
        ("{\n  value: 1, label: x}", "{\n    value: 1, label: x}"),
        ("{value:\n  1, label: x}", "{label: x, value: 1}"),
        ("{value: 1,\n  label: x}", "{value: 1,\n    label: x}"),
        ("{value: 1, label: x,\n  }", "{label: x, value: 1}"),
        ("{value: [\n  ], label: {b: 1\n  }}", "{label: {b: 1}, value: []}"),
        ("{value: 1, label: x y\n  z}", "{value: 1, label: x y\n    z}"),
        ("{value: 1, round: {mode: up, decimals: 2\n  }}", None),
        ("{value: 1, label: x  # remark\n  }", "{value: 1, label: x  # remark\n    }"),
        ("{value: 1, label: x\n  # alone\n  }", "{value: 1, label: x\n    # alone\n    }"),
    ],
)
def test_brackets_have_one_form(written: str, form: str | None):
    """The order of keys is that of the brackets as they come out, on one line or on several."""
    form = form or "{value: 1, round: {decimals: 2, mode: up}}"
    once = format_document(f"language: 1\nrules:\n  a: {written}\n", "w.yaml")
    assert once == f"language: 1\nrules:\n  a: {form}\n"
    assert format_document(once, "w.yaml") == once


MUTATIONS = [
    *("\n  ", "\n", "\n\n", "  ", "\t", "# c", "  # c\n    ", "{", "}", "[", "]", ", "),
    *(",\n      ", ": ", "- ", "? ", "'", '"', "|\n", ">-\n", "x", "label: ", "value: 1, "),
    *("~", "\\", "\u2028"),
]


@pytest.mark.parametrize("seed", range(40))
def test_a_second_run_changes_nothing(seed: int):
    """Whatever is put into or cut out of a document: refused, or in the form that stays.

    Nothing else is raised, and what comes out means the same.
    """
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    bases = [WRITTEN, CANONICAL, BRACKETS, SHIPPED[0].read_text(encoding="utf-8")[:1500]]
    for _ in range(25):
        text = chance.choice(bases)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(text))
            gone = chance.choice([0, 0, 0, 1, 5])
            text = text[:at] + chance.choice(MUTATIONS) * (gone < 5) + text[at + gone :]
        once, refused = _format(text)
        assert (once is None) == bool(refused)
        if once is not None:
            assert format_document(once, "w.yaml") == once
            assert _load(once) == _load(text)


def _load(text: str) -> object:
    # libyaml, as our reader has it: PyYAML's own parser is stricter about tabs
    return yaml.load(text, Loader=yaml.CSafeLoader)


BRACKETS = """\
language: 1
rules:
  a: {value: 1, label: x, round: {mode: up, decimals: 2}, when: [b, c]}
  b: {formula: "x + y", label: 'it', message: {it: a, due: b}}
  c:
    {value: 1, unit: z,
     note: two
     lines, label: y}
decisions: {d: {cases: [{when: a, outcome: b}, {when: c, outcome: d}], label: e}}
"""


def test_command_writes_and_checks(tmp_path: Path):
    """`--check` shows and changes nothing.

    Without it the file is written, and then there is nothing to do.
    """
    path = tmp_path / "w.yaml"
    path.write_text("version: 1.0.0\nlanguage: 1\n", encoding="utf-8")
    status, out, err = call("fmt", "--check", str(path))
    assert (status, "+language: 1" in out, "not in canonical form" in err) == (1, True, True)
    assert path.read_text(encoding="utf-8") == "version: 1.0.0\nlanguage: 1\n"
    assert call("fmt", str(path))[0] == 0
    assert path.read_text(encoding="utf-8") == "language: 1\nversion: 1.0.0\n"
    before = path.stat().st_ino
    assert call("fmt", str(path)) == (0, "", "")
    assert call("fmt", "--check", str(path)) == (0, "", "")
    assert path.stat().st_ino == before, "a file in canonical form is not written again"


def test_links_and_permissions_stay(tmp_path: Path):
    """A link still leads to the file, and the file is as private as it was."""
    path, link = tmp_path / "w.yaml", tmp_path / "link.yaml"
    path.write_text("version: 1\nlanguage: 1\n", encoding="utf-8")
    path.chmod(0o600)
    link.symlink_to(path)
    assert call("fmt", str(link))[0] == 0
    assert link.is_symlink()
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == (
        "language: 1\nversion: 1\n",
        0o600,
    )


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_new_writes_is_canonical(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A beginner's files need no formatting."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "small/2030", "--layout", "--lang", language)[0] == 0
    files = sorted(str(path) for path in tmp_path.glob("rulebooks/**/*.yaml"))
    assert (len(files), call("fmt", "--check", *files)) == (3, (0, "", ""))


def test_what_is_shown_is_canonical():
    """The examples' rulebooks and tests, and those that the guides have one write."""
    files = [*ROOT.glob("examples/**/*.yaml")]
    texts = {str(path): path.read_text(encoding="utf-8") for path in files}
    for guide in ROOT.glob("docs/guide/*.md"):
        text = guide.read_text(encoding="utf-8")
        blocks = re.finditer(r"(?ms)^```yaml (\S+)\n(.*?)^```", text)
        texts |= {f"{guide} {at} {each[1]}": each[2] for at, each in enumerate(blocks)}
    kinds = re.compile("(?m)^(language|test|layout):")
    shown = {name: text for name, text in texts.items() if kinds.search(text)}
    assert len(shown) > 15
    assert [name for name, text in shown.items() if format_document(text, name) != text] == []


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path):
    """The good one is written, the bad one is a problem and stays."""
    good, bad = tmp_path / "a.yaml", tmp_path / "b.yaml"
    good.write_text("version: 1\nlanguage: 1\n", encoding="utf-8")
    bad.write_text("language: 1\nlanguage: 2\n", encoding="utf-8")
    status, _, err = call("fmt", str(bad), str(good))
    assert (status, "[repeated-key]" in err) == (2, True)
    assert good.read_text(encoding="utf-8") == "language: 1\nversion: 1\n"
    assert bad.read_text(encoding="utf-8") == "language: 1\nlanguage: 2\n"


@pytest.mark.parametrize("words", [("fmt",), ("check", "--fix")])
def test_what_somebody_writes_meanwhile_is_not_lost(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The file stays as it was written last, and the command says so."""
    (tmp_path / "schema.json").write_text(json.dumps(schema_of({"A": "number"})), "utf-8")
    path = tmp_path / "prova.yaml"
    text = f'{HEAD_TEXT}rules:\n  R: {{label: R, formula: "A = 1"}}\n\n\n\n'
    path.write_text(text, "utf-8")
    later = f"{text}# later\n"
    for module, name in ((cli_check, "mend"), (cli_fmt, "format_document")):
        act = getattr(module, name)

        def meanwhile(*given: Any, act: Any = act) -> Any:
            path.write_text(later, "utf-8")
            return act(*given)

        monkeypatch.setattr(module, name, meanwhile)
    status, out, err = call(*words, path)
    assert status == 2
    assert "[output-unwritable]" in out + err
    assert HINTS["file-changed"]["en"] in out + err
    assert path.read_text("utf-8") == later
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


# -- Lifting to a later language -------------------------------------------------------------------

EARLIER = """\
# of the office
version: 1.0.0
language: 1   # the first
rulebook: prova
edition: "2024"
status: draft
title: Prova
report: s.json
parameters: {giorno: {value: 2024-05-31}}
groups: {g: [A, b]}
rules:
  b: {formula: A, when: A > 1}
  c: {formula: A > 1}
checks:
  e: {expect: c, severity: error}
"""
FORM = """{"properties": {"fields": {"properties": {"A": {"type": "number"},
"DAY": {"type": "string", "format": "date"},
"S": {"type": "string", "oneOf": [{"const": "si", "title": "Sì"}, {"const": "no"}]}}}}}"""


def _lift(folder: Path, text: str, *options: str, form: str = FORM) -> tuple[int, list[str], str]:
    """Lift a rulebook; give the status, what was told by code and line, and the file after it."""
    path = folder / "r.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "s.json").write_text(form, encoding="utf-8")
    status, out, _ = call("fmt", "--language", "2", "--format", "json", *options, str(path))
    problems = json.loads(out)["problems"] if out else []
    told = [f"{each['code']}:{each['line']}" for each in problems]
    return status, told, path.read_text(encoding="utf-8")


def test_lifting_changes_the_head_and_nothing_else(tmp_path: Path):
    """The file is what `fmt` makes of it, but for the number; lifted again it stays as it is."""
    status, told, written = _lift(tmp_path, EARLIER)
    assert (status, told) == (0, [])
    assert written == format_document(EARLIER, "r.yaml").replace("language: 1", "language: 2")
    assert "language: 2   # the first" in written
    assert call("fmt", "--language", "2", str(tmp_path / "r.yaml")) == (0, "", "")
    assert call("check", str(tmp_path / "r.yaml"))[0] == 0


def test_lifting_can_be_looked_at_first(tmp_path: Path):
    """`--check` shows what would be written and what changes, by the lines that are there."""
    text = EARLIER.replace("formula: A > 1", "formula: sum(g) > 1")
    status, told, written = _lift(tmp_path, text, "--check")
    assert (status, told, written) == (1, ["group-leaves-out:13"], text)
    lift = ("fmt", "--language", "2", "--check", str(tmp_path / "r.yaml"))
    status, out, err = call(*lift)
    assert (status, "+language: 2   # the first" in out) == (1, True)
    # its form may well be the canonical one of the language that it is in
    assert ("is not in language 2 yet" in err, "canonical" in err) == (True, False)
    assert "non è ancora nel linguaggio 2" in call(*lift, "--lang", "it")[2]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("formula: A > 1}", "formula: sum(g) > 1}", ["group-leaves-out:13"]),
        ("formula: A > 1}", 'formula: giorno == "x"}', None),
        ("formula: A > 1}", "formula: giorno == giorno}", ["language-changes:9"]),
        ("formula: A > 1}", "formula: DAY == DAY}", ["language-changes:8"]),
        ("formula: A > 1}", 'formula: DAY == "2024-05-31"}', None),
        ("giorno: {", "year: {", None),
        ("  c: {", "  any: {", None),
        ("2024-05-31", "2024-02-30", None),
        ("error}", "error, message: {it: '{S} {A}'}}", ["language-changes:15"]),
    ],
)
def test_what_another_language_means_is_told(
    old: str, new: str, told: list[str] | None, tmp_path: Path
):
    """What does not link is refused and stays; what links and means something else is told."""
    text = EARLIER.replace(old, new)
    text = text.replace("expect: c,", "expect: any,") if "any:" in text else text
    status, found, written = _lift(tmp_path, text)
    if told is None:
        assert (status, written) == (2, text)
        assert found
    else:
        assert (status, found) == (0, told)
        assert "language: 2" in written


def test_a_field_with_a_name_of_the_later_language_keeps_a_rulebook_back(tmp_path: Path):
    """It is the form that would have to change, and the problem says which code."""
    form = FORM.replace('"S"', '"size"')
    status, told, written = _lift(tmp_path, EARLIER, form=form)
    assert (status, told, written) == (2, ["code-reserved:3"], EARLIER)


def test_layouts_and_examples_have_no_language_to_lift(tmp_path: Path):
    """They are formatted; another file that is refused keeps none of them back."""
    examples = tmp_path / "r.test.yaml"
    examples.write_text("rulebook: prova/2024\ntest: 1\n", encoding="utf-8")
    status, out, _ = call("fmt", "--language", "2", str(tmp_path / "no.yaml"), str(examples))
    assert (status, out) == (2, f"{examples.as_posix()}\n")
    assert examples.read_text(encoding="utf-8") == "test: 1\nrulebook: prova/2024\n"


def test_an_inherited_sum_is_told_where_it_stands(tmp_path: Path):
    """A base of language 1 stays as it is: its formulas are read by the language that is loaded."""
    base = EARLIER.replace("formula: A > 1", "formula: sum(g) > 1")
    (tmp_path / "base.yaml").write_text(base.replace("prova", "base"), encoding="utf-8")
    own = EARLIER[: EARLIER.index("parameters")] + "extends: base/2024@1.0.0\n"
    status, told, written = _lift(tmp_path, own)
    assert (status, told) == (0, ["group-leaves-out:13"])
    assert "language: 2" in written
    assert "language: 1" in (tmp_path / "base.yaml").read_text(encoding="utf-8")


def test_a_long_line_is_joined_once():
    """What adds to a line anew for each of its members copies the square of their number."""

    def seconds(members: int) -> float:
        place = Place(0, 0, 0)
        items = [Member(None, Collection(False, True, place, place)) for _ in range(members)]
        line = Member(
            Scalar("g", "", "g", place, place), Collection(False, True, place, place, items)
        )
        root = Collection(True, False, place, place, [line])
        writer = Writer("rulebook", attach_comments(Comments([], {}), root))
        begun = time.process_time()
        assert writer.write(root) == f"g: [{', '.join(['[]'] * members)}]\n"
        return time.process_time() - begun

    small = min(seconds(40_000) for _ in range(3))
    assert min(seconds(160_000) for _ in range(2)) < 8 * small


class _Comments(yaml.SafeLoader):
    """PyYAML's own scanner, which notes what it passes over: it knows nothing of pieces."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.found: list[str] = []

    def scan_to_next_token(self) -> None:
        begun = self.pointer
        super().scan_to_next_token()
        self._note(begun)

    def scan_block_scalar_ignored_line(self, start_mark: object) -> None:
        begun = self.pointer
        super().scan_block_scalar_ignored_line(start_mark)
        self._note(begun)

    def _note(self, begun: int) -> None:
        passed = self.buffer[begun : self.pointer]
        self.found += [each.rstrip() for each in re.findall("#[^\n\x85\u2028\u2029]*", passed)]


def _scan_comments(text: str) -> list[str]:
    scanner = _Comments(text)
    while scanner.check_token():
        scanner.get_token()
    return sorted(scanner.found)


def _block_text(chance: random.Random, outer: int) -> list[str]:
    """Make a block text held at a column, and what may stand below it."""
    digit = chance.choice(["", "", "", "1", "2", "4"])
    margin = outer + (int(digit) if digit else chance.choice([1, 2, 4, 9]))
    remark = chance.choice(["", "", "", "  # of it"])
    lines = [chance.choice("|>") + digit + chance.choice(["", "", "-", "+"]) + remark]
    deeper = ["text", "# none", "   deeper", "", "  ", " \t", "\u00a0", "a: b", "- c"]
    blank = ["", " " * (margin - 1), " " * margin]
    lines += chance.choices(blank, k=chance.choice([0, 0, 0, 1, 2]))
    if chance.random() < 0.9:
        lines.append(" " * margin + chance.choice(["   first", "first"] if digit else ["first"]))
        others = [" " * margin + each for each in deeper]
        lines += chance.choices(others + blank, k=chance.randrange(4))
    below = ["", "", " ", *(" " * chance.randrange(margin + 1) + f"# {at}" for at in range(2))]
    return lines + chance.choices(below, k=chance.randrange(4))


def _document_of_block_texts(chance: random.Random) -> str:
    lines = ["language: 1", chance.choice(["title: 'x'# close", "title: x"]), "rules:"]
    for code in "ab":
        lines += chance.choice([[f"  {code}:"], [f"  {code}:", ""], ["", f"  {code}:  # x"]])
        for key in chance.sample(["note", "formula", "zeta", "source", "cases"], 3):
            held = chance.choice(["value", "text", "text", "list", "entry"])
            if held == "value":
                lines.append(
                    f"    {key}: " + chance.choice(["1", '"# 1"#close', "[1,#close\n  2]"])
                )
                continue
            head = {"text": f"    {key}: ", "list": "    - ", "entry": "    - k: "}[held]
            lines += [] if held == "text" else [f"    {key}:"]
            first, *others = _block_text(chance, 6 if held == "entry" else 4)
            lines += [head + first, *others]
    return "\n".join(lines) + chance.choice(["", "\n", "\n\n"])


@pytest.mark.parametrize("seed", range(8))
def test_what_stands_below_a_block_text(seed: int):
    """Where a block text ends is YAML's to say, and nothing below it is lost or refused.

    The cut once ended it by the column of its key, so a comment left of the text was cut away as
    indentation; and the proof could not see it, as it found the comments by the same cut.
    """
    chance = random.Random(seed)  # noqa: S311 - a test's own dice
    taken = 0
    for _ in range(60):
        text = _document_of_block_texts(chance)
        written, refused = _format(text)
        assert "format-unsafe" not in refused, text
        if written is None:
            continue
        taken += 1
        assert _scan_comments(written) == _scan_comments(text), text
        assert _load(written) == _load(text), text
        assert format_document(written, "w.yaml") == written, text
    assert taken > 20


@pytest.mark.parametrize(
    ("below", "form"),
    [
        # left of the text, and no longer than its indentation: it was cut away with that
        ("|\n{9}x\n{5}# c\n", "|\n{6}x\n{4}# c\n"),
        # left of the text, and longer: it was refused
        (">-\n{9}x\n{5}# comment\n", ">-\n{6}x\n{4}# comment\n"),
        # deep enough to be of the text, whatever it begins with
        ("|\n{5}x\n{5}# c\n", "|\n{6}x\n{6}# c\n"),
        ("|2\n{6}# c\n{5}# d\n", "|2\n{6}# c\n{4}# d\n"),
        ("|1\n{6}# c\n{5}# d\n", "|2\n{7}# c\n{6}# d\n"),
        # the deepest of blank lines is the indentation of a text of nothing else
        ("|\n{9}\n{6}# c\n", "|\n\n{4}# c\n"),
        # blank lines are of a text that keeps them, and of no other
        ("|+\n{5}x\n\n\n", "|+\n{6}x\n\n\n"),
        (">+\n{5}x\n\n{4}# c\n", ">+\n{6}x\n\n{4}# c\n"),
        ("|-\n{5}x\n\n\n", "|-\n{6}x\n\n"),
        # blanks beyond the indentation are part of what a text says
        ("|-\n{5}x\n{7}\n", "|-\n{6}x\n{8}\n"),
        # a comment needs no blank before it
        ("|#c\n{5}x\n", "|  #c\n{6}x\n"),
        ("'x'#c\n", '"x"  #c\n'),
        ("[x,#c\n{6}y]#d\n", "[x,  #c\n{6}y]  #d\n"),
    ],
)
def test_the_end_of_a_value(below: str, form: str):
    """A value ends where YAML ends it, and what stands after it is none of it."""
    blanks = {str(count): " " * count for count in range(10)}
    indents = re.compile(r"\{([0-9])\}")
    head, end = "language: 1\nrules:\n  a:\n    note: ", "  b: 1\n"
    text, expected = (
        head + indents.sub(lambda found: blanks[found[1]], each) + end for each in (below, form)
    )
    written = format_document(text, "w.yaml")
    assert re.sub("(?<=\\S) +#", "  #", written) == expected
    assert format_document(written, "w.yaml") == written
    assert _load(written) == _load(text)


def test_a_blank_line_moves_into_no_text():
    """What comes to stand below a text that keeps its blank lines has none above itself."""
    text = "language: 1\nrules:\n  a:\n    note: |+\n      x\n    # c\n\n    formula: 1\n\n  b: 1\n"
    written = format_document(text, "w.yaml")
    assert written == (
        "language: 1\nrules:\n  a:\n    # c\n\n    formula: 1\n    note: |+\n      x\n  b: 1\n"
    )
    assert format_document(written, "w.yaml") == written


@pytest.mark.parametrize("indicators", ["|", "|+", ">", "|2+", ">+2"])
def test_a_text_that_ends_the_file_without_a_line_break(indicators: str):
    """It has none at its end, and our last line break gives it none."""
    written = format_document(f"language: 1\nnote: {indicators}\n  x", "w.yaml")
    assert written == f"language: 1\nnote: {re.sub('[+]', '', indicators)}-\n  x\n"
    assert _load(written) == {"language": 1, "note": "x"}


def test_the_proof_of_comments_is_not_the_cut(monkeypatch: pytest.MonkeyPatch):
    """Whatever the cut loses, a comment that is lost is told, and nothing is written."""
    text = "language: 1\nnote: x\n# c\n"
    monkeypatch.setattr(writing, "find_comments", lambda *_: Comments([], {}))
    assert _format(text) == (None, {"format-unsafe"})


def test_a_line_break_of_yaml_alone():
    """Within a text it stays; at a text's end it cannot, and that is what the refusal says."""
    inside = "language: 1\nrules:\n  a:\n    note: |\n        x\u2028        y\n"
    written = format_document(inside, "w.yaml")
    assert written == inside.replace("        ", "      ")
    assert _load(written) == _load(inside)
    commented = "language: 1\nnote: x # c\u2028title: y\n"
    assert format_document(commented, "w.yaml") == "language: 1\ntitle: y\nnote: x  # c\n"
    with pytest.raises(ProblemsError) as caught:
        format_document("language: 1\nnote: |\n  x\u2028title: y\n", "w.yaml")
    told = [(each.code, each.advice) for each in caught.value.problems]
    assert told == [("format-unsafe", "format-line-break")]
