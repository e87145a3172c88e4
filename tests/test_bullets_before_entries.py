"""Entries of a report behind a bullet: what is said of them, done, leaves no other mistake."""

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_text, yaml_bulleted_entries
from support.places import EXAMPLES
from support.planted import told

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
HEAD = "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields:\n"
NO_SIGN = "→ davanti a una voce non va alcun segno: "


pytestmark = pytest.mark.usefixtures("folder")


def mend(text: str) -> str:
    """Do what the one problem of a text says."""
    (problem,) = read_text(text, "jesi.yaml", RULEBOOK_LIMITS)[1]
    lines = text.split("\n")
    for fix in problem.fixes:
        assert lines[fix.mark.line - 1] == fix.old
        lines[fix.mark.line - 1] = fix.new
    return "\n".join(lines)


@pytest.mark.parametrize("sign", ["•", "–", "▪", "·", "•\u00a0"])
@pytest.mark.parametrize("margin", ["", " ", "    "])
def test_one_among_the_fields_of_a_whole_report(sign: str, margin: str):
    """Out of line, so that YAML breaks at it, or below, or takes it for a part of the report."""
    text = JESI.replace("  R03: 39301\n", f"{margin}{sign} R03: 39301\n")
    err = told(text)[1]
    line = JESI[: JESI.index("  R03: 39301")].count("\n") + 1
    assert f"jesi.yaml:{line}:{len(margin) + 1}:" in err
    assert f"{NO_SIGN}togli `{sign[0]}` e scrivi `  R03: 39301`\n" in err
    assert mend(text) == JESI


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("• R03: 39301\n", "togli `•` e scrivi `  R03: 39301`"),
        ("• R03: 39301\n• R0B: 4056\n", "scrivi `  R03: 39301`, e così la riga 5"),
        (
            "  R05: 8.50\n• R03: 39301\n• R0B: 4056\n• R16: SI\n",
            "scrivi `  R03: 39301`, e così le altre 2 righe con `•`, fino alla 7",
        ),
    ],
)
def test_several_are_told_at_the_first(fields: str, said: str):
    """Nor is their part called empty, which it is only because they stand at the margin."""
    status, err = told(HEAD + fields)
    assert (status, err.count("[")) == (2, 1)
    assert f"{NO_SIGN}{said}\n" in err
    assert told(mend(HEAD + fields)) == (1, "")


def test_those_of_the_subject():
    text = HEAD.replace(" {comune: Jesi, provincia: AN}", "\n• comune: Jesi\n• provincia: AN")
    text += "  R03: 39301\n"
    assert "`  comune: Jesi`, e così la riga 4" in told(text)[1]
    assert told(mend(text)) == (1, "")


def test_one_in_line_is_a_code_with_a_sign_before_it():
    """The rest of the report is told at once."""
    err = told(JESI.replace("  R03:", "  • R03:").replace("R16: SI", "R16: FORSE"))[1]
    assert "intendevi `R03`?" in err
    assert "`FORSE` non è fra i valori ammessi" in err


@pytest.mark.parametrize(
    ("items", "written"),
    [
        ("    - prima\n    • seconda: frase\n", '- "seconda: frase"'),
        ("    - prima\n    seconda: frase\n", '- "seconda: frase"'),
        ("    - prima\n    -seconda: frase\n", '- "seconda: frase"'),
        ("    • prima: frase\n    - seconda\n", '- "prima: frase"'),
        ("    • prima: frase\n    • seconda\n", '- "prima: frase"'),
        ("    • prima #3 della legge\n    • seconda\n", '- "prima #3 della legge"'),
        ("    - prima\n    • seconda frase\n", "- seconda frase"),
    ],
)
def test_a_bullet_of_a_list_becomes_a_hyphen_before_a_text(items: str, written: str):
    """With its colon and no quotes a sentence would be a map."""
    text = HEAD + f"  R03: 1\nprinted:\n  messages:\n{items}"
    assert f"`{written}`" in told(text)[1]


def test_it_is_said_in_english_too():
    err = told(f"{HEAD}• R03: 39301\n• R0B: 4056\n• R16: SI\n", "en")[1]
    assert (
        "→ no sign stands before an entry: write `  R03: 39301`, and so the other 2 lines with "
        "`•`, up to line 6\n" in err
    )


@pytest.mark.parametrize("part", ["fields:\n", "rules:\n"])
@pytest.mark.parametrize("entry", ["  • A{}: 1\n", "  – A{}: {{f: 1}}\n", "  A{}: 1\n  • B{}: 1\n"])
def test_many_of_them_are_looked_at_once(
    part: str, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each of them all that stand beside it were gone through again."""
    counts = []
    for count in (60, 120):
        seen: list[int] = []
        plain = yaml_bulleted_entries._is_bulleted
        monkeypatch.setattr(
            yaml_bulleted_entries,
            "_is_bulleted",
            lambda line, lines, seen=seen, plain=plain: seen.append(line) or plain(line, lines),
        )
        entries = "".join(entry.format(at, at) for at in range(count))
        read_text(f"rulebook: x\n{part}{entries}", "r.yaml", RULEBOOK_LIMITS)
        counts.append(len(seen))
        monkeypatch.undo()
    assert counts[1] <= 2 * counts[0] + 8
