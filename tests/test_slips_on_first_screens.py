"""What a report holds that looks like a slip stands where its reader looks: on the first screen.

A remark on standard error scrolls away on a terminal, and no page, print or full text has it.
"""

import io
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.formats import LOCALES, Locale
from ruletrail.rendering import find_answer, render_trail
from support.command_line import call
from support.first_screens import change, in_one_line, show, small
from support.places import JESI
from support.rulebooks import load_text, rulebook_text, schema_of

IMMIGRANTS = "M24 (Utenti immigrati e nomadi (interventi e servizi), N° di utenti serviti 2024)"
NEED = "R06 (Fabbisogno standard monetario sociale 2022-2024)"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def _slip(tmp_path: Path, **changes: str | None) -> Path:
    return change(JESI, tmp_path, **changes)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "vale `2`: il punto separa i decimali. Se sono migliaia scrivi `2000`, altrimenti"),
        ("en", "is `2`: a point separates decimals. For thousands write `2000`, else `2`."),
    ],
)
@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_a_point_of_thousands_is_the_first_thing_to_look_at(
    tmp_path: Path, language: Locale, said: str, form: str
):
    """As it is written, and as what it was read; on the page, its print and in the full text."""
    report = _slip(tmp_path, M24="2.000", M24_media=None)
    for brief in (True, False):
        shown = show(ruletrail.load("sociale/2024"), report, language, form, brief=brief)
        if form == "text":
            first = "Ricontrolla" if language == "it" else "Check again"
            assert f"1. {first}. {IMMIGRANTS}: `2.000` {said}" in in_one_line(shown)
        assert shown.count("`2.000`") + shown.count("\\`2.000\\`") == 1


def test_a_sum_is_told_in_the_unit_that_it_is_read_in(tmp_path: Path):
    """Three thousand and more became three euros: nothing else was said of it on the screen."""
    shown = in_one_line(show(ruletrail.load("sociale/2024"), _slip(tmp_path, R06="3.580")))
    assert f"1. Ricontrolla. {NEED}: `3.580` vale 3 euro e 58 centesimi" in shown
    assert "Se il punto separava le migliaia, scrivi `3580`." in shown


def test_the_head_counts_a_slip_where_nothing_else_is_left():
    """The answer stays complete: the value is admitted."""
    plan = small({"a": {"type": "number", "minimum": 0}}, rules={"x": {"formula": "a * 2"}})
    report = b'{"rulebook": "prova/2024", "fields": {"a": 2.500}}'
    evaluation = plan.evaluate(report)
    assert evaluation.status == "complete"
    shown = show(plan, report)
    assert "Relazione completa, ma c'è una cosa da rivedere." in shown
    assert "`2.500` vale `2.5`" in shown
    assert "`2.500`" not in show(plan, b'{"rulebook": "prova/2024", "fields": {"a": 2.5}}')


def test_several_are_one_point_that_leaves_room_for_others(tmp_path: Path):
    """A report written with points everywhere still fits a terminal, and says how many there are.

    Of those that have no room the count is told; the full text has each of them.
    """
    codes = ["M12_ore", "M15_ore", "M21_ore", "M27_ore", "M44_ore", "M47_ore", "M53_ore"]
    report = _slip(tmp_path, **dict.fromkeys(codes, "1.000"))
    for language in LOCALES:
        shown = show(ruletrail.load("sociale/2024"), report, language)
        full = show(ruletrail.load("sociale/2024"), report, language, brief=False)
        assert f"1. {'Ricontrolla 7 valori' if language == 'it' else 'Check 7 values again'}:" in (
            shown
        )
        assert full.count("`1.000`") == 7
        assert shown.count("`1.000`") < 7


def test_a_complete_report_full_of_slips_fits_a_screen(tmp_path: Path):
    """Forty lines at most, whatever is remarked."""
    plan = small({f"F{at}": "number" for at in range(30)}, rules={"x": {"formula": "F0 * 2"}})
    fields = ", ".join(f'"F{at}": {at + 1}.250' for at in range(30))
    shown = show(plan, f'{{"rulebook": "prova/2024", "fields": {{{fields}}}}}'.encode())
    assert "Ricontrolla 30 valori" in shown
    assert "altri 24 valori" in shown
    assert len(shown.splitlines()) <= 40


def test_a_text_that_is_cut_is_handed_on_beside_the_trail(tmp_path: Path):
    """No trail holds what a `#` cut off; whoever evaluates knows it, from Python too."""
    report = _slip(tmp_path, R40="Servizi #potenziati nel 2024")
    evaluation = ruletrail.load("sociale/2024").evaluate(report)
    text = in_one_line(evaluation.to_text("it", brief=True))
    assert "1. Ricontrolla. R40 (RELAZIONE IN FORMATO LIBERO" in text
    assert "`#potenziati nel 2024` non fa parte del testo" in text
    assert 'Per tenerlo scrivi `"Servizi #potenziati nel 2024"`' in text
    assert "#potenziati" in evaluation.to_html("it")
    assert "#potenziati" not in evaluation.trail.to_json()


