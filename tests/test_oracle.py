"""The oracle written from the contract alone agrees with ruletrail, and would notice if not."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from tests.oracle import tables, trial
from tests.oracle.engine import Folder
from tests.oracle.evaluation import Answer, Oracle
from tests.oracle.making import make_rulebook
from tests.oracle.samples import make_report

SEEDS = [(1, 0), (2, 0), (2, 1), (2, 2)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """Give an empty folder, and keep no plans."""
    monkeypatch.setenv("RULETRAIL_CACHE", "off")
    return Folder(tmp_path)


@pytest.mark.parametrize(("language", "seed"), SEEDS)
def test_reports(folder: Folder, language: int, seed: int) -> None:
    """Single reports, from mappings, bytes and files, trails, refusals, commands and batch."""
    running = trial.Trial(folder)
    running.run(f"test {seed}", reports=8, many=0, language=language)
    assert [str(found) for found in running.found] == []


@pytest.mark.parametrize("shape", tables.SHAPES)
def test_tables(folder: Folder, shape: str) -> None:
    """Tables of each shape, in a quarter of the forms."""
    first = tables.SHAPES.index(shape) % 4
    for index, form in enumerate(sorted(set(tables.FORMS))[first::4]):
        rulebook = make_rulebook(f"table {shape} {index}", 1 + (first + index) % 2)
        oracle, plan = Oracle(rulebook), folder.load(rulebook)
        rng = Random(f"{shape} {form}")  # noqa: S311
        for size in (1, 64):
            rows = tables.make_rows(rng, oracle, size, shape)
            assert trial.one_table(plan, oracle, rows, form, f"{shape} {size}") == []


def _perturbed(answer: Answer, code: str, value: object) -> Answer:
    """Change one fact of an answer."""
    answer.facts[code] = value
    answer.values[code] = "77"
    return answer


def test_a_wrong_answer_is_noticed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the oracle answers otherwise, reports and columns both say so."""
    rulebook = make_rulebook("table equal 0", 1)
    oracle, plan = Oracle(rulebook), folder.load(rulebook)
    code = oracle.codes("rules")[0]
    true = Oracle.answer
    monkeypatch.setattr(
        Oracle,
        "answer",
        lambda *given, **more: _perturbed(true(*given, **more), code, Fraction(77)),
    )
    rows = [make_report(Random(1), oracle)] * 3  # noqa: S311
    assert trial.Trial(folder).one(plan, oracle, rows[0], 0)
    assert trial.one_table(plan, oracle, rows, "lists", "") != []
