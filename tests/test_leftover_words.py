"""Words that a shell cut off: the command is written as it was meant, or nothing is guessed."""

from pathlib import Path

import pytest

from support.command_line import call

LEFT_OVER = [
    ("evaluate|my reports/of Jesi.yaml|--brief", 'evaluate "my reports/of Jesi.yaml" --brief'),
    ("evaluate|of Jesi.yaml", 'evaluate "of Jesi.yaml"'),
    ("explain|a.yaml|Quadro 3", 'explain a.yaml "Quadro 3"'),
    ("needed|a.yaml|livello di servizio", 'needed a.yaml "livello di servizio"'),
    ("explain|a.yaml|R04 R05", "explain a.yaml R04"),
    ("whatif|a.yaml|livello inferiore", "whatif a.yaml livello"),
    ("evaluate|a.yaml|-o|the answer.html", 'evaluate a.yaml -o "the answer.html"'),
    ("evaluate|a.yaml|answer.html", "evaluate a.yaml -o answer.html"),
    (
        "batch|a.csv|out.csv|--rulebook|sociale/2024",
        "batch a.csv --rulebook sociale/2024 -o out.csv",
    ),
    ("read|a.txt|--rulebook|sociale 2024", "read a.txt --rulebook sociale/2024"),
    ("batch|a.csv|-o|b.csv|--keep|id, note", "batch a.csv -o b.csv --keep id,note"),
    ("whatif|a.yaml|livello|--set|R05 = 10.44", "whatif a.yaml livello --set R05=10.44"),
    ("whatif|a.yaml|x|--set|R05=1 R03=2", "whatif a.yaml x --set R05=1 --set R03=2"),
    ("whatif|a.yaml|--want|livello = inferiore", "whatif a.yaml --want livello=inferiore"),
    ("batch|a.csv|--only|quadro_3 == due", "batch a.csv --only 'quadro_3 == \"due\"'"),
    ("evaluate|a.yaml a.yaml", "evaluate a.yaml"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my reports").mkdir()
    for name in ("a.yaml", "b.yaml", "a.csv", "a.txt", "of Jesi.yaml", "my reports/of Jesi.yaml"):
        (tmp_path / name).write_text("rulebook: sociale/2024\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(("cut", "meant"), LEFT_OVER)
def test_the_command_is_written_as_it_was_meant(cut: str, meant: str) -> None:
    """A blank in a word of the table is where a shell cuts it."""
    status, out, err = call(*(part for word in cut.split("|") for part in word.split()))
    assert (status, out) == (2, "")
    assert "is one word too many [usage]" in err
    assert f"  → write `ruletrail {meant}`\n" in err


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "un file alla volta: scrivi `ruletrail evaluate a.yaml`"),
        ("en", "one file at a time: write `ruletrail evaluate a.yaml`"),
    ],
)
def test_several_files_are_given_one_by_one(language: str, said: str) -> None:
    """Not as if the second one were a slip."""
    assert said in call("evaluate", "a.yaml", "b.yaml", "--lang", language)[2]


@pytest.mark.parametrize(
    "words", [("–brief", "a.yaml"), ("a.yaml", "—brief"), ("a.yaml", "−brief")]
)
def test_a_long_dash_stands_for_two_hyphens(words: tuple[str, ...]) -> None:
    """As word processors write them, also where argparse took the word for the report."""
    err = call("evaluate", *words)[2]
    assert "has no option" in err
    assert "→ did you mean `--brief`?" in err
