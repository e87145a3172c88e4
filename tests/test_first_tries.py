"""What somebody meets who tries for the first time: wrong places, names, files, and what `-o` says.

Each class of slip is one problem, and its hint is what to write.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.first_screens import change, in_one_line
from support.places import EXAMPLES

JESI = EXAMPLES / "jesi-2024.yaml"
GARDEN = EXAMPLES / "garden" / "garden.yaml"
SOCIALE = ("--rulebook", "sociale/2024")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Call the command in a fresh folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _problems(*words: object, language: str = "en") -> list[dict[str, Any]]:
    """Run a command that finds problems; gives them."""
    _, out, _ = call(*words, "--format", "json", "--lang", language)
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


# -- A report's keys -------------------------------------------------------------------------------


def test_keys_that_lost_their_indentation_are_one_problem(folder: Path):
    """All codes stand at the margin: it is told once, at the first, and nothing lacks."""
    text = JESI.read_text("utf-8").partition("printed:")[0]
    (folder / "flat.yaml").write_text(text.replace("fields:\n", "").replace("\n  ", "\n"), "utf-8")
    for language, said in (("it", "altre 90 chiavi"), ("en", "90 other keys")):
        (problem,) = _problems("evaluate", "flat.yaml", language=language)
        assert (problem["code"], problem["message"].count("M12_2019")) == ("unknown-key", 1)
        assert said in problem["hint"]
        assert "`fields:`" in problem["hint"]


@pytest.mark.parametrize(
    ("old", "new", "code", "meant"),
    [
        ("fields:", "campi:", "campi", "`fields`"),
        ("subject:", "soggetto:", "soggetto", "`subject`"),
        ("subject: {comune: Jesi, provincia: AN}", "comune: Jesi", "comune", "`subject:`"),
    ],
)
def test_a_key_of_another_name_or_place_is_not_missing_besides(
    old: str, new: str, code: str, meant: str, folder: Path
):
    """What is wrong is told where it stands, and not once more as a key that lacks."""
    (folder / "report.yaml").write_text(JESI.read_text("utf-8").replace(old, new, 1), "utf-8")
    (problem,) = _problems("evaluate", "report.yaml")
    assert (problem["code"], f"`{code}`" in problem["message"]) == ("unknown-key", True)
    assert meant in problem["hint"]


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ("fields:", "zzz:", "zzz", "`fields` is missing: if this is its value, write `fields:`"),
        ("comune: Jesi", "municipio: Jesi", "municipio", "`comune` is missing: if this is its"),
        ("comune: Jesi", "città: Jesi", "città", "is its value, write `comune: Jesi`"),
        ("comune: Jesi", 'città: "0421"', "città", 'value, write `comune: "0421"`'),
    ],
)
def test_the_one_key_that_lacks_is_told_by_the_one_that_is_unknown(
    old: str, new: str, key: str, hint: str, folder: Path
):
    """Both are one slip, and one message has the way out; whether it is that key, the hint asks."""
    text = JESI.read_text("utf-8").replace(old, new, 1)
    (folder / "report.yaml").write_text(text, "utf-8")
    (problem,) = _problems("evaluate", "report.yaml")
    assert (problem["code"], f"`{key}`" in problem["message"]) == ("unknown-key", True)
    assert hint in problem["hint"]


def test_a_plain_value_is_never_that_of_a_key_that_holds_others(folder: Path):
    """`subject: Jesi` would be wrong again; what may stand at the margin is said."""
    text = JESI.read_text("utf-8").replace(
        "subject: {comune: Jesi, provincia: AN}", "nome: Jesi", 1
    )
    (folder / "report.yaml").write_text(text, "utf-8")
    missing, unknown = _problems("evaluate", "report.yaml")
    assert (missing["code"], unknown["code"]) == ("missing-key", "unknown-key")
    assert "`subject: {comune: Jesi, provincia: AN}`" in missing["hint"]
    assert unknown["hint"].startswith("known keys: `subject`")


BLOCK = "subject:\n  comune: Jesi\n  provincia: AN\n"
ON_A_LINE = "subject: {comune: Jesi, provincia: AN}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "hint"),
    [
        ("fields:\n", "", 9, "`fields` is missing", "write `fields:` on a line of its own, above"),
        (f"{ON_A_LINE}fields:\n", BLOCK, 11, "`fields` is missing", "write `fields:` on a line of"),
        ("fields:\n", "fields\n", 8, "breaks here, near `fields`", "colon is missing"),
        (
            ON_A_LINE,
            f"{BLOCK}  R00E: 2792\n",
            10,
            "`R00E`",
            "`R00E` belongs under `fields:`",
        ),
        (ON_A_LINE, f"{BLOCK}  R08: 1\n  R03: 1\n", 10, "`R08`", "`R08` and `R03` belong under `f"),
        (
            f"{ON_A_LINE}fields:\n",
            "fields:\n  comune: Jesi\n  provincia: AN\n",
            8,
            "`comune`",
            "`subject` is missing: write it beside `fields:`, with `comune`, `provincia` in it",
        ),
    ],
)
def test_the_line_that_begins_a_part_is_told_to_be_missing(  # noqa: PLR0917 - a row of the table
    old: str, new: str, line: int, message: str, hint: str, folder: Path
):
    """Of all values below it once, and nobody is told to move them to the margin or take them out.

    Only where another part is missing that its keys do not end, that is told besides.
    """
    text = JESI.read_text("utf-8").replace(old, new, 1)
    (folder / "report.yaml").write_text(text, "utf-8")
    problems = [each for each in _problems("evaluate", "report.yaml") if each["line"] == line]
    (problem,) = problems
    assert message in problem["message"]
    assert hint in problem["hint"]


def test_each_shape_of_a_value_has_a_way_out(folder: Path):
    """A list or a map in the place of one value; a list in the place of the subject."""
    for old, new, hint in (
        ("M12: 193", "M12: [193, 172]", "write a single value here, "),
        ("M12: 193", "M12: {anno: 193}", "write a single value here, "),
        ("{comune: Jesi, provincia: AN}", "[Jesi, AN]", "`{comune: Jesi, provincia: AN}`"),
    ):
        text = JESI.read_text("utf-8")
        assert old in text
        (folder / "report.yaml").write_text(text.replace(old, new, 1), "utf-8")
        (problem,) = _problems("evaluate", "report.yaml")
        assert hint in problem["hint"]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("+193", "write `193`, without"),
        ("0193", "write `193`"),
        ("19O", "write `190`: the letter O is no zero"),
        ("l93", "write `193`: the letter O is no zero, nor is I or l a one"),
        ("?", "a question mark alone is no value: if there is none, take the line out"),
        ("#193", "`#` begins a comment: write `193`"),
        ("# da chiedere", "write the value; where it is missing, take its name out too"),
    ],
)
def test_what_stands_for_a_number_is_told_how_it_is_written(value: str, hint: str, folder: Path):
    """What can only be one number is that number; what says that there is none is to go."""
    (problem,) = _problems("evaluate", str(change(JESI, folder, M12=value)))
    assert problem["hint"].startswith(hint)


@pytest.mark.parametrize("key", ["Rulebook", "rulebok", "rule_book"])
def test_a_misspelt_rulebook_is_told_its_name(key: str, folder: Path):
    """It is not to be added: it stands there."""
    text = JESI.read_text("utf-8").replace("rulebook:", f"{key}:", 1)
    (folder / "report.yaml").write_text(text, "utf-8")
    (problem,) = _problems("evaluate", "report.yaml")
    assert problem["code"] == "report-without-rulebook"
    assert problem["hint"] == f"in the place of `{key}` write `rulebook`"


def test_a_number_past_the_limits_says_of_which_field_it_is(folder: Path):
    """By its label, as everything else that is wrong with a value."""
    report = change(JESI, folder, M12="99999999999999999")
    (problem,) = _problems("evaluate", str(report))
    assert problem["message"].startswith("M12 (Utenti famiglia e minori (interventi e servizi), N°")


@pytest.mark.parametrize("key", ["fields", "subject"])
def test_a_part_without_values_is_not_told_to_go(key: str, folder: Path):
    """Without its name it would be missing."""
    parts = {"rulebook": " sociale/2024", "subject": " {comune: Jesi, provincia: AN}"}
    parts |= {"fields": " {M12: 1}", key: ""}
    written = "".join(f"{name}:{value}\n" for name, value in parts.items())
    (folder / "report.yaml").write_text(written, "utf-8")
    (problem,) = _problems("evaluate", "report.yaml")
    assert problem["code"] == "null-value"
    assert problem["hint"].startswith(f"write its values below `{key}:`, one a line")


def test_keys_that_cannot_be_paired_are_told_each(folder: Path):
    """Two lack and two are unknown: nobody knows which stands for which, but for likeness."""
    text = JESI.read_text("utf-8")
    for subject, told in (
        ("{xx: Jesi, yy: AN}", ["missing-key", "missing-key", "unknown-key", "unknown-key"]),
        ("{xx: Jesi, provinc: AN}", ["unknown-key", "unknown-key"]),
        ("{xx: 1, comune: Jesi, provincia: AN}", ["unknown-key"]),
    ):
        written = text.replace("{comune: Jesi, provincia: AN}", subject, 1)
        (folder / "report.yaml").write_text(written, "utf-8")
        assert sorted(each["code"] for each in _problems("evaluate", "report.yaml")) == told


def test_a_letter_that_looks_like_another_is_named_with_the_key_that_is_meant(folder: Path):
    """An accent is plain to see; a Cyrillic letter is not, and that is all that is wrong."""
    text = JESI.read_text("utf-8").replace("comune: Jesi", "c\u043emune: Jesi", 1)
    (folder / "report.yaml").write_text(text, "utf-8")
    (problem,) = _problems("evaluate", "report.yaml")
    assert (problem["code"], problem["hint"]) == ("foreign-letter", "did you mean `comune`?")
    assert "CYRILLIC SMALL LETTER O" in problem["message"]


SIGNED = "if the minus slipped in write `{}`; if it is meant, the value is not admitted here"
"""Neither reading of a sign is called the one that was meant: a value may well be negative."""


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"M12": "-193"}, SIGNED.format("193")),
        ({"R06": "-3580390.40"}, SIGNED.format("3580390.40")),
        ({"R01B": "1 ogni 802"}, "write `802`: of a ratio of 1 to N only N is written"),
        ({"R01B": "1 ogni 802 abitanti"}, "write `802`: of a ratio of 1 to N only N is written"),
        ({"R00E": "1:2792"}, "write `2792`: of a ratio of 1 to N only N is written"),
    ],
)
def test_a_value_as_people_write_it_is_told_as_the_report_has_it(
    changes: dict[str, str | None], hint: str, folder: Path
):
    """A sign that slipped in, and a ratio as the form prints it."""
    (problem,) = _problems("evaluate", change(JESI, folder, **changes))
    assert problem["hint"] == hint


def test_a_value_out_of_both_limits_is_not_offered_without_its_sign(folder: Path):
    """What would be refused too is no way out."""
    (folder / "report.yaml").write_text(
        "rulebook: garden/2026\nsubject: {household: A}\nfields: {adults: -900}\n", "utf-8"
    )
    found = _problems("evaluate", "report.yaml", "--rulebook", GARDEN)
    bounds = [each for each in found if each["code"] == "out-of-range"]
    assert bounds
    assert not any("minus" in each["hint"] for each in bounds)


# -- Files and arguments ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("evaluate", "jesi.yml"), "did you mean `jesi.yaml`?"),
        (("evaluate", "jesi"), "did you mean `jesi.yaml`?"),
        (("evaluate", "below/livorno.yml"), "did you mean `below/livorno.yaml`?"),
        (("verify", "jessi.yaml"), "did you mean `jesi.yaml`?"),
        (("explain", "jesi.yml", "R04"), "did you mean `jesi.yaml`?"),
        (("evaluate", "nothing.like"), "the file does not exist: check its name and folder"),
        (("evaluate", "no/such.yaml"), "the file does not exist: check its name and folder"),
        (("explain", "R04", "jesi.yaml"), "write `ruletrail explain jesi.yaml R04`"),
        (("needed", "livello", "jesi.yaml"), "write `ruletrail needed jesi.yaml livello`"),
    ],
)
def test_a_file_that_is_not_there_is_told_by_those_beside(
    words: tuple[str, ...], hint: str, folder: Path
):
    """By its name without the extension, else by the nearest; nothing is guessed from afar."""
    (folder / "jesi.yaml").write_bytes(JESI.read_bytes())
    (folder / "below").mkdir()
    (folder / "below" / "livorno.yaml").write_bytes(JESI.read_bytes())
    assert [each["hint"] for each in _problems(*words)] == [hint]


def test_files_of_one_name_are_all_offered(folder: Path):
    """Which of them is meant the caller knows; hidden files are none of his."""
    for name in ("jesi.json", "jesi.yaml", ".jesi.swp"):
        (folder / name).write_text("x", "utf-8")
    (problem,) = _problems("evaluate", "jesi.yml")
    assert problem["hint"] == "did you mean `jesi.json`, `jesi.yaml`?"


@pytest.mark.parametrize(
    ("names", "words", "hint"),
    [
        (
            ("jesi.html", "jesi.pdf", "relazione.yaml"),
            ("evaluate", "jesi.yml"),
            "`jesi.pdf` is read by `ruletrail read jesi.pdf --rulebook sociale/2024 -o jesi.yml`",
        ),
        (
            ("jesi.txt",),
            ("evaluate", "./jesi.json"),
            "`jesi.txt` is read by `ruletrail read jesi.txt --rulebook sociale/2024 -o jesi.yaml`",
        ),
        (("jesi.html", "jesi.png"), ("evaluate", "jesi.yml"), "check its name and folder"),
        (("jesi.html", "jesi.txt", "jesi.yaml"), ("explain", "jesi.pdf", "R04"), "`jesi.yaml`?"),
        (
            ("jesi.html", "jesi.txt", "jesi.yaml"),
            ("read", "jesi.pdf", "--rulebook", "sociale/2024"),
            "did you mean `jesi.txt`?",
        ),
        (("jesi.trail.json", "jesi.pdf"), ("verify", "jesi.trial.json"), "`jesi.trail.json`?"),
    ],
)
def test_only_what_the_command_reads_is_offered(
    names: tuple[str, ...], words: tuple[str, ...], hint: str, folder: Path
):
    """A page and a PDF were, to a command that refuses both."""
    for name in names:
        (folder / name).write_text("x", "utf-8")
    (problem,) = _problems(*words)
    assert problem["code"] == "file-unreadable"
    assert problem["hint"].endswith(hint)


@pytest.mark.parametrize("command", ["check", "test", "show", "docs", "graph"])
def test_a_file_whose_path_looks_like_a_reference_is_that_file(command: str, folder: Path):
    """It is there, so it is said to be what it is, and not that no rulebook is called so."""
    (folder / "forms").mkdir()
    (folder / "forms" / "2024.pdf").write_bytes(b"%PDF-1.4\n")
    _, out, err = call(command, "forms/2024.pdf")
    assert (out, "`forms/2024.pdf` is a PDF" in err) == ("", True)


def test_a_folder_that_is_not_there_is_said_to_be_missing():
    """The way out is to make it, not to look at permissions."""
    for words in (("evaluate", JESI), ("docs", "sociale/2024"), ("schema", "rulebook")):
        _, out, err = call(*words, "-o", "nowhere/x.html")
        assert (out, "the folder is not there: make it" in err) == ("", True)


def test_problems_name_the_report_as_it_was_named(folder: Path):
    """Also what is wrong with the rulebook that it names, and what is only remarked."""
    (folder / "below").mkdir()
    remarked = change(JESI, folder / "below", R06="3580.390").relative_to(folder)
    assert call("evaluate", remarked)[2].startswith("below/report.yaml:")
    text = JESI.read_text("utf-8").replace("sociale/2024\n", "sociale/2031\n", 1)
    remarked.write_text(text, "utf-8")
    assert call("evaluate", remarked)[2].startswith("below/report.yaml:6:11: error")


# -- What `-o` says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        (("evaluate", JESI), "x.html", ": the report is complete, but there is one thing"),
        (("evaluate", JESI), "x.trail.json", ": the report is complete, but there is one thing"),
        (("explain", JESI, "R04"), "x.md", ""),
        (("needed", JESI), "x.json", ""),
        (("read", EXAMPLES / "forms" / "jesi-2024.txt", *SOCIALE), "x.yaml", ": 91 values read"),
        (("docs", "sociale/2024"), "x.html", ""),
        (("graph", "sociale/2024", "R04"), "x.dot", ""),
        (("graph", "sociale/2024", "R04"), "x.mmd", ""),
        (("show", "sociale/2024"), "x.yaml", ""),
        (("show", "sociale/2024", "--resolved"), "x.yaml", ""),
        (("schema", "trail"), "x.json", ""),
        (("schema", "report", "sociale/2024"), "x.json", ""),
    ],
)
def test_a_command_says_which_file_it_wrote(words: tuple[object, ...], name: str, said: str):
    """On the stream of problems, in one line, in the language of the call."""
    for language, wrote in (("en", f"wrote {name}{said}"), ("it", f"scritto {name}")):
        status, out, err = call(*words, "-o", name, "--lang", language)
        assert (status, out, err.count("\n"), err.startswith(wrote)) == (0, "", 1, True)
    assert Path(name).stat().st_size > 0


def test_a_file_holds_what_the_terminal_shows():
    """In the form that its name says; a picture is none of ours."""
    for words, name, shown in (
        (("graph", "sociale/2024", "R04"), "x.dot", ("--format", "dot")),
        (("graph", "sociale/2024", "R04"), "x.gv", ("--format", "dot")),
        (("graph", "sociale/2024", "R04"), "x.md", ()),
        (("graph", "sociale/2024", "R04"), "x", ()),
        (("show", "sociale/2024"), "x.yaml", ()),
        (("show", "sociale/2024", "--resolved"), "x.yaml", ()),
    ):
        assert call(*words, "-o", name)[0] == 0
        assert Path(name).read_text("utf-8") == call(*words, *shown)[1]
    status, out, err = call("graph", "sociale/2024", "-o", "x.svg")
    assert (status, out, "use `.mmd` or `.dot`" in err) == (2, "", True)


def test_a_call_for_programs_says_nothing_of_the_file():
    """Whoever asks for JSON reads the status, and the file."""
    assert call("evaluate", JESI, "-o", "x.json", "--format", "json") == (0, "", "")


# -- Codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["Quadro 3", "QUADRO3", "quadro-3", "Quadro_3"])
def test_a_code_is_found_however_it_is_written(asked: str):
    """By what is printed everywhere, in every command that asks for one."""
    assert call("explain", JESI, asked, "--lang", "it")[1].startswith("Perché quadro_3:")
    out = call("needed", JESI, asked, "--lang", "it")[1]
    assert out.startswith("Che cosa serve ancora: quadro_3,")


def test_what_is_not_encoded_is_told_by_needed_too():
    """A row of the form that no rule is known of is no slip of the pen."""
    (problem,) = _problems("needed", JESI, "R24")
    assert (problem["code"], "quadro_4_altri" in problem["hint"]) == ("code-not-encoded", True)


def test_needed_tells_nothing_twice_and_names_what_is_left(folder: Path):
    """What a group holds is not listed again; a few inputs that nothing reads are named."""
    (folder / "empty.yaml").write_text(
        "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields: {}\n", "utf-8"
    )
    whole = call("needed", "empty.yaml", "--lang", "en")[1]
    first, rest = whole.split("What can still matter besides these")
    assert [(code in first, code in rest) for code in ("- M12 (", "- R16 (")] == [
        (True, False),
        (False, True),
    ]
    part = call("needed", "empty.yaml", "quadro_3", "--lang", "en")[1]
    assert "What can still matter" not in part
    assert "74 more inputs are missing and do not concern this answer." in part
    # where nothing was named before there are no others
    kept = [line for line in JESI.read_text("utf-8").splitlines() if "_2019:" not in line]
    Path("later.yaml").write_text("\n".join(kept), "utf-8")
    settled = ("needed", "later.yaml", "quadro_3")
    for language, said, other in (
        ("it", "\n22 dati mancano e non riguardano questa risposta.", "Altri"),
        ("en", "\n22 inputs are missing and do not concern this answer.", "more inputs"),
    ):
        alone = call(*settled, "--lang", language)[1]
        assert said in alone
        assert other not in alone
    left = in_one_line(call("needed", JESI, "--lang", "en")[1])
    assert "- R01A_2020 (Numeri di assistenti sociali forniti" in left
    assert "no calculation uses it" in left


# -- Examples, headers, schemas --------------------------------------------------------------------


def test_a_field_of_an_example_is_named_in_its_problems(folder: Path):
    """In what an example supplies and in what it changes, for `check` and for `test`."""
    place = folder / "garden.yaml"
    place.write_bytes(GARDEN.read_bytes())
    schema = "garden.schema.json"
    (folder / schema).write_bytes((GARDEN.parent / schema).read_bytes())
    (folder / "garden.test.yaml").write_text(
        "test: 1\nrulebook: garden/2026\nexamples:\n"
        "  - name: a\n    report: {subject: {household: A}, fields: {adults: none, children: 0}}\n"
        "    expect: {status: complete}\n"
        "  - name: b\n    like: a\n    change: {adults: 1, children: -3}\n"
        "    expect: {status: complete}\n",
        "utf-8",
    )
    for command in ("check", "test"):
        _, out, err = call(command, "garden.yaml")
        said = in_one_line(out + err)
        assert "adults (Adults in the household): `none`" in said
        assert "None (" not in said


@pytest.mark.parametrize(
    ("header", "row"),
    [("Report of 2024,,", "a,b,c"), ("code,value", "R03,39301"), ("Town,Users", "Jesi,3")],
)
def test_a_header_without_any_code_is_one_problem(header: str, row: str, folder: Path):
    """A title above the table, or a table that lies on its side: what the first row must hold."""
    (folder / "in.csv").write_text(f"{header}\n{row}\n", "utf-8")
    (problem,) = _problems("batch", "in.csv", "-o", "out.csv", *SOCIALE)
    assert problem["code"] == "batch-header"
    assert "stand in the first row" in problem["hint"]


def test_a_header_with_a_slip_in_a_code_is_told_by_its_columns(folder: Path):
    """What is almost a code is one, with its own hint."""
    (folder / "in.csv").write_text("M12 ore,RO3\n1,2\n", "utf-8")
    found = _problems("batch", "in.csv", "-o", "out.csv", *SOCIALE)
    assert [each["hint"] for each in found] == ["did you mean `M12_ore`?", "did you mean `R03`?"]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ('"enum": ["SI", "NO"]', '"enum": "SI, NO"', 'write `["SI", "NO"]`'),
        ('"enum": ["SI", "NO"]', '"enum": "SI"', 'write `["SI"]`'),
        ('"required": ["rulebook", "fields"]', '"required": "rulebook"', 'write `["rulebook"]`'),
    ],
)
def test_a_list_of_a_schema_that_is_a_text_is_written_out(
    old: str, new: str, hint: str, folder: Path
):
    """A text in the place of the list of admitted values, or of required keys."""
    base = "schemas/reports/test/1.schema.json"
    call("new", "test/1")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["rulebook", "fields"],
        "properties": {
            "rulebook": {"type": "string"},
            "subject": {"type": "object"},
            "fields": {"properties": {"R16": {"type": "string", "enum": ["SI", "NO"]}}},
        },
    }
    text = json.dumps(document)
    assert old in text
    (folder / base).write_text(text.replace(old, new), "utf-8")
    found = [each for each in _problems("check") if each["code"] == "schema-invalid"]
    assert [each["hint"] for each in found] == [hint]


# -- What cannot be computed, and the archive ------------------------------------------------------


def test_what_cannot_be_computed_comes_first_with_its_label(folder: Path):
    """Before a printed sentence that differs because of it; consequences are named, not listed."""
    report = change(JESI, folder, R03="0")
    out = in_one_line(call("evaluate", report, "--brief", "--lang", "it")[1])
    cause = "(divisione per zero: R03 vale 0)"
    first = f"1. Ricontrolla i dati: non si può calcolare {cause} R04 (Livello di Servizio 2024"
    assert first in out
    assert "4. Confronta a mano" in out
    assert "R05_coerente" not in out


def test_a_refused_sealing_tells_the_roots_and_leaves_no_archive(folder: Path):
    """One line for what cannot be computed, whatever follows from it, and the way out of it."""
    report = change(JESI, folder, R03="0").relative_to(folder)
    _, _, err = call("seal", report, "--archive", "a.sqlite", "--lang", "it")
    again = "`ruletrail seal report.yaml --archive a.sqlite --allow-invalid`"
    assert f"correggila; oppure sigillala così: {again}" in err
    assert err.count("`R03` vale 0, e per zero non si divide") == 1
    told = ("report.yaml: ", "  →", "attenzione: ")
    assert all(line.startswith(told) for line in err.splitlines())
    _, _, err = call("seal", JESI, "--archive", "a.sqlite", "--correction-of", "3", "--lang", "it")
    assert "l'archivio non ha un record 3, e la relazione non corregge nessun record" in err
    assert not (folder / "a.sqlite").exists()


# -- Which R05 is expected -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "it", "en"),
    [
        ("12.30", "fra 8,491 e 8,508 %, non 12,30 %", "between 8.491 and 8.508 %, not 12.30 %"),
        ("8.49", "fra 8,491 e 8,508 %, non 8,49 %", "between 8.491 and 8.508 %, not 8.49 %"),
        ("8.51", "fra 8,491 e 8,508 %, non 8,51 %", "between 8.491 and 8.508 %, not 8.51 %"),
    ],
)
def test_the_check_of_the_reference_says_which_one_is_expected(
    value: str, it: str, en: str, folder: Path
):
    """3,580,390.40 / (c · 39,301) · 100, with c from 1071.34 to 1072.37, and half a last digit.

    The bounds are rounded inwards, so that none is shown that the check refuses.
    """
    report = change(JESI, folder, R05=value)
    for language, said in (("it", it), ("en", en)):
        out = in_one_line(call("evaluate", report, "--brief", "--lang", language)[1])
        assert said in out
    assert "R05_coerente" not in call("evaluate", change(JESI, folder, R05="8.50"), "--brief")[1]
