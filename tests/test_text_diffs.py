"""The diffs of `fmt --check` and `check --fix --dry-run`: right for any texts, however they repeat.

What is shown is applied as `patch` would, and gives the new text; how many pairs of lines are held
against each other grows as the texts do.
"""

import random
import re
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff
from typing import Any

import pytest

from ruletrail.cli import text_diffs
from ruletrail.cli.text_diffs import write_diff

_RANGE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_END = "\\ No newline at end of file"


def _apply(old: str, diff: list[str]) -> str:
    """Apply a unified diff, as strictly as there is a way to."""
    if not diff:
        return old
    assert [line[:4] for line in diff[:2]] == ["--- ", "+++ "]
    lines, at, written = old.splitlines(keepends=True), 0, []
    rest = _join_ends(diff[2:])
    while rest:
        found = _RANGE.fullmatch(rest.pop(0).rstrip("\n"))
        assert found is not None
        count, added = (int(found[group] or 1) for group in (2, 4))
        begin = int(found[1]) - (count > 0)
        written += lines[at:begin]
        at = begin
        assert int(found[3]) - (added > 0) == len(written)
        while count or added:
            sign, line = rest[0][0], rest.pop(0)[1:]
            if sign in " -":
                assert lines[at] == line
                at, count = at + 1, count - 1
            if sign in " +":
                written.append(line)
                added -= 1
    return "".join([*written, *lines[at:]])


def _join_ends(diff: list[str]) -> list[str]:
    """Give each line its end, unless the diff says that it has none."""
    lines: list[str] = []
    for line in diff:
        if line == _NO_END:
            lines[-1] = lines[-1].removesuffix("\n")
        else:
            lines.append(f"{line}\n")
    return lines


def _texts(seed: int) -> Iterator[tuple[str, str]]:
    chance = random.Random(seed)  # noqa: S311 - to draw cases
    for _ in range(120):
        words = chance.choice(["a", "ab", "abcdefgh", [str(n) for n in range(500)]])
        old = [chance.choice(words) for _ in range(chance.randrange(150))]
        new = list(old)
        for _ in range(chance.choice([0, 1, 3, 40])):
            at = chance.randrange(len(new) + 1)
            new[at : at + chance.randrange(3)] = chance.choices(words, k=chance.randrange(3))
        if chance.random() < 0.2:
            chance.shuffle(new)
        ends = [chance.choice(["\n", "\n", ""]) if text else "" for text in (old, new)]
        yield "\n".join(old) + ends[0], "\n".join(new) + ends[1]


@pytest.mark.parametrize("seed", range(4))
def test_a_diff_applied_gives_the_new_text(seed: int):
    """Of any two texts: with lines that repeat, in another order, without a last line end."""
    for old, new in _texts(seed):
        assert _apply(old, list(write_diff(old, new, "f"))) == new


def test_no_text_has_a_diff_with_itself():
    for text in ("", "a", "a\n", "a\nb\n" * 100):
        assert list(write_diff(text, text, "f")) == []
    assert list(write_diff("a\r\nb\r\n", "a\nb\n", "f")) == []


def test_it_is_that_of_the_standard_library_where_that_is_plain():
    """Lines changed here and there among single ones are shown as they have always been."""
    old = [f"line {at}" for at in range(200)]
    new = [f"{line}!" if at % 31 == 5 else line for at, line in enumerate(old) if at % 67]
    shown = list(write_diff("\n".join(old) + "\n", "\n".join(new) + "\n", "f"))
    assert shown == list(unified_diff(old, new, "f", "f", lineterm=""))


def test_somebody_s_text_is_inert():
    shown = list(write_diff("a\u202e\x0c\n", "b\n", "f\u202e"))
    assert all(line.isprintable() for line in shown)
    assert len(shown) == 5  # a form feed ends no line


def _changed(lines: list[str]) -> list[str]:
    return [f"  {line}" if at % 5 == 0 else line for at, line in enumerate(lines)]


REPEATED = {
    "just under one in a hundred": lambda count: [f"lab{at % 130}" for at in range(count)],
    "all the same": lambda count: ["x"] * count,
    "two by turns": lambda count: ["x", "y"] * (count // 2),
    "each twice": lambda count: [f"{at % (count // 2)}" for at in range(count)],
    "all single": lambda count: [f"{at}" for at in range(count)],
}


@pytest.mark.parametrize("kind", REPEATED)
@pytest.mark.parametrize("order", ["changed", "moved", "other way round", "shorter"])
def test_what_is_compared_grows_as_the_texts_do(
    kind: str, order: str, monkeypatch: pytest.MonkeyPatch
):
    """Twice the lines, at most twice the pairs of lines that are held against each other."""
    pairs = 0

    class Counted(SequenceMatcher[str]):
        def __init__(self, junk: Any, one: Any, other: Any, **more: Any) -> None:
            nonlocal pairs
            pairs += len(one) * len(other)
            super().__init__(junk, one, other, **more)

    monkeypatch.setattr(text_diffs, "SequenceMatcher", Counted)
    taken = []
    for count in (1000, 2000):
        pairs = 0
        old = REPEATED[kind](count)
        new = {
            "changed": _changed(old),
            "moved": [*old[300:], *old[:300]],
            "other way round": old[::-1],
            "shorter": [line for at, line in enumerate(old) if at % 3],
        }[order]
        before, after = "\n".join(old) + "\n", "\n".join(new) + "\n"
        assert _apply(before, list(write_diff(before, after, "f"))) == after
        taken.append(pairs)
    assert taken[1] <= 2.5 * taken[0] + 10_000


def test_lines_that_repeat_and_stay_are_not_shown():
    """Of entries that are alike a diff shows those that changed, not all from there on."""
    old = ["  label: x", "  unit: euro", "  formula: A"] * 400
    new = [*old[:600], "  note: y", *old[600:]]
    new[900] = "  label: other"
    shown = list(write_diff("\n".join(old) + "\n", "\n".join(new) + "\n", "f"))
    assert len([line for line in shown if line[0] in "+-"]) < 10
