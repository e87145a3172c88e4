"""What hints cost where many rows are wrong, counted: a form is gone through once, not for each.

A batch may hold thousands of rows, each with keys that its form does not have, and the form may
have thousands that it has.
"""

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ruletrail import suggestions
from ruletrail.batches import row_intake
from ruletrail.many_names import NamesOfPairs, RankedNames, count_same
from ruletrail.suggestions import KnownNames
from support.command_line import call
from support.rulebooks import HEAD_TEXT

ROWS = 30
DECLARED = 200


def letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def answer(folder: Path, fields: object, rows: Iterable[object]) -> list[dict[str, object]]:
    """Answer rows of a form with these fields in this process."""
    book = HEAD_TEXT.replace("language: 1", "language: 2") + "rules:\n  X: {formula: A + 1}\n"
    (folder / "r.yaml").write_text(book, encoding="utf-8")
    about = {"type": "object", "additionalProperties": False, "properties": fields}
    (folder / "schema.json").write_text(json.dumps({"properties": {"fields": about}}), "utf-8")
    written = (json.dumps({"rulebook": "prova/2024", "fields": row}) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text("".join(written), encoding="utf-8")
    out = folder / "out.jsonl"
    call(
        *("batch", folder / "rows.jsonl", "--rulebook", folder / "r.yaml", "-o", out),
        *("--workers", "1"),
    )
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def counting(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[object]:
    """Note what a function is called with from now on."""
    calls: list[object] = []
    original: Callable[..., object] = getattr(owner, name)

    def count(*args: object, **more: object) -> object:
        calls.append(args)
        return original(*args, **more)

    monkeypatch.setattr(owner, name, count)
    return calls


def test_the_fields_of_a_form_are_put_in_order_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fields = {"A": {"type": "number"}} | {
        f"F_{letters(at)}": {"type": "number"} for at in range(DECLARED)
    }
    folded = counting(monkeypatch, suggestions, "_fold")
    found = answer(tmp_path, fields, ({"A": 1, f"F_{letters(at)}x": 1} for at in range(ROWS)))
    assert [row["problems"][0]["code"] for row in found] == ["unknown-key"] * ROWS
    # twice: by what the eye reads of a name, and of what stands before its last sign
    assert 2 * DECLARED < len(folded) < 2 * DECLARED + 20 * ROWS


def test_the_words_of_a_list_of_choices_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    choices = [f"val {letters(at)}" for at in range(DECLARED)]
    fields = {"A": {"type": "number"}, "T": {"type": "string", "enum": choices}}
    read = counting(monkeypatch, suggestions, "plain_word")
    found = answer(tmp_path, fields, ({"T": f"VAL {letters(at)}"} for at in range(ROWS)))
    assert [row["problems"][0]["code"] for row in found] == ["not-allowed"] * ROWS
    assert DECLARED < len(read) < DECLARED + 5 * ROWS


def test_what_a_cell_means_is_looked_for_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of 300 rows of a list with a wrong cell the first fifty are told."""
    cells = {f"C_{letters(at)}": {"type": "number"} for at in range(DECLARED)}
    row = {"type": "object", "additionalProperties": False, "properties": cells}
    fields = {"A": {"type": "number"}, "L": {"type": "array", "maxItems": 300, "items": row}}
    looked = counting(monkeypatch, KnownNames, "nearest")
    found = answer(tmp_path, fields, [{"L": [{f"D_{letters(at)}": 1} for at in range(300)]}])
    assert len(found[0]["problems"]) == 50
    assert 50 <= len(looked) <= 110


def test_a_wrong_row_of_a_sheet_is_cut_once_for_all_its_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What stands in the file is shown of fifty cells; the place of each needs no walk to it."""
    codes = [f"F_{letters(at)}" for at in range(DECLARED)]
    answer(tmp_path, {"A": {"type": "number"}} | {code: {"type": "number"} for code in codes}, [])
    lines = [",".join(codes), ",".join('"1\n,5"' for _ in codes), ",".join("x" for _ in codes)]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    cut = counting(monkeypatch, row_intake, "split_cells")
    call(
        *("batch", tmp_path / "rows.csv", "--rulebook", tmp_path / "r.yaml", "--workers", "1"),
        *("-o", tmp_path / "out.jsonl"),
    )
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [len(row["problems"]) for row in told] == [50, 50]
    assert [each["line"] for each in told[0]["problems"][:3]] == [2, 3, 4]
    assert [each["column"] for each in told[0]["problems"][:3]] == [1, 5, 5]
    assert told[1]["problems"][1]["line"] == 2 + DECLARED + 1
    assert len(cut) <= 6


def word(chance: random.Random) -> str:
    return "".join(chance.choice("abAB_1é") for _ in range(chance.randint(0, 7)))


@pytest.mark.parametrize("seed", range(40))
def test_those_that_share_most_pairs_are_those_that_counting_finds(seed: int):
    chance = random.Random(seed)  # noqa: S311 - of a test
    names = sorted({word(chance) for _ in range(chance.choice((1, 9, 200)))})
    gone = {name for name in names if chance.random() < 0.2}
    group, asked, most = NamesOfPairs(names), word(chance).lower(), chance.randint(1, 20)
    admitted = group.leave_out(group.all, gone)
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}
    shared = {name: sum(pair in name for pair in pairs) for name in names if name not in gone}
    if not (asked[:1].isalpha() and asked[1:2].isdigit()):
        expected = sorted(shared, key=lambda name: (-shared[name], name))[:most]
        assert group.most_alike(asked, admitted, most) == sorted(expected)


@pytest.mark.parametrize("seed", range(40))
def test_those_listed_first_are_those_that_ranking_finds(seed: int):
    chance = random.Random(seed)  # noqa: S311 - of a test
    names = list(dict.fromkeys(word(chance) for _ in range(chance.choice((1, 9, 200)))))
    titles = [" ".join(word(chance) for _ in range(chance.randint(0, 3))) for _ in names]
    gone = {name for name in names if chance.random() < 0.2}
    asked, most = word(chance), 5

    def rank(at: int) -> tuple[int, int]:
        title, asked_for = titles[at].lower(), asked.lower()
        is_titled = len(asked_for) >= 2 and asked_for in title
        score = count_same(asked_for, names[at].lower())
        return -(score + (1000 - len(title) if is_titled else 0)), at

    expected = sorted((at for at in range(len(names)) if names[at] not in gone), key=rank)[:most]
    ranked = RankedNames(names, titles)
    assert ranked.list_first(asked, most, 2, gone) == [names[at] for at in expected]
