"""Where an argument lacks, the command to copy has what the user named, and nothing of others."""

import re
from pathlib import Path

import pytest

from support.command_line import call

REPORT = """rulebook: mensa/2025@0.1.0
subject: {ente: Jesi}
fields: {utenti: 10, abitanti: 100}
"""


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions of a rulebook, and a report that pins one."""
    monkeypatch.chdir(tmp_path)
    assert call("new", "mensa/2025", "--lang", "it")[0] == 0
    first = Path("rulebooks/mensa/2025.yaml").read_text(encoding="utf-8")
    second = first.replace("version: 0.1.0", "version: 0.2.0")
    Path("rulebooks/mensa/2025@0.2.0.yaml").write_text(second, encoding="utf-8")
    Path("r.yaml").write_text(REPORT, encoding="utf-8")
    Path("r.csv").write_text("utenti,abitanti\n1,2\n", encoding="utf-8")


def _told(command: str) -> str:
    """Return the command that the hint says to write."""
    status, _, err = call(*command.split(), "--lang", "it")
    match = re.search("scrivi per esempio `ruletrail (.+)`", err)
    assert (status, match is not None) == (2, True), err
    return match[1] if match is not None else ""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("explain r.yaml", "explain r.yaml esito"),
        ("explain --rulebook mensa/2025@0.2.0 r.yaml",
         "explain r.yaml esito --rulebook mensa/2025@0.2.0"),
        ("explain mensa/2025", "explain jesi.yaml esito --rulebook mensa/2025"),
        ("explain livello", "explain jesi.yaml livello"),
        ("diff mensa/2025@0.1.0", "diff mensa/2025@0.1.0 mensa/2025@0.2.0"),
        ("diff mensa/2025@0.2.0", "diff mensa/2025@0.1.0 mensa/2025@0.2.0"),
        ("diff rulebooks/mensa/2025.yaml", "diff rulebooks/mensa/2025.yaml mensa/2025@0.2.0"),
        ("diff mensa/2025 -o d.md", "diff mensa/2025@0.1.0 mensa/2025 -o d.md"),
        ("prove --same mensa/2025@0.1.0", "prove --same mensa/2025@0.1.0 mensa/2025@0.2.0"),
        ("evaluate --rulebook mensa/2025", "evaluate jesi.yaml --rulebook mensa/2025"),
        ("read --rulebook mensa/2025", "read jesi.pdf --rulebook mensa/2025 -o jesi.yaml"),
        ("batch --rulebook mensa/2025", "batch 2024.csv -o out.csv --rulebook mensa/2025"),
        ("batch r.csv", "batch r.csv -o out.csv"),
    ],
)  # fmt: skip
def test_a_command_is_shown_with_what_the_user_named(written: str, told: str):
    """A code is one of the user's rulebook, a second version another one of it."""
    assert _told(written) == told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("explain none.yaml", "explain none.yaml CODICE"),
        ("explain -", "explain - CODICE"),
        ("diff other/2024", "diff other/2024 DOPO"),
        ("prove --same other/2024.yaml", ""),
    ],
)
def test_where_nothing_of_the_users_fits_its_name_stands_there(written: str, told: str):
    """No rulebook that was not asked for is named."""
    if told:
        assert _told(written) == told
    else:
        assert "sociale" not in call(*written.split(), "--lang", "it")[2]


@pytest.mark.parametrize("written", ["explain r.yaml", "diff mensa/2025@0.1.0"])
def test_what_is_told_can_be_run(written: str):
    assert call(*_told(written).split())[0] in (0, 1)
