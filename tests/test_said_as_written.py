"""What an officer wrote is said as it was written, in its words, and with a way out that helps."""

import csv
from pathlib import Path

import pytest

import ruletrail
from ruletrail.cli import find_parser
from support.command_line import call
from support.places import EXAMPLES

WATER = EXAMPLES / "water-bonus"
HOUSEHOLD = (WATER / "household.yaml", "--rulebook", WATER / "bonus.yaml")
TAX = (EXAMPLES / "income-tax/employee.yaml", "--rulebook", EXAMPLES / "income-tax/irpef.yaml")


# -- Cells of a table ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the `problems` of rows as an Italian spreadsheet writes them, one wrong cell in each."""
    folder = tmp_path_factory.mktemp("cells")
    cells = ["1,5;1", "-1.234,50;1", "0,0;1", "1.000,25;1", "n.d.;1", "12;#N/D", "12;-8,50"]
    rows = [f"Jesi;AN;{each}" for each in cells]
    text = "\n".join(["subject.comune;subject.provincia;R0B;R05", *rows])
    (folder / "in.csv").write_text(text, "utf-8")
    words = ("--rulebook", "sociale/2024", "--lang", "it")
    assert call("batch", folder / "in.csv", "-o", folder / "out.csv", *words)[0] == 1
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row["problems"] for row in csv.DictReader(file, delimiter=";")]


@pytest.mark.parametrize(
    ("row", "written"),
    list(enumerate(["1,5", "-1.234,50", "", "1.000,25", "n.d.", "#N/D", "-8,50"])),
)
def test_a_cell_is_shown_as_it_stands_in_the_file(told: list[str], row: int, written: str):
    """With its comma and its points; a report's own spelling stands in no cell."""
    problems = told[row]
    assert bool(problems) == bool(written)
    if written:
        assert f"`{written}`" in problems
        assert "`-1234.50`" not in problems
        assert problems.count(" → ") == problems.count(": R0")


def test_a_cell_without_a_number_may_stay_empty(told: list[str]):
    """Of a whole number and of one with decimals alike."""
    assert all("lascia vuota la cella" in told[row] for row in (4, 5))


# -- Commands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "arguments", "options"),
    [
        ("needed", ["r.yaml", "quadro_3"], ["--format", "html"]),
        ("whatif", ["r.yaml", "livello"], ["--set", "R03=1", "--pairs"]),
        ("explain", ["r.yaml", "R04"], ["-o", "r.html"]),
        ("prove", ["a.yaml", "b.yaml"], ["--property", "R04 <= 1", "--full"]),
        ("graph", ["a.yaml", "R04", "R05"], ["--format=dot"]),
        ("batch", ["-"], ["--from", "csv", "-oout.csv"]),
    ],
)
def test_arguments_may_stand_before_between_and_after_options(
    command: str, arguments: list[str], options: list[str]
):
    parser = find_parser([command], "it")
    expected = vars(parser.parse_args([*arguments, *options]))
    first, *rest = arguments
    assert vars(parser.parse_args([first, *options, *rest])) == expected
    assert vars(parser.parse_args([*options, *arguments])) == expected


def test_what_may_be_moved_is_said_of_an_outcome_that_is_wanted():
    """Else it would be passed over in silence."""
    words = ("whatif", EXAMPLES / "livorno-2024.yaml", "livello", "--vary", "NOPE", "--lang", "it")
    status, _, problems = call(*words)
    assert (status, "`--vary`" in problems, "`--want`" in problems) == (2, True, True)


def test_a_change_that_leaves_something_open_says_what_is_then_missing():
    """And no comparison decides where none could be made."""
    answer = ruletrail.load(WATER / "bonus.yaml").whatif(WATER / "household.yaml", "bonus")
    flips = answer.to_dict()["flips"]
    left_open = [each for each in flips if each["outcome"] == "undetermined"]
    assert [each["missing"] for each in left_open] == [
        ["componenti[1].a_carico"],
        ["componenti[2].a_carico"],
    ]
    assert all(each["because"] != "ordinaria" for each in left_open)
    assert not any("missing" in each for each in flips if each not in left_open)
    text = " ".join(call("whatif", *HOUSEHOLD, "bonus", "--lang", "it")[1].split())
    assert "allora manca componenti[1].a_carico (A carico, 1. Anna)" in text


@pytest.mark.parametrize("command", ["explain", "needed"])
@pytest.mark.parametrize("row", ["9", "0", "9" * 5000], ids=["9", "0", "long"])
def test_a_row_that_is_not_there_is_told_with_the_last_one(command: str, row: str):
    for code in (f"componenti[{row}]", f"componenti[{row}].eta"):
        status, _, problems = call(command, *HOUSEHOLD, code, "--lang", "it")
        assert status == 2
        assert "l'ultima riga di `componenti` è la 3" in problems
        assert "`componenti[1]" in problems