def test_a_cut_name_says_in_which_line_it_stands(tmp_path: Path):
    """The subject has no code of the form."""
    report = tmp_path / "r.yaml"
    report.write_text("rulebook: prova/2024\nsubject:\n  nome: Borgo #1\nfields: {a: 1}\n", "utf-8")
    plan = small({"a": "number"}, rules={"x": {"formula": "a * 2"}})
    shown = in_one_line(show(plan, report))
    assert "1. Ricontrolla. riga 3: `#` comincia un commento: `#1` non fa parte" in shown


def test_a_trail_alone_tells_what_is_wrong_in_any_field(tmp_path: Path):
    """Without the schema nobody knows where three decimals are usual: three zeros are nowhere."""
    report = _slip(tmp_path, M24="2.000", M12_ore="1.250", R06="3.580", M24_media=None)
    trail = ruletrail.load("sociale/2024").evaluate(report).trail.to_dict()
    told = [each.field for each in find_answer(trail, None).slips]
    assert told == ["M24", "R06"]
    assert "`2.000` vale `2`" in in_one_line(render_trail(trail, "text", "it", brief=True))


def test_cells_of_rows_are_told_with_their_row():
    """A trail keeps what is written in a row too."""
    schema: Any = {
        "type": "array",
        "maxItems": 5,
        "items": {"type": "object", "properties": {"ore": {"type": "number"}}},
    }
    plan = load_text(
        rulebook_text({"rules": {"x": {"formula": "sum(righe.ore)"}}}, language="2"),
        schema_of({"righe": schema}),
    )
    report = b'{"rulebook": "prova/2024", "fields": {"righe": [{"ore": 1}, {"ore": 1.250}]}}'
    answer = find_answer(plan.evaluate(report).trail.to_dict(), None)
    assert answer.slips == ()  # three decimals may be usual
    assert "1. Ricontrolla. righe[2].ore" in in_one_line(show(plan, report))


def test_blanks_that_no_rule_reads_are_to_be_written_too():
    """The remark on standard error told of them; what a page says does not hang on who reads."""
    plan = small({"a": "number", "nota": "string"}, rules={"x": {"formula": "a * 2"}})
    report = b'{"rulebook": "prova/2024", "fields": {"a": 1, "nota": "  "}}'
    assert "Scrivi il testo di nota, o togli la riga" in in_one_line(show(plan, report))


def _see(*words: str, err: io.StringIO) -> tuple[str, str]:
    out = Terminal()
    main([*words], Console(out, err, "it"))
    return out.getvalue(), err.getvalue()


def test_on_a_terminal_it_is_told_once(tmp_path: Path):
    """What stands on the screen is not told beside it; what the answer is not about still is."""
    words = ("evaluate", str(_slip(tmp_path, M24="2.000", M24_media=None)))
    out, err = _see(*words, err=Terminal())
    assert "`2.000` vale `2`" in out
    assert err == ""
    # errors that go to a file of their own are read there
    _, err = _see(*words, err=io.StringIO())
    assert "[thousands-point]" in err
    # and so is what stands beside a page in a file
    _, err = _see(*words, "-o", str(tmp_path / "p.html"), err=Terminal())
    assert "[thousands-point]" in err


def test_answers_for_programs_stay_as_they_are(tmp_path: Path):
    """The remark is a problem on standard error; the trail says nothing of it."""
    report = _slip(tmp_path, M24="2.000", M24_media=None)
    _, out, err = call("evaluate", report, "--format", "json", "--lang", "it")
    assert '"code": "thousands-point"' in err
    assert "thousands-point" not in out
    assert out == ruletrail.load("sociale/2024").evaluate(report).trail.to_json() + "\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("16.686", ("vale circa 16 euro e 69 centesimi", "means about 16 euro and 69 cents")),
        ("16.685", ("vale circa 16 euro e 69 centesimi", "means about 16 euro and 69 cents")),
        ("16.684", ("vale circa 16 euro e 68 centesimi", "means about 16 euro and 68 cents")),
        ("16.999", ("vale circa 17 euro, perché", "means about 17 euro, as")),
        ("16.006", ("vale circa 16 euro e un centesimo", "means about 16 euro and one cent")),
        ("16.680", ("vale 16 euro e 68 centesimi", "means 16 euro and 68 cents")),
        ("16.000", ("vale 16 euro, perché", "means 16 euro, as")),
        ("-0.004", ("vale circa 0 euro, perché", "means about 0 euro, as")),
        (
            "171677.0808",
            ("vale circa 171.677 euro e 8 centesimi", "means about 171,677 euro and 8 cents"),
        ),
        ("-16.686", ("vale circa -16 euro e 69 centesimi", "means about -16 euro and 69 cents")),
    ],
)
def test_a_sum_is_told_to_the_nearest_cent(written: str, said: tuple[str, str]):
    """`16.686` is nearer to 69 cents than to 68, which is what cutting says."""
    plan = small({"a": {"type": "number", "unit": "euro"}}, rules={"x": {"formula": "a * 2"}})
    report = f'{{"rulebook": "prova/2024", "fields": {{"a": {written}}}}}'.encode()
    for language, text in zip(LOCALES, said, strict=True):
        assert text in in_one_line(show(plan, report, language))
