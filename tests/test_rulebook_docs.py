"""`ruletrail docs` and `graph`.

Everything a rulebook says is on the page, and somebody's text is inert.
"""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.library import load_linked, shipped_library, source_of_path
from ruletrail.linking import LinkedRulebook, formulas_of, sentences_of
from ruletrail.problems import ProblemsError
from ruletrail.rulebook_docs import rooms, write_dot, write_handbook, write_mermaid
from support.command_line import call
from support.places import EXAMPLES
from support.rulebooks import rulebook_text, schema_of, write_rulebook

HOSTILE = '<script>alert(1)</script> [x](javascript:x) "q" `b` | ]]'


@pytest.fixture(scope="module")
def plan() -> LinkedRulebook:
    return load_linked(source_of_path(shipped_library().rulebooks / "sociale" / "2024.yaml"))


@pytest.fixture
def hostile(tmp_path: Path) -> LinkedRulebook:
    (tmp_path / "s.json").write_text(
        '{"properties": {"fields": {"properties": {"A": {"type": "number"}}}}}', encoding="utf-8"
    )
    quoted = "'" + HOSTILE + "'"
    text = (
        "language: 1\nrulebook: p\nedition: '1'\nversion: 1.0.0\nstatus: draft\n"
        f"title: {quoted}\nreport: s.json\nnote: {quoted}\n"
    )
    text += f"sources: {{f: {{title: {quoted}, kind: form}}}}\n"
    text += f"rules:\n  X: {{label: {quoted}, formula: A, note: {quoted}, unit: {quoted}}}\n"
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    return load_linked(source_of_path(tmp_path / "r.yaml"))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base class's
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _read(page: str) -> _Texts:
    parser = _Texts()
    parser.feed(page)
    return parser


def test_page_says_everything(plan: LinkedRulebook):
    """Each code, label, formula, source, note and sentence of the rulebook stands on the page."""
    text = " ".join(_read(write_handbook(plan, "html")).texts)
    text = text.replace("\u00a0", " ").replace("\u2011", "-")
    for code, entry in plan.rulebook.entries.items():
        assert code in text
        assert entry.label in text
        assert not entry.basis.note or entry.basis.note in text
        shown = {"true": "sempre"}
        assert all(shown.get(each.text, each.text) in text for each in formulas_of(entry))
        assert all(sentence.templates["it"].text in text for sentence in sentences_of(entry))
    assert all(source.title in text for source in plan.rulebook.sources.values())
    assert all(field.label in text for field in plan.schema.fields.values())


def test_page_says_what_reads_what(plan: LinkedRulebook):
    """A rule names what it reads and what reads it."""
    page = write_handbook(plan, "markdown", "en")
    rule = page.split("- R04: ", 1)[1].split("\n- ", 1)[0]
    assert "uses: R0B, R03" in rule
    assert "used by: livello," in rule
    assert "rounded to 6 decimals: to the nearest; halfway, away from zero" in rule


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_page_is_the_same_every_time(plan: LinkedRulebook, form: str):
    """The same rulebook gives the same bytes."""
    assert write_handbook(plan, form) == write_handbook(plan, form)


def test_hostile_text_is_inert_in_html(hostile: LinkedRulebook):
    """A title, label, note or unit with markup stays text."""
    parsed = _read(write_handbook(hostile, "html"))
    assert "script" not in parsed.tags
    assert (
        "a" not in {tag for tag in parsed.tags if tag == "a"}
        or "javascript:" not in write_handbook(hostile, "html").split("href=")[-1][:20]
    )
    assert any(HOSTILE in text for text in parsed.texts)


def test_hostile_text_is_inert_in_markdown(hostile: LinkedRulebook):
    """No tag and no link survives in Markdown."""
    page = write_handbook(hostile, "markdown")
    assert "<script>" not in page
    assert "[x](" not in page


