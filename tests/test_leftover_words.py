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
    ("evaluate|a.yaml|R04", "explain a.yaml R04"),
    ("whatif|a.yaml|x|--want|x=non y", 'whatif a.yaml x --want "x=non y"'),
    ("whatif|a.yaml|x|--want|x = y", "whatif a.yaml x --want x=y"),
    ("whatif|a.yaml|livello|R05=10", "whatif a.yaml livello --set R05=10"),
    ("whatif|a.yaml|R05=10|livello", "whatif a.yaml livello --set R05=10"),
    ("read|a.txt|--rulebook|x/1|-o|b.yaml c", "read a.txt --rulebook x/1 -o b.yaml"),
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
    ("language", "said"),
    [
        ("it", "scrivi `ruletrail batch a.csv -o o.csv`, e così per ognuno degli altri, con un"),
        ("en", "and the same for each of the others, with an `-o` of its own"),
    ],
)
def test_each_of_several_tables_has_an_output_of_its_own(language: str, said: str) -> None:
    """The same command again would write over the first answers."""
    Path("b.csv").write_text("x", "utf-8")
    assert said in call("batch", "a.csv", "b.csv", "-o", "o.csv", "--lang", language)[2]


def test_reports_are_not_sent_back_to_the_command_that_reads_none() -> None:
    """`batch` reads no YAML: the command of the hint is the one that does."""
    err = call("batch", "a.yaml", "b.yaml", "-o", "o.csv")[2]
    assert "→ one file at a time: write `ruletrail evaluate a.yaml`, and the same for each" in err


@pytest.mark.parametrize(
    "words", [("–brief", "a.yaml"), ("a.yaml", "—brief"), ("a.yaml", "−brief")]
)
def test_a_long_dash_stands_for_two_hyphens(words: tuple[str, ...]) -> None:
    """As word processors write them, also where argparse took the word for the report."""
    err = call("evaluate", *words)[2]
    assert "has no option" in err
    assert "→ did you mean `--brief`?" in err


ELSEWHERE = [
    ("evaluate a.yaml --html", "write for example `-o jesi.html`"),
    ("evaluate a.yaml --print", "write for example `-o jesi.html`"),
    ("evaluate a.yaml --set R05=10", "it is an option of `ruletrail whatif`"),
    ("evaluate a.yaml --explain R04", "`ruletrail evaluate --help` shows how to use it"),
    ("evaluate a.yaml --breve", "did you mean `--brief`?"),
    ("whatif a.yaml R05=10", "`ruletrail whatif a.yaml livello --set R05=10`"),
    ("confronta a.yaml b.yaml", "`ruletrail diff` compares two versions"),
    ("a.yaml", "write `ruletrail evaluate a.yaml`"),
    ("a.txt", "write `ruletrail read a.txt --rulebook sociale/2024 -o form.yaml`"),
    ("a.csv", "write `ruletrail batch a.csv -o out.csv --rulebook sociale/2024`"),
]


@pytest.mark.parametrize(("line", "hint"), ELSEWHERE)
def test_what_other_words_are_for_is_told(line: str, hint: str) -> None:
    """No option is near another by its hyphens: `--explain` is not `--lang`."""
    status, _, err = call(*line.split())
    assert status == 2
    assert hint in err.splitlines()[1]
