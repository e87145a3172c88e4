"""A code that the form has and the rulebook does not encode is never called a code of no form."""

from pathlib import Path

import pytest

from ruletrail.linking.unencoded import find_unencoded, speaks_of
from support.command_line import call
from support.places import ROOT

JESI = ROOT / "examples/jesi-2024.yaml"
SAID = "`R09` è nel modulo, ma qui non è codificato: le etichette dei righi R09-R15 non sono note"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    text = JESI.read_text("utf-8")
    Path("jesi.yaml").write_text(text, "utf-8")
    Path("with.yaml").write_text(text.replace("  R08:", "  R09: 12\n  R08:"), "utf-8")
    Path("none.yaml").write_text(text.replace("  R08:", "  R99: 12\n  R08:"), "utf-8")
    Path("rows.csv").write_text("subject.comune,subject.provincia,R03,R09\nA,LO,10,1\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "way_out"),
    [
        (
            "evaluate with.yaml -o out.txt",
            "se `quadro_3` è dovuto (lo dice `evaluate`, senza questa riga) compilalo sul modulo",
        ),
        ("whatif jesi.yaml quadro_1 --set R09=1", "si compila sul modulo, se `quadro_3` è dovuto"),
        ("whatif jesi.yaml --want quadro_3=due --vary R09", "toglilo dal comando"),
        ("whatif jesi.yaml R09", "`quadro_3` è la voce del rulebook che ne parla"),
        ("batch rows.csv -o out.csv --rulebook sociale/2024", "per chi deve compilare `quadro_3`"),
    ],
)
def test_a_code_that_the_first_screen_sends_the_officer_to(command: str, way_out: str):
    """With why it is not encoded and what to do, at every door; and never that it is unknown."""
    status, _, err = call(*command.split(), "--lang", "it")
    assert status == 2
    assert SAID in err
    assert way_out in err
    assert "code-not-encoded" in err
    assert "non è nel modulo" not in err
    assert "unknown-key" not in err


def test_a_column_of_such_a_code_may_be_kept():
    """As the hint says."""
    words = "batch rows.csv -o out.csv --rulebook sociale/2024 --keep R09 --lang it"
    status, _, err = call(*words.split())
    assert status == 0, err


@pytest.mark.parametrize(
    ("due", "part_of", "is_if_due"),
    [
        ("due: true", "", False),
        ("due: R03 > 1", "", True),
        ("due: true", "part_of: quadro_2", False),
        ("due: true", "part_of: quadro_3", True),
    ],
)
def test_nobody_is_told_to_fill_in_what_is_not_due(due: str, part_of: str, *, is_if_due: bool):
    """A part is always due where no condition says otherwise, its own or that of a part above."""
    beside = "rulebook: sociale\nextends: sociale/2024@1.0.1\nversion: 9.0.0\nedition: '2024'\n"
    part = f"  nuova: {{title: Nuova, {due}, {part_of or 'note: sola'}, not_encoded: il rigo Z1}}"
    head = "language: 1\nstatus: draft\ntitle: t\nreport: reports/sociale/2024.schema.json\n"
    Path("own.yaml").write_text(f"{head}{beside}sections:\n{part}\n", "utf-8")
    text = JESI.read_text("utf-8").replace("  R08:", "  Z1: 12\n  R08:")
    Path("z.yaml").write_text(text, "utf-8")
    words = "evaluate z.yaml --rulebook own.yaml -o out.txt --lang it"
    _, _, err = call(*words.split())
    said = (
        "se `nuova` è dovuto (lo dice `evaluate`" if is_if_due else "compilalo sul modulo, e togli"
    )
    assert said in err, err


def test_any_other_code_is_still_unknown():
    """No reason speaks of it."""
    status, _, err = call("evaluate", "none.yaml", "-o", "out.txt", "--lang", "it")
    assert (status, "il codice `R99` non è nel modulo" in err) == (2, True)
    _, _, err = call("whatif", "jesi.yaml", "R05", "--lang", "it")
    assert "code-not-encoded" not in err


@pytest.mark.parametrize(
    ("why", "code", "is_spoken_of"),
    [
        ("rows R09-R15 are not known", "R09", True),
        ("rows R09-R15 are not known", "r12", True),
        ("rows R09-R15 are not known", "R16", False),
        ("rows R09–R15 are not known", "R15", True),
        ("rows R09-M15 are not known", "R10", False),
        ("row R24 is not known", "R24", True),
        ("row R24 is not known", "R2", False),
        ("nothing is known", "R24", False),
        ("row R24 is not known", "row", False),
    ],
)
def test_which_codes_a_reason_speaks_of(why: str, code: str, *, is_spoken_of: bool):
    """By itself or within a range of one stem."""
    assert speaks_of(why, code) is is_spoken_of


def test_a_field_or_an_entry_is_encoded_whatever_reasons_say():
    """R16 to R22 are fields, and `quadro_3` an entry."""
    from ruletrail import load  # noqa: PLC0415 - for this test alone

    linked = load("sociale/2024").linked
    assert find_unencoded(linked, "R03") is None
    assert find_unencoded(linked, "quadro_3") is None
    assert find_unencoded(linked, "R25") is not None