def test_graph_has_every_reading(plan: LinkedRulebook):
    """Each reading is one edge, in both forms, between nodes that are declared."""
    readings = sum(len(codes) for codes in plan.reads.values())
    mermaid, dot = write_mermaid(plan), write_dot(plan)
    assert mermaid.count(" --> ") == dot.count(" -> ") == readings
    declared = set(re.findall(r"^  (n\d+)[^ ]", mermaid, re.MULTILINE))
    assert {name for edge in re.findall(r"(n\d+) --> (n\d+)", mermaid) for name in edge} <= declared


def test_graph_of_one_code_holds_what_it_rests_on(plan: LinkedRulebook):
    """Only the code and what is below it: no other decision's fields."""
    labels = set(re.findall(r'label="([^"]*)"', write_dot(plan, ["quadro_3"])))
    assert labels == {"quadro_3", "spesa", "R06", "R07_2017", "R07_2021"}


def test_graph_of_an_unknown_code_is_refused():
    """A code that does not exist is a problem with a suggestion."""
    err = io.StringIO()
    assert main(["graph", "sociale/2024", "livelo"], Console(io.StringIO(), err, "en")) == 2
    assert "did you mean `livello`?" in err.getvalue()


def test_docs_writes_a_file(tmp_path: Path):
    """`-o` writes the page whole."""
    path = tmp_path / "p.html"
    assert (
        main(
            ["docs", "sociale/2024", "--format", "html", "-o", str(path)],
            Console(io.StringIO(), io.StringIO(), "it"),
        )
        == 0
    )
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_constants_have_cents_and_days_are_written_for_people():
    """A sum of money and a price, in the language of the page."""
    library = EXAMPLES / "own-rulebooks"
    page = call("docs", "mensa/2025", "--library", library, "--lang", "it")[1]
    assert "in vigore dal 01/01/2025 · fino al 31/12/2025" in page
    assert "| 15.000,00 | euro |" in page
    assert "| 2,50 | euro/pasto |" in page


TARIFF = """language: 2
rulebook: p
edition: "1"
version: 1.0.0
status: draft
title: P
report: s.json
tables:
  tariffa: {by: [zona, n], rows: [{zona: P, n: 1, value: 1}, {zona: [P, Q], n: 2, value: 2}]}
rules:
  X: {formula: "tariffa(zona, A)"}
"""


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_keys_of_a_table_are_called_as_the_form_calls_them(tmp_path: Path, language: str):
    """By the code alone nobody finds the row that the form prints."""
    zones = '{"type": "string", "oneOf": [{"const": "P", "title": "Collina"}, {"const": "Q"}]}'
    fields = f'{{"A": {{"type": "number"}}, "zona": {zones}}}'
    (tmp_path / "s.json").write_text(
        f'{{"properties": {{"fields": {{"properties": {fields}}}}}}}', encoding="utf-8"
    )
    (tmp_path / "r.yaml").write_text(TARIFF, encoding="utf-8")
    _, page, _ = call("docs", tmp_path / "r.yaml", "--lang", language)
    assert "| Collina (P) | 1 | 1 |" in page
    assert "| Collina (P), Q | 2 | 2 |" in page


@pytest.mark.parametrize("language", [1, 2])
def test_a_field_that_lists_what_it_may_hold_shows_all_of_it(language: int, tmp_path: Path) -> None:
    """The text, or number, that a report and a formula write stands beside what it is called."""
    named = [{"const": "SI", "title": "Sì"}, {"const": "NO", "title": "No"}, {"const": "x"}]
    fields = {
        "A": {"type": "string", "enum": ["pieno", "parziale"]},
        "B": {"type": "string", "oneOf": named},
        "C": {"type": "number", "enum": [1, 2.5, 1000]},
        "D": {"type": "integer", "oneOf": [{"const": 1, "title": "Uno"}, {"const": 2}]},
        "E": {"type": "string", "enum": [f"c{at}" for at in range(203)]},
        "F": {"type": "number", "minimum": 0},
    }
    text = rulebook_text({"rules": {"X": {"formula": "F"}}}).replace(
        "language: 1", f"language: {language}"
    )
    path = write_rulebook(text, schema_of(fields), tmp_path)
    page = call("docs", path, "--format", "markdown", "--lang", "it")[1]
    for code, told in (
        ("A", "testo: pieno; parziale"),
        ("B", "testo: Sì (SI); No (NO); x"),
        ("C", "numero: 1; 2,5; 1.000"),
        ("D", "numero: Uno (1); 2"),
        ("F", "numero"),
    ):
        assert f"| {code} | {code} | {told} |" in page
    assert "; c199; e altri 3 |" in page


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_formula_is_shown_in_the_signs_that_it_is_copied_in(tmp_path: Path, form: str) -> None:
    """Who pastes it into a rulebook has the same formula, also of codes that look like a range."""
    formula = "A1-A2 + max(A1, 3)"
    schema = schema_of({"A1": {"type": "number"}, "A2": {"type": "number"}})
    path = write_rulebook(rulebook_text({"rules": {"X": {"formula": formula}}}), schema, tmp_path)
    page = write_handbook(load_linked(source_of_path(path)), form, "en")
    assert f"formula: {formula}" in page
    assert "\ufdd2" not in page


