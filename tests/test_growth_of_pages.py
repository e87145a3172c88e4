"""What pages of many rows cost, counted: what is said of many steps alike is found once for all."""

from collections.abc import Iterable, Iterator, ValuesView
from typing import Any

import pytest

from ruletrail.answers import Evaluation
from ruletrail.rendering import explain_step, fitted_screens, readings, render_trail
from ruletrail.rendering.blocks import Folded, Table, mark_code
from ruletrail.rendering.readings import Reading, read_trail
from ruletrail.rendering.summaries import summarise
from ruletrail.rendering.texts import write_text
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of

NUMBER = {"type": "number"}
RULES = 6
ENTRIES = {
    "parameters": {"p": {"value": 3}},
    "rules": {
        **{f"L.x{at}": {"formula": f"L.y + {at} if L.y > 2 else p"} for at in range(RULES)},
        **{f"L.z{at}": {"formula": f"{at} / (L.y - L.y)"} for at in range(RULES)},
        **{f"s{at}": {"formula": f"sum(L.x{at}) + sum(L.z{at})"} for at in range(RULES)},
    },
    "checks": {
        f"L.c{at}": {"expect": f"L.y > {at + 99}", "severity": severity, "message": {"it": "{L.y}"}}
        for at, severity in enumerate(("error", "warning") * 2)
    },
}


def evaluate(rows: int, *, lacking: int = 0) -> Evaluation:
    """Evaluate a report of so many rows, of which the first ones lack their number."""
    fields = {"L": rows_of({"y": NUMBER, "n": NUMBER}, 60), "A": NUMBER}
    plan = load_text(rulebook_text(ENTRIES, language="2"), schema_of(fields))
    listed = [{"n": at} if at < lacking else {"n": at, "y": at} for at in range(rows)]
    return plan.evaluate({"rulebook": REFERENCE, "fields": {"A": 1, "L": listed}})


class CountedStep(dict[str, Any]):
    """A step that counts how often one is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        """Compare as any map does, and count it."""
        CountedStep.compared += 1
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as any map has none


class CountedSteps(dict[str, Any]):
    """The steps of a trail, which count how often somebody goes through all of them."""

    passes = 0

    def values(self) -> ValuesView[Any]:
        """Give all steps, and count it."""
        self.passes += 1
        return super().values()


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_formula_is_parsed_once_for_a_page(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row has the formula of its rule: thousands of steps, a dozen formulas."""
    document, parsed = evaluate(30).trail.to_dict(), list[str]()
    parse = readings.parse_written
    monkeypatch.setattr(readings, "parse_written", lambda text: parsed.append(text) or parse(text))
    render_trail(document, form)
    assert len(parsed) == len(set(parsed)) > RULES
    parsed.clear()
    explain_step(document, "L[3]", "it", form)
    assert len(parsed) == len(set(parsed)) > RULES


@pytest.mark.parametrize("lacking", [0, 1])
def test_passes_over_all_steps_do_not_grow_with_the_rows(lacking: int) -> None:
    """Nothing is looked for among all steps for each row, or for each thing to do."""
    passes = []
    for rows in (10, 40):
        document = evaluate(rows, lacking=lacking * rows).trail.to_dict()
        plain = read_trail(document, "it")
        steps = CountedSteps(plain.steps)
        assert write_text(summarise(Reading(document, "it", steps)))
        passes.append(steps.passes)
    assert passes[0] == passes[1] < 20


def test_no_step_is_compared_with_the_others() -> None:
    """Each is what its code, kind, outcome and severity say; all pairs would be a square."""
    document = dict(evaluate(40).trail.to_dict())
    document["steps"] = [CountedStep(step) for step in document["steps"]]
    CountedStep.compared = 0
    text = write_text(summarise(read_trail(document, "it")))
    assert text == render_trail(evaluate(40).trail.to_dict(), "text", "it")
    assert CountedStep.compared == 0
    assert CountedStep(document["steps"][0]) == document["steps"][0]
    assert CountedStep.compared == 1


def test_a_folded_part_tells_the_codes_that_it_explains() -> None:
    """So a page finds what links lead to without writing the part twice."""
    page = summarise(read_trail(evaluate(12).trail.to_dict(), "it"))
    blocks = [block for chapter in page.chapters for block in chapter.blocks]
    folded = [block for block in blocks if isinstance(block, Folded)]
    assert len(folded) >= 2 * RULES
    for each in folded:
        assert _explained(each.write()) == [mark_code(code) for code in each.codes]


