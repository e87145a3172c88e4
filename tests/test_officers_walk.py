"""What an officer meets on the way through the commands, on the two reports of the examples."""

import re
from pathlib import Path

import pytest

from support.command_line import call
from support.first_screens import change, in_one_line
from support.places import JESI

# -- Two values together


def test_of_many_pairs_the_nearest_are_listed(tmp_path: Path) -> None:
    """What was copied wrong comes before the addends, which would have to grow hundredfold."""
    report = change(JESI, tmp_path, R05="85.0", R06="35803904.00")
    words = ("whatif", report, "--want", "quadro_4_motivi=due", "--pairs", "--lang", "it")
    out = in_one_line(call(*words)[1])
    goal = out.partition("L'esito cercato")[2].partition("Che cosa lo cambierebbe")[0]
    pairs = re.findall(r"- dovuto, se (\w+) .*? e (R\w+) \(", goal)
    assert pairs[:2] == [("R03", "R06"), ("R05", "R06")]
    assert len(pairs) == 12
    assert "- e altre 57 coppie (`--format json` le elenca tutte) Di ogni coppia il" in goal
    assert "Le coppie già dette per l'esito cercato; altre non se ne sono trovate." in out
    assert out.count("e R06 (") == goal.count("e R06 (")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("spesa", "--pairs"), "there may be nearer ones"),
        (("R22_motivato", "--pairs"), ""),
        (("R01_diverso_da_R01A", "--pairs"), "there are no two of them here"),
        (("R04_arrotondato", "--pairs"), "that there is none is not proved"),
        (("--want", "livello=inferiore", "--vary", "M12,M27"), "there may be nearer ones"),
        (("--want", "livello=inferiore", "--vary", "R05"), ""),
    ],
)
def test_of_pairs_it_is_said_that_they_need_not_be_the_nearest(
    words: tuple[str, ...], said: str
) -> None:
    status, out, _ = call("whatif", JESI, *words, "--lang", "en")
    assert status == 0
    assert (said in in_one_line(out)) if said else "nearer" not in out


# -- The first screen


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "perché l'esito «Spesa storica rispetto al"), ("en", "because the outcome")],
)
def test_why_a_part_is_not_due_is_told_before_what_codes_are(
    language: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form prints the contrary of it: that is what its reader must look at."""
    changed = change(JESI, tmp_path)
    text = changed.read_text("utf-8")
    assert text.count("ente non deve compilare il Quadro 3") == 1
    changed.write_text(text.replace("ente non deve", "ente deve"), "utf-8")
    monkeypatch.chdir(tmp_path)
    out = call("evaluate", changed.name, "--brief", "--lang", language)[1]
    assert len(out.splitlines()) <= 40
    *_, part = re.findall(r"\(quadro_3\): ([^·+]*)", in_one_line(out))
    assert said in part


def test_what_an_outcome_hangs_on_comes_before_what_nothing_else_reads(tmp_path: Path) -> None:
    """R06 is copied wrong; that the workers are counted twice may wait, and has a line."""
    hours = dict.fromkeys(("M12_ore", "M12_media", "M18_ore", "M18_media"), "0")
    changed = change(JESI, tmp_path, R06="358039.04", **hours)
    out = in_one_line(call("evaluate", changed, "--brief", "--lang", "it")[1])
    assert "1. Ricontrolla. Con R06 (fabbisogno standard) pari a 358.039,04 euro" in out
    assert "? R01 (assistenti sociali" in out


# -- What is no code of the form


@pytest.mark.parametrize(
    ("written", "it", "en"),
    [
        ("abitanti=40000", "→ se è `R03` (Numero di abitanti 2024), scrivi quel codice",
         "→ if it is `R03` (Numero di abitanti 2024), write that code"),
        ("spesa storica=1", "→ se è uno fra `R07_2017` (Spesa storica di riferimento, 2017), `R07",
         "→ if it is one of `R07_2017` (Spesa storica di riferimento, 2017), `R07"),
        ("anziani=4", "→ codici del modulo: `M53_2019`", "→ codes of the form: `M53_2019`"),
        ("R05_min=3", ("`R05_min` lo stabilisce il rulebook: non è un campo del modulo "
         "[unknown-key] → dai un altro valore a un campo da cui dipende: `R03`, `R06`"),
         ("`R05_min` is worked out by the rulebook: it is no field of the form [unknown-key] → "
         "give another value to a field that it depends on: `R03`, `R06`")),
        ("livello=inferiore", "`M38`, `M39` …", "`M38`, `M39` …"),
        ("costo_R05_min=3", ("è una costante del rulebook, non un campo del modulo [unknown-key] "
         "→ per un altro valore si cambia il rulebook"),
         ("is a constant of the rulebook, no field of the form [unknown-key] → for another value "
         "the rulebook is changed")),
        ("R3=4", "intendevi `R03`?", "did you mean `R03`?"),
    ],
)  # fmt: skip
def test_a_value_of_no_field_says_which_one_may_be_meant(written: str, it: str, en: str) -> None:
    """A word of a title, a rule, a constant; the first twelve of all codes said nothing."""
    for language, said in (("it", it), ("en", en)):
        words = ("whatif", JESI, "spesa", "--set", written, "--lang", language)
        status, _, err = call(*words)
        assert status == 2
        assert said in in_one_line(err)


# -- What a file holds


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("x.html", "json", "wrote x.html (JSON, as `--format` asks, and not what the name says)"),
        ("x.json", "html", "wrote x.json (HTML, as `--format` asks, and not what the name says)"),
        ("x.html", "text", "wrote x.html (text, as `--format` asks, and not what the name says)"),
        ("x.html", "html", "wrote x.html: the report is complete, but there is one thing"),
        ("x.json", "json", ""),
        ("x.out", "json", ""),
    ],
)
def test_a_file_of_another_form_than_its_name_is_said_to_be_one(
    name: str, form: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--format` wins, for programs too: whoever opens the page would find a trail."""
    monkeypatch.chdir(tmp_path)
    status, out, err = call("evaluate", JESI, "-o", name, "--format", form, "--lang", "en")
    assert (status, out) == (0, "")
    assert err.startswith(said) if said else err == ""


def test_a_text_that_is_too_long_is_told_with_its_length(tmp_path: Path) -> None:
    """What is to be cut away is counted; of an empty text its check says enough."""
    long = change(JESI, tmp_path, R40=f'"{"parola " * 950}"')
    for language, said in (
        ("it", "va accorciata. R40 ha 6.650 caratteri, 650 in più di 6.000. Errore R40_lunghezza"),
        ("en", "R40 has 6,650 characters, 650 more than 6,000. Error R40_lunghezza"),
    ):
        assert said in in_one_line(call("evaluate", long, "--brief", "--lang", language)[1])
    empty = change(JESI, tmp_path, R22="SI", R40='""')
    out = in_one_line(call("evaluate", empty, "--brief", "--lang", "it")[1])
    assert "R22_motivato" in out
    assert "R40 ha" not in out


def test_a_list_in_json_is_told_how_many_reports_are_written(tmp_path: Path) -> None:
    """`--from jsonl` alone would make one wrong row of it."""
    file = tmp_path / "reports.json"
    file.write_text('[{"fields": {"R01": 1}}]', "utf-8")
    words = ("batch", file, "-o", tmp_path / "x.csv", "--rulebook", "sociale/2024")
    for language, said in (("it", "se è un elenco, scrivi una"), ("en", "if it is a list, write")):
        status, _, err = call(*words, "--lang", language)
        assert status == 2
        assert said in in_one_line(err)
        assert "`--from jsonl`" in err
