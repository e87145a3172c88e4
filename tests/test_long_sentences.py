"""Sentences that repeat a long text are measured before they are filled in."""

import json
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.analysis import inference
from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.columns.running import evaluate_many
from ruletrail.evaluations import evaluate_record, messages
from ruletrail.rendering import wordings
from ruletrail.rulebooks import fill_template, measure_filled
from ruletrail.rulebooks.entries import parse_template
from ruletrail.trails import document
from support.command_line import call
from support.rulebooks import rulebook_text, schema_of, write_rulebook

TEXT = "y" * 50
REPORT = {"rulebook": "prova/2024", "fields": {"T": TEXT}}
ENTRIES: dict[str, Any] = {
    "messages": {
        f"M{at}": {"when": "true", "text": {"it": f"{at} {'{T}' * 5}!", "en": "{T}" * 10}}
        for at in range(3)
    }
}
EACH = len(f"0 {TEXT * 5}!")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write three messages that each repeat a text, twice as often in the other language."""
    text = rulebook_text(ENTRIES, language="2")
    return write_rulebook(text, schema_of({"T": "string"}), tmp_path)


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep all that is filled in."""
    kept: list[str] = []

    def fill(*words: Any) -> str:
        kept.append(fill_template(*words))
        return kept[-1]

    monkeypatch.setattr(messages, "fill_template", fill)
    return kept


def test_a_sentence_is_measured_as_it_is_filled_in():
    """To the character: literals, and each name as often as it stands there."""
    template = parse_template("a {x} b {y}{x}")
    assert template is not None
    shown = {"x": "città", "y": ""}
    assert measure_filled(template, shown) == len(fill_template(template, shown))