def _explained(block: object) -> Iterable[str]:
    assert isinstance(block, Table)
    assert block.explains
    return [row[0] for row in block.rows]


def test_each_folded_part_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In HTML and in Markdown; in text, which has its brief alone, never."""
    from ruletrail.rendering import chapters  # noqa: PLC0415 - its own name is patched

    written, document = list[str](), evaluate(12).trail.to_dict()
    write = chapters._table_of_rows
    monkeypatch.setattr(
        chapters,
        "_table_of_rows",
        lambda reading, title, steps: written.append(title) or write(reading, title, steps),
    )
    for form, times in (("text", 0), ("markdown", 1), ("html", 1)):
        written.clear()
        render_trail(document, form)
        assert len(written) == len(set(written)) == 2 * RULES * times


class CountedMap(dict[str, Any]):
    """A part of a trail that counts how often something is looked up in it, or all of it read."""

    looks = 0

    def __getitem__(self, key: str) -> Any:
        """Look a key up, and count it."""
        CountedMap.looks += 1
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        """Read all keys, and count each."""
        CountedMap.looks += len(self)
        return super().__iter__()


def _looks_of_a_page(parts: int, due: str, stated: Iterable[str]) -> int:
    """Count the looks of a page at a trail of so many parts, each with fields of its own."""
    codes = [f"{letter}{at}" for at in range(parts) for letter in "FGH"]
    entries = {
        "sections": {
            f"S{at}": {
                "title": "Q",
                "due": due.format(at),
                "fields": [f"F{at}", f"G{at}", f"H{at}"],
            }
            for at in range(parts)
        },
        "checks": {f"K{at}": {"expect": f"G{at} > 0", "severity": "error"} for at in range(parts)},
    }
    plan = load_text(rulebook_text(entries), schema_of(dict.fromkeys(codes, NUMBER)))
    fields = {code: 1 for code in codes if code[0] in stated}
    trail = plan.evaluate({"rulebook": REFERENCE, "fields": fields}).trail.to_dict()
    document = {**trail, "fields": CountedMap(trail["fields"])}
    document["steps"] = [CountedMap(step) for step in trail["steps"]]
    CountedMap.looks = 0
    assert write_text(summarise(read_trail(document, "it")))
    return CountedMap.looks


@pytest.mark.parametrize(
    ("due", "stated"),
    [
        pytest.param("F{0} > 0", "FG", id="due"),
        pytest.param("F{0} > 0", "G", id="may become due"),
        pytest.param("F{0} > 9", "FGH", id="not due, filled in"),
        pytest.param("F{0} > 9", "F", id="not due, a check waits"),
    ],
)
def test_looks_at_a_trail_grow_as_its_parts_do(due: str, stated: str) -> None:
    """Neither the form nor the other parts are gone through again for each part of it."""
    few, many = (_looks_of_a_page(parts, due, stated) for parts in (20, 80))
    assert many < 4.5 * few


@pytest.mark.parametrize(("parts", "most"), [(3, 1), (200, 2)])
def test_a_screen_that_cannot_fit_is_not_tried_with_each_room(
    parts: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a form with hundreds of parts it was written thirty times, and each was too long."""
    tried: list[object] = []

    def count(reading: Reading, *, brief: bool, **more: Any) -> object:
        tried.append(more)
        return summarise(reading, brief=brief, **more)

    monkeypatch.setattr(fitted_screens, "summarise", count)
    fields = {f"f{at}": NUMBER for at in range(parts)}
    sections = {f"s{at}": {"due": f"f{at} > 0", "fields": [f"f{at}"]} for at in range(parts)}
    plan = load_text(rulebook_text({"sections": sections}), schema_of(fields))
    evaluation = plan.evaluate({"rulebook": REFERENCE, "fields": dict.fromkeys(fields, 1)})
    assert evaluation.status == "complete"
    shown = render_trail(evaluation.trail.to_dict(), "text", brief=True)
    assert all(f"s{at}" in shown for at in range(parts))
    assert len(tried) <= most