@pytest.mark.parametrize(
    ("what", "text"),
    [("titles", "a title of a choice"), ("readers", "Xlong0"), ("keys", "a title of a choice")],
)
def test_a_page_does_not_repeat_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, text: str
):
    """Titles that fields share by `$ref`, codes that read a group, keys that rows share."""
    called = [{"const": f"c{at}", "title": f"a title of a choice {at}"} for at in range(20)]
    fields = {f"F{at}": {"$ref": "#/$defs/c"} for at in range(20)}
    schema = {**schema_of(fields), "$defs": {"c": {"type": "string", "oneOf": called}}}
    entries: dict[str, object] = {
        "titles": {"rules": {"X": {"formula": 1}}},
        "readers": {
            "groups": {"g": [f"R{at}" for at in range(20)]},
            "rules": {
                **{f"R{at}": {"formula": at} for at in range(20)},
                **{f"Xlong{at}": {"formula": "sum(g)"} for at in range(20)},
            },
        },
        "keys": {
            "tables": {
                "t": {
                    "by": ["c", "n"],
                    "rows": [
                        {"c": [each["const"] for each in called], "n": at, "value": at}
                        for at in range(20)
                    ],
                }
            },
            "rules": {"X": {"formula": "t(F0, 1)"}},
        },
    }[what]
    path = tmp_path / "prova.yaml"
    write_rulebook(rulebook_text(entries, language="2"), schema, tmp_path)
    linked = load_linked(source_of_path(path))
    page = write_handbook(linked, "markdown")
    assert page.count(text) >= 20
    monkeypatch.setattr(rooms, "MOST_CHARACTERS", len(page))
    assert write_handbook(linked, "markdown") == page
    # most of the page is what it repeats
    monkeypatch.setattr(rooms, "MOST_CHARACTERS", len(page) // 3)
    with pytest.raises(ProblemsError) as caught:
        write_handbook(linked, "html")
    (problem,) = caught.value.problems
    assert (problem.code, problem.wording) == ("document-too-large", "page-too-large")


def test_what_a_service_says_of_all_codes_has_the_same_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As many titles as fields share them: 5 fields of a label and 4 choices of 50 characters."""
    described_rulebooks = pytest.importorskip("ruletrail.service.described_rulebooks")
    called = [{"const": f"{at}", "title": "t" * 49} for at in range(4)]
    field = {"type": "string", "title": "l" * 10, "oneOf": called}
    write_rulebook(
        rulebook_text({"rules": {"X": {"formula": 1}}}, language="2"),
        {**schema_of({f"F{at}": {"$ref": "#/$defs/c"} for at in range(5)}), "$defs": {"c": field}},
        tmp_path,
    )
    linked = load_linked(source_of_path(tmp_path / "prova.yaml"))
    monkeypatch.setattr(rooms, "MOST_CHARACTERS", 5 * (10 + 4 * 50))
    assert len(described_rulebooks.write_rulebook(linked)["fields"]) == 5
    monkeypatch.setattr(rooms, "MOST_CHARACTERS", 5 * (10 + 4 * 50) - 1)
    with pytest.raises(ProblemsError, match="document-too-large"):
        described_rulebooks.write_rulebook(linked)
