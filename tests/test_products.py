"""The pairs that `python -m benchmarks.products` measures are what they are meant to be.

What is refused costs nothing, so a pair that is wrong would hide a product.
"""

from pathlib import Path

import pytest

from support.command_line import call
from support.products import SOURCES, USES, write_product

SIZE = 4
REFUSED = {
    "in_formulas_with_unknown_codes": "unknown-code",
    "in_formulas_of_wrong_types": "type-mismatch",
    "in_formulas_that_break": "unknown-function",
}
"""What is wrong on purpose in all formulas of a use."""

PAIRS = [*((source, "in_checks") for source in SOURCES), *(("many_fields", use) for use in USES)]


def write_into(folder: Path, source: str, use: str, size: int = SIZE) -> Path:
    for name, text in write_product(source, use, size, size).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "r.yaml"


@pytest.mark.parametrize(("source", "use"), PAIRS)
def test_a_pair_is_a_rulebook_that_is_evaluated(source: str, use: str, tmp_path: Path):
    book = write_into(tmp_path, source, use)
    _, _, said = call("check", book)
    wrong = [line for line in said.splitlines() if ": error: " in line]
    if use in REFUSED:
        assert len(wrong) == SIZE
        assert all(REFUSED[use] in line for line in wrong)
        return
    assert not wrong
    status, answer, _ = call("evaluate", tmp_path / "report.json", "--rulebook", book, "--brief")
    assert status in (0, 1)
    assert "prova" in answer
    status, tested, _ = call("test", book)
    assert "3 examples" in tested or f"{SIZE} examples" in tested
    assert status in (0, 1)


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_as_long_as_asked(source: str):
    """Of what is long in itself; conditions of a fixed length are long in each use."""
    short, long = (
        sum(map(len, write_product(source, "in_checks", size, SIZE).values())) for size in (5, 50)
    )
    fixed = {"constants_in_a_list", "long_conditions", "divisions", "days", "texts_compared"}
    assert (long > short + 150) is (source not in fixed)


@pytest.mark.parametrize("use", USES)
def test_a_use_asks_as_often_as_asked(use: str):
    asked = [
        sum(map(len, write_product("many_fields", use, SIZE, size).values())) for size in (5, 50)
    ]
    assert asked[1] > asked[0] + 150