@pytest.mark.parametrize("ask", ["messages", "record", "reference"])
def test_sentences_are_filled_in_up_to_the_limit_and_no_further(
    ask: str, path: Path, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    """A trail has each twice; what is one character too much is refused, and never made."""
    plan = ruletrail.load(path)
    report = plan.read(REPORT)
    asks = {
        "messages": lambda: plan.evaluate(REPORT).messages,
        "record": lambda: plan.evaluate(REPORT).record,
        "reference": lambda: evaluate_record(plan.linked, report),
    }
    monkeypatch.setattr(document, "MOST_BYTES", 2 * 3 * EACH)
    assert asks[ask]()
    filled.clear()
    monkeypatch.setattr(document, "MOST_BYTES", 2 * 3 * EACH - 1)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        asks[ask]()
    assert sum(map(len, filled)) <= 2 * EACH
    assert plan.evaluate(REPORT).status == "complete"


def test_templates_stop_where_the_sentences_have_no_room(
    path: Path, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    """Steps are measured many at once; what they say is measured one by one."""
    plan = ruletrail.load(path)
    size = len(plan.evaluate(REPORT).trail.to_json().encode()) + 1
    monkeypatch.setattr(document, "MOST_BYTES", size)
    assert plan.evaluate(REPORT).trail.to_json()
    # of each sentence the template, the argument and what is around them count as well
    monkeypatch.setattr(document, "MOST_BYTES", 3 * EACH)
    filled.clear()
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        _ = plan.evaluate(REPORT).trail.to_json()
    assert len(filled) == 1


def test_the_other_language_is_held_to_the_limit_too(path: Path, monkeypatch: pytest.MonkeyPatch):
    """A page in it fills the sentences in once more, and its own may be longer."""
    plan = ruletrail.load(path)
    record = plan.evaluate(REPORT).record
    most = 2 * 3 * 10 * len(TEXT)
    monkeypatch.setattr(document, "MOST_BYTES", most)
    assert len(wordings.read_wording(record, "en").sentences) == 3
    monkeypatch.setattr(document, "MOST_BYTES", most - 1)
    with pytest.raises(ruletrail.ProblemsError, match="trail-too-large"):
        wordings.read_wording(record, "en")


def test_a_sentence_that_is_not_shown_is_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It is filled in only to see whether the paper has it; what has no room stands on none."""
    said = {"when": "false", "text": {"it": "{T}" * 10}}
    text = rulebook_text({"messages": {"M": said}}, language="2")
    plan = ruletrail.load(write_rulebook(text, schema_of({"T": "string"}), tmp_path))
    evaluation = plan.evaluate({**REPORT, "printed": {"messages": [TEXT * 10]}})
    record = evaluation.record
    most = 2 * 10 * len(TEXT)
    monkeypatch.setattr(document, "MOST_BYTES", most)
    assert [each.step for each in wordings.read_wording(record, "it").contradictions] == ["M"]
    monkeypatch.setattr(document, "MOST_BYTES", most - 1)
    assert wordings.read_wording(record, "it").contradictions == ()


def test_a_batch_without_trails_answers_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Values, outcomes and reasons need no sentence; with trails the row is wrong."""
    monkeypatch.setattr(document, "MOST_BYTES", 2 * EACH)
    rows, out = path.parent / "rows.csv", path.parent / "out.csv"
    rows.write_text(f"T\n{TEXT}\n", encoding="utf-8")
    words = ["batch", rows, "--rulebook", path, "--workers", "1"]
    assert call(*words, "-o", out)[0] == 0
    assert "complete" in out.read_text(encoding="utf-8")
    more = path.parent / "more.csv"
    assert call(*words, "-o", more, "--trails", path.parent / "trails")[0] == 1
    assert "trail-too-large" in more.read_text(encoding="utf-8")


def test_questions_that_show_no_sentence_are_answered_all_the_same(
    path: Path, filled: list[str], monkeypatch: pytest.MonkeyPatch
):
    """What is needed, and what would change an outcome, is of facts: `whatif` refused a trial."""
    entries = {
        "decisions": {
            "D": {
                "policy": "first",
                "cases": [
                    {"outcome": "si", "when": 'T == "z"'},
                    {"outcome": "no", "otherwise": True},
                ],
            }
        }
    }
    text = rulebook_text({**ENTRIES, **entries}, language="2")
    plan = ruletrail.load(write_rulebook(text, schema_of({"T": "string"}), path.parent))
    monkeypatch.setattr(document, "MOST_BYTES", 2 * EACH)
    filled.clear()
    assert plan.needed(REPORT).settled
    assert plan.whatif(REPORT, "D").outcome == "no"
    trial = plan.whatif(REPORT, "D", values={"T": "z"}).trial
    assert trial is not None
    assert trial.outcome == "si"
    assert filled == []


def test_columns_that_functions_cannot_do_need_no_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Rows of a rulebook that is not compiled are answered by the reference, of facts alone."""
    monkeypatch.setattr(inference, "MOST_LEFT_OUT", 0)
    rules = {"X": {"formula": "1", "when": 'T == "z"'}, "S": {"formula": "sum(g)"}}
    text = rulebook_text({"groups": {"g": ["X"]}, "rules": rules, **ENTRIES}, language="2")
    plan = ruletrail.load(write_rulebook(text, schema_of({"T": "string"}), path.parent))
    compiled = CompiledRulebook(plan.linked)
    assert not compiled.typed.is_covered
    monkeypatch.setattr(document, "MOST_BYTES", 2 * EACH)
    assert evaluate_many(compiled, {"T": [TEXT]}).status.to_list() == ["complete"]


def test_suggestions_need_no_sentence(path: Path, filled: list[str]):
    """Hundreds of reports may be tried, and of each the points that it shows are all."""
    rules = {"rules": {"R": {"formula": "1", "when": "A > 5"}}}
    text = rulebook_text({**ENTRIES, **rules}, language="2")
    write_rulebook(text, schema_of({"T": "string", "A": "integer"}), path.parent)
    report = {**REPORT, "fields": {"T": TEXT, "A": 1}}
    example = {"name": "one", "report": report, "expect": {"status": "complete"}}
    tests = {"test": 1, "rulebook": "prova/2024", "examples": [example]}
    path.with_suffix(".test.yaml").write_text(json.dumps(tests), encoding="utf-8")
    status, out, _ = call("test", path, "--format", "json")
    missed = json.loads(out)["rulebooks"][0]
    assert status == 0, missed
    assert out.count('"suggestion": {') == 3  # equal, above, and a value
    assert len(filled) == 3  # those of the example itself