@pytest.mark.parametrize("row", ["²", "9" * 5000], ids=["no digit", "long"])
def test_a_number_of_a_row_that_is_none_breaks_nothing(row: str):
    setting = f"componenti[{row}].lavoro=false"
    assert call("whatif", *HOUSEHOLD, "bonus", "--set", setting)[0] == 2


def test_a_file_is_not_near_by_its_extension_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cp.yaml").write_text("a: 1\n", "utf-8")
    (tmp_path / "relazione.yaml").write_text("a: 1\n", "utf-8")
    assert "cp.yaml" not in call("evaluate", "nope.yaml")[2]
    assert "relazione.yaml" in call("evaluate", "relazoine.yml")[2]


def test_a_record_of_a_draft_is_told_to_be_one(tmp_path: Path):
    """It is kept all the same, and called as pages call it."""
    status, out, err = call("seal", *HOUSEHOLD, "--archive", tmp_path / "a.sqlite")
    assert (status, "bonus-acqua/2024@0.1.0 is a draft" in err) == (0, True)
    assert "bonus-acqua/2024@0.1.0, Rossi: the report is complete" in out


def test_both_answers_part_at_a_comparison_with_the_signs_of_pages():
    setting = ("--set", "componenti[1].posto=figlio", "--lang", "it")
    text = " ".join(call("whatif", *HOUSEHOLD, "bonus", *setting)[1].split())
    assert 'componenti.posto = "genitore' in text


# -- Pages -----------------------------------------------------------------------------------------


def test_a_declared_value_that_was_cut_shows_what_it_was_cut_to():
    """`3.565,00` would contradict the `3.565,47` that it is rounded from."""
    out = call("evaluate", *TAX, "--lang", "it")[1]
    assert "dichiarato 3.565, arrotondato" in out
    assert "dichiarato 3.565,00" not in out


def test_a_text_stands_in_a_formula_as_it_is_called():
    """On both sides of a comparison alike: an outcome, and what it is compared with."""
    own = EXAMPLES / "own-rulebooks"
    out = call("explain", own / "report.yaml", "quota", "--library", own, "--lang", "it")[1]
    assert 'se "ridotta per isee" = "ridotta per isee" altrimenti' in " ".join(out.split())
    assert "ridotta_per_isee" not in out


def test_what_is_needed_is_told_as_on_every_page(tmp_path: Path):
    """By which rulebook, that a draft is one, and each code with its label in brackets."""
    text = HOUSEHOLD[0].read_text("utf-8").replace(", a_carico: true", "")
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    out = call("needed", tmp_path / "r.yaml", *HOUSEHOLD[1:], "--lang", "it")[1]
    assert "rulebook bonus-acqua/2024, versione 0.1.0 (bozza)" in out
    assert "Attenzione: questo rulebook è una bozza." in out
    assert "- componenti[3].a_carico (A carico, 3. Carla: sì o no?)\n" in out


# -- Slips -----------------------------------------------------------------------------------------

HEAD = "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields:\n"
ROWS = "rulebook: bonus-acqua/2024\nsubject: {famiglia: Rossi}\nfields:\n  componenti:\n"
SLIPS = {
    "a dash for what is missing": (f"{HEAD}  R03: -\n", 4, "togli la riga"),
    "a whole number in groups": (f"{HEAD}  R03: 39.301\n", 4, "separatori delle migliaia\n"),
    "a semicolon after a number": (f"{HEAD}  R03: 39301;\n", 4, "scrivi `39301`"),
    "an empty town": (HEAD.replace("Jesi", '""'), 2, "il testo è vuoto"),
    "a semicolon between keys": (
        f"{ROWS}    - {{nome: Anna; posto: figlio}}\n",
        5,
        "non il punto e virgola: `, posto:`",
    ),
    "a first row without its dash": (
        f"{ROWS}    {{nome: Anna}}\n    - {{nome: Bruno}}\n",
        5,
        "manca il trattino",
    ),
    "a later row without its dash": (
        f"{ROWS}    - {{nome: Anna}}\n    {{nome: Bruno}}\n    - {{nome: Carla}}\n",
        6,
        "manca il trattino",
    ),
    "a colon in a text in braces": (f"{ROWS}    - {{nome: Anna: B}}\n", 5, "fra virgolette"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_where_it_is(slip: str, tmp_path: Path):
    text, line, way_out = SLIPS[slip]
    report = tmp_path / "r.yaml"
    report.write_text(text, "utf-8")
    words = ("--rulebook", WATER / "bonus.yaml") if "bonus" in text else ()
    status, _, problems = call("evaluate", report, *words, "--lang", "it")
    assert status == 2
    assert way_out in problems
    assert f"r.yaml:{line}:" in problems
