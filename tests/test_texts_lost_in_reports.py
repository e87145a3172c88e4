"""Texts that people write in a report, and what YAML would lose of them without a word."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from yaml import safe_load

from ruletrail.documents import REPORT_LIMITS, Cut, ScalarNode, members_of, read_text
from ruletrail.documents.plain_yaml_reader import read_plain
from ruletrail.documents.yaml_reader import read_yaml
from support.command_line import call
from support.first_screens import ask, small
from support.places import EXAMPLES, TESTS

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
OWN = re.findall(r"^  R40:.*\n(?:    .*\n)*", JESI, re.MULTILINE)[0]
CUT = "[text-cut]"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(text: str, language: str = "it", command: str = "evaluate", *more: str) -> str:
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    return call(command, "jesi.yaml", "--lang", language, *more)[2]


def with_text(written: str, language: str = "it") -> str:
    assert JESI.count(OWN) == 1
    return told(JESI.replace(OWN, f"  R40: {written}\n"), language)


# -- What a `#` cuts off ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "hint"),
    [
        (
            "it",
            "`#potenziati nel 2024` non fa parte del testo",
            'scrivi `"Servizi #potenziati nel 2024"`',
        ),
        (
            "en",
            "`#potenziati nel 2024` is no part of the text",
            'write `"Servizi #potenziati nel 2024"`',
        ),
    ],
)
def test_a_sign_that_touches_a_word_cuts_a_text_and_is_told(language: str, said: str, hint: str):
    err = with_text("Servizi #potenziati nel 2024", language)
    assert said in err
    assert hint in err
    assert f"R40 ({'RELAZIONE IN FORMATO LIBERO'}" in err


@pytest.mark.parametrize(
    "written",
    ["Servizi\n    potenziati #nel 2024", "Servizi\n    #potenziati nel 2024"],
)
def test_lines_that_go_on_with_a_text_are_cut_too(written: str):
    """Nobody copies a text of several lines from a hint: it says what to do with all of it."""
    err = with_text(written)
    assert err.count(CUT) == 1
    assert "metti tutto il testo fra virgolette" in err


@pytest.mark.parametrize(
    "written",
    [
        "Servizi #potenziati nel 2024",
        "Servizi\n    potenziati #nel 2024",
        "Servizi\n    #potenziati nel 2024",
        "Servizi\n\n    potenziati\n    nel #2024",
        # what is cut stands in the first line too, and is a part of the text there
        "vedi#2 e\n    poi ancora #2",
        "\n    Servizi #potenziati",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_place_is_where_the_sign_stands(written: str, end: str):
    """Not where the text begins, which may be lines before."""
    text = JESI.replace(OWN, f"  R40: {written}\n").replace("\n", end)
    Path("jesi.yaml").write_bytes(text.encode("utf-8"))
    err = call("evaluate", "jesi.yaml", "--lang", "it")[2]
    (place,) = re.findall(r"^jesi\.yaml:(\d+):(\d+): .*\[text-cut\]", err, re.MULTILINE)
    line = text.split(end)[int(place[0]) - 1]
    cut = f"#{written.rpartition(' #')[2]}"
    assert line[int(place[1]) - 1 :] == cut
    assert line in err


@pytest.mark.parametrize(
    "written",
    [
        "Servizi  # nota mia",
        "Servizi # nota mia",
        '"Servizi" #nota',
        '"Servizi #1"',
        "Servizi#1 e C#",
        "Servizi\n    #R41: 5",
        "Servizi\n  #nota mia",
        "Servizi\n#nota mia",
        "Servizi #ruletrail: ignore x -- y",
        ">-\n    Servizi #1\n    #2 altri",
        "|\n    Servizi #1",
    ],
)
def test_comments_of_an_author_and_texts_that_keep_their_sign_are_no_remark(written: str):
    assert CUT not in with_text(written)


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ('"Servizi"#1', '"Servizi#1"'),
        ("'Servizi'# nota", '"Servizi# nota"'),
        ("Servizi #(int. 3)", '"Servizi #(int. 3)"'),
    ],
)
def test_a_sign_that_touches_quotes_or_a_bracket_is_no_comment(written: str, whole: str):
    """The language of these files wants a blank before a comment; the library asks for none."""
    err = with_text(written)
    assert err.count(CUT) == 1
    assert f"per tenerlo scrivi `{whole}`" in err


@pytest.mark.parametrize(
    ("written", "whole"), [('"Spesa"#1', "Spesa#1"), ("'Spesa'# 1", "Spesa# 1"), ('"A" #1', None)]
)
def test_so_it_is_in_a_rulebook(written: str, whole: str | None):
    text = safe_load((TESTS / "problems" / "text-cut.yaml").read_text("utf-8"))
    for name, content in text["files"].items():
        Path(name).write_text(content.replace("label: Spesa #1", f"label: {written}"), "utf-8")
    said = call("check", "rulebook.yaml", "--lang", "it")[2]
    assert (f'per tenerlo scrivi `"{whole}"`' in said) is (CUT in said) is (whole is not None)


@pytest.mark.parametrize("line", ["  M12: 193  #nota\n", "  M12: 193 #nota\n"])
def test_a_comment_behind_a_number_is_its_authors(line: str):
    err = told(JESI.replace("  M12: 193\n", line))
    assert CUT not in err


def test_a_choice_is_no_text_that_goes_on():
    assert JESI.count("  R22: NO\n") == 1
    assert CUT not in told(JESI.replace("  R22: NO\n", "  R22: NO #forse\n"))


def test_the_name_under_which_a_report_is_sealed_is_told_before_it_is():
    """It would be sealed as `Borgo`, and nobody would find it."""
    subject = "subject:\n  comune: Borgo #1\n  provincia: AN\n"
    text = JESI.replace("subject: {comune: Jesi, provincia: AN}\n", subject)
    err = told(text, "it", "seal", "--allow-incomplete", "--archive", "a.sqlite")
    assert err.startswith("jesi.yaml:")
    assert "`#1` non fa parte del testo [text-cut]" in err
    assert 'scrivi `"Borgo #1"`' in err


def test_a_printed_sentence_is_a_text():
    at = JESI.index("printed:\n") if "printed:\n" in JESI else len(JESI)
    err = told(JESI[:at] + "printed:\n  messages:\n    - Articolo #3 della legge\n")
    assert "`#3 della legge` non fa parte del testo" in err


@pytest.mark.parametrize(
    ("subject", "instead"),
    [
        ("{comune: Borgo #1, provincia: AN}", '"Borgo #1"'),
        ("{comune: Borgo #1}", '"Borgo #1"'),
        ("{comune: Borgo #1,\n  provincia: AN}", '"Borgo #1"'),
    ],
)
def test_in_braces_the_comment_takes_the_brace_with_it(subject: str, instead: str):
    """To add the brace, as YAML asks, would only put it in the comment."""
    err = told(JESI.replace("{comune: Jesi, provincia: AN}", subject))
    assert f"metti il testo fra virgolette, `{instead}`" in err
    assert "aggiungi `}`" not in err


@pytest.mark.parametrize("sign", ["#potenziati", "# potenziati"])
def test_a_text_cannot_go_on_below_a_comment(sign: str):
    err = with_text(f"Servizi {sign}\n    nel 2024")
    line = JESI[: JESI.index(OWN)].count("\n") + 1
    assert f"`#` comincia un commento, e il testo della riga {line} finisce lì" in err
    assert err.count("errore:") == 1


def test_a_formula_below_a_comment_is_no_text():
    _, (problem,) = read_text("formula: a # nota\n  + b\n", "r.yaml", REPORT_LIMITS)
    assert problem.advice != "yaml-comment-in-text"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a: Borgo #1\nb: 2\n", "#1"),
        ("a: Borgo # 1\nb: 2\n", ""),
        ("a: Borgo\n   #1\nb: 2\n", "#1"),
        ("a: 5 #x\n", "#x"),
        ('a: "Borgo" #1\n', ""),
        ("c:\n  - Borgo #1\n", "#1"),
    ],
)
def test_both_readers_see_the_same_cut(text: str, cut: str):
    """The fast one reads most reports, and would be the one that keeps silent."""

    def cuts(node: Any) -> list[Cut | None]:
        if isinstance(node, ScalarNode):
            return [node.cut]
        below = members_of(node).values() or node.items
        return [each for one in below for each in cuts(one)]

    ordinary, problems = read_yaml(text, "r.yaml", REPORT_LIMITS)
    assert not problems
    assert [each.text for each in cuts(ordinary) if each] == ([cut] if cut else [])
    fast = read_plain(text, "r.yaml", REPORT_LIMITS)
    assert fast is not None
    assert cuts(fast) == cuts(ordinary)


# -- Texts that begin with a sign of YAML's --------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sign"),
    [
        ("*importante*", "`*`"),
        ("*vedi allegato*", "`*`"),
        ("*uno* e *due*", "`*`"),
        ("*a, b* c", "`*`"),
        ("**vedi**", "`*`"),
        ("& altro", "`&`"),
        ("? domanda", "`?`"),
        ("`x`", "un accento grave"),
        ("`vedi` allegato", "un accento grave"),
    ],
)
def test_a_text_that_begins_with_a_sign_is_one_problem_with_the_whole_text(written: str, sign: str):
    err = with_text(written)
    assert f'un valore che comincia con {sign} va fra virgolette: `"{written}"`' in err
    assert err.count("errore:") == 1


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("*vedi", "anchor-or-alias"),
        ("&uno", "anchor-or-alias"),
        ("&uno due", "anchor-or-alias"),
        ("!nota", "tag"),
        ("!nota bene", "tag"),
        ("! importante", "tag"),
    ],
)
def test_a_sign_that_yaml_reads_may_still_begin_a_text(written: str, code: str):
    """Without the sign nothing may be left: that it is empty is no second fault."""
    err = with_text(written)
    assert f'se è un testo mettilo fra virgolette, `"{written}"`' in err
    assert (err.count("errore:"), f"[{code}]" in err) == (1, True)


def test_a_colon_in_such_a_text_is_told_once():
    err = with_text("*vedi: allegato*")
    assert err.count("errore:") == 1
    assert '`"*vedi: allegato*"`' in err


def test_in_braces_a_sign_begins_the_text_up_to_the_comma():
    err = told(JESI.replace("{comune: Jesi,", "{comune: *Jesi*,"))
    assert 'va fra virgolette: `"*Jesi*"`' in err


# -- Lines of a text that lost their spaces --------------------------------------------------------


@pytest.mark.parametrize("head", ["|", ">-"])
@pytest.mark.parametrize("margin", ["   ", "  ", " ", ""])
@pytest.mark.parametrize("line", ["riga due", "- asilo", "«Nido» aperto"])
def test_a_line_of_a_block_text_belongs_to_its_field(head: str, margin: str, line: str):
    err = with_text(f"{head}\n    riga uno\n{margin}{line}")
    first = JESI[: JESI.index(OWN)].count("\n") + 1
    assert f"questa riga continua il testo di `R40`, che comincia alla riga {first}" in err
    assert "con 4 spazi" in err
    assert f"jesi.yaml:{first + 2}:{len(margin) + 1}:" in err


def test_a_line_of_a_block_text_needs_the_spaces_of_its_first():
    """The line above may stand further right than the text begins."""
    err = with_text("|\n    riga uno\n      rientrata\n   riga due")
    assert "rientrala con 4 spazi, come la prima del testo" in err
    assert "quella sopra" not in err


def test_a_code_below_a_block_text_is_no_line_of_it():
    err = with_text("|\n    riga uno\n  R41 5")
    assert "mancano i due punti: `R41: 5`" in err


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (">-\n    L'ente ha speso\n  per i servizi: asilo", "rientrala come quella sopra"),
        (">-\n    L'ente ha speso\n  servizi: asilo", "rientrala come quella sopra"),
        ("L'ente ha speso\n  per i servizi: asilo", "mettilo tutto fra virgolette"),
    ],
)
def test_words_before_a_colon_may_be_a_line_of_the_text_above(written: str, hint: str):
    err = with_text(written)
    line = JESI[: JESI.index(OWN)].count("\n") + 1
    assert f"il testo di `R40` (riga {line})" in err.replace("del testo", "il testo")
    assert hint in err
    assert "codici del modulo che qui non ci sono" not in err


@pytest.mark.parametrize("line", ["R4l: asilo", "R40_x: 5"])
def test_what_looks_like_a_code_keeps_the_codes_of_the_form(line: str):
    err = with_text(f">-\n    L'ente ha speso\n  {line}")
    assert "continua il testo" not in err
    assert "rientrala" not in err


# -- Blanks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "Scrivi il testo di R40"), ("en", "Write the text of R40")],
)
def test_a_text_of_blanks_is_something_to_do_on_the_first_screen(language: str, said: str):
    """The check that asks whether there is a text passes; whoever reads the page must know."""
    Path("jesi.yaml").write_text(JESI.replace(OWN, '  R40: "   "\n'), encoding="utf-8")
    _, out, err = call("evaluate", "jesi.yaml", "--lang", language)
    assert said in " ".join(out.split())
    assert "[blank-text]" in err
    assert said not in call("evaluate", str(EXAMPLES / "jesi-2024.yaml"), "--lang", language)[1]


R22 = ("R22: NO", "R22: SI")


@pytest.mark.parametrize("written", ['""', '"  "'])
def test_a_part_whose_text_says_nothing_is_not_called_filled_in(written: str):
    """One point says that R40 is empty, and the line of its part must not say the opposite.

    The outcome stays what it is: the empty text is a value (docs/semantics.md, 11.3).
    """
    text = JESI.replace(OWN, f"  R40: {written}\n").replace(*R22)
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    said = {"it": "dovuto, con R40 senza testo", "en": "due, without a text in R40"}
    for language, words in said.items():
        out = " ".join(call("evaluate", "jesi.yaml", "--brief", "--lang", language)[1].split())
        assert f"(quadro_4_spiegazione): {words}" in out
        # where the part that asks for it does not, it is optional
        assert f"(quadro_4_motivi): {words}" not in out
    trail = json.loads(call("evaluate", "jesi.yaml", "--format", "json")[1])
    (part,) = (each for each in trail["steps"] if each["id"] == "quadro_4_spiegazione")
    assert (part["outcome"], part["filled"], part["empty"]) == ("due", ["R40"], [])
    full = call("evaluate", "jesi.yaml", "--full", "--lang", "it")[1]
    assert "    campi compilati: 1 su 1\n    senza testo: R40\n" in full


FIELD = "R40 (RELAZIONE IN FORMATO LIBERO (massimo 6.000 caratteri))"
PART = "Quadro 4, relazione in formato libero richiesta da R22 = SI (quadro_4_spiegazione)"


@pytest.mark.parametrize(
    ("language", "head", "task", "never"),
    [
        (
            "it",
            "Relazione completa solo in apparenza: R40 è richiesto, e non ha testo.",
            (
                f"1. Scrivi il testo di {FIELD}: ha solo spazi, che qui valgono un testo "
                f"Lo richiede {PART}, che è dovuto"
            ),
            "togli la riga:",
        ),
        (
            "en",
            "The report is complete only in appearance: R40 is required, and has no text.",
            (
                f"1. Write the text of {FIELD}: it is all blanks, which count as a text here "
                f"It is required by {PART}, which is due"
            ),
            "take the line out:",
        ),
    ],
)
def test_a_text_of_blanks_that_a_due_part_needs(language: str, head: str, task: str, never: str):
    """The status is what it is (docs/semantics.md, 11.3); the screen does not begin with it alone.

    It comes before what is only to be checked again, and may not be taken out.
    """
    text = JESI.replace(OWN, '  R40: "   "\n').replace(*R22)
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    for size in ("--brief", "--full"):
        status, out, err = call("evaluate", "jesi.yaml", size, "--lang", language)
        shown = " ".join(out.split())
        assert (status, head in shown, task in shown) == (0, True, True)
        assert 'R22 è "SI"' in shown or 'R22 is "SI"' in shown
        assert never not in shown.partition("quadro_1")[0]
    trail = json.loads(call("evaluate", "jesi.yaml", "--format", "json")[1])
    assert trail["result"]["status"] == "complete"
    said = {"it": "solo se nessuna parte dovuta richiede il campo", "en": "no part that is due"}
    assert said[language] in err


def test_an_empty_text_that_no_check_tells_is_something_to_do():
    """Else the head says that all that is due is filled in, and the part below that it is not."""
    parts = {"s": {"title": "Parte", "due": True, "fields": ["a", "nota"], "optional": ["a"]}}
    plan = small({"a": "string", "nota": "string"}, sections=parts)
    shown = ask(plan, a="", nota="")
    assert "Relazione completa solo in apparenza: nota è richiesto, e non ha testo." in shown
    assert "1. Scrivi il testo di nota: è vuoto, e qui vale come compilato" in shown
    assert "Lo richiede Parte (s)." in shown
    assert "? Parte (s): compilato, ma nota senza testo" in shown
    checks = {"c": {"label": "C", "expect": "length(nota) > 0", "severity": "warning"}}
    plan = small({"a": "string", "nota": "string"}, sections=parts, checks=checks)
    shown = ask(plan, a="", nota="")
    # a check that failed says it itself
    assert "Relazione completa, ma c'è una cosa da rivedere." in shown
    assert "Scrivi il testo" not in shown


# -- Numbers ---------------------------------------------------------------------------------------


def number(old: str, new: str, **details: str) -> str:
    assert JESI.count(old) == 1
    return told(JESI.replace(old, new), **details)


@pytest.mark.parametrize("written", ["−120", "–120", "-1.200,5", '"-120"'])
def test_a_minus_that_the_form_does_not_admit_is_told_at_once(written: str):
    """Mended as the hint said it would only have been refused a second time."""
    positive = "1200.5" if "," in written else "120"
    err = (
        number("  M15: 206\n", f"  M15: {written}\n")
        if "," not in written
        else number("  R06: 3580390.40\n", f"  R06: {written}\n")
    )
    assert f"se il meno è di troppo scrivi `{positive}`" in err


@pytest.mark.parametrize("written", [",5", ".5", ",5  # circa"])
def test_decimals_without_their_zero(written: str):
    assert "→ scrivi `0.5`, con lo zero davanti ai decimali" in number(
        "  R06: 3580390.40\n", f"  R06: {written}\n"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("l87", "187"), ("I87", "187"), ("1O7", "107"), ("O7", "7"), ("l0", "10")],
)
def test_letters_for_digits_may_come_first(written: str, meant: str):
    err = number("  M15: 206\n", f"  M15: {written}\n")
    assert f"→ scrivi `{meant}`: la lettera O non è uno zero" in err


@pytest.mark.parametrize("written", ["lO", "Il", "Ol3x"])
def test_letters_alone_are_no_number(written: str):
    assert "la lettera O non è uno zero" not in number("  M15: 206\n", f"  M15: {written}\n")


@pytest.mark.parametrize(
    ("written", "least", "most", "hint"),
    [
        ("120,50", 0, 100, "serve un numero ≤ 100"),
        ("-20,5", -2, 9, "serve un numero ≥ -2"),
        ("12,50", 0, 100, "scrivi `12.50`, con il punto"),
        ("1,234", 0, 100, "se la virgola separa i decimali"),
    ],
)
def test_a_number_beyond_the_limits_is_told_with_its_way_of_writing(
    written: str, least: int, most: int, hint: str
):
    """Of one that may be two numbers none is judged."""
    head = "language: 1\nrulebook: prova\nedition: '1'\nversion: 1.0.0\nstatus: draft\n"
    Path("prova.yaml").write_text(f"{head}title: P\nreport: schema.json\n", encoding="utf-8")
    field = f'{{"type": "number", "minimum": {least}, "maximum": {most}}}'
    fields = f'{{"properties": {{"n": {field}}}, "additionalProperties": false}}'
    schema = f'{{"type": "object", "properties": {{"rulebook": {{}}, "fields": {fields}}}}}'
    Path("schema.json").write_text(schema, encoding="utf-8")
    report = f"rulebook: prova/1\nfields:\n  n: {written}\n"
    err = told(report, "it", "evaluate", "--rulebook", "prova.yaml")
    assert hint in err


@pytest.mark.parametrize("decimals", ["-3", "300"])
def test_of_a_number_in_a_rulebook_no_form_is_told_to_refuse_it(decimals: str):
    """Where a number stands in no report, the limits are those of the language."""
    head = "language: 1\nrulebook: prova\nedition: '1'\nversion: 1.0.0\nstatus: draft\n"
    rule = f'rules: {{r: {{formula: "1", round: {{decimals: "{decimals}"}}}}}}\n'
    Path("prova.yaml").write_text(f"{head}title: P\nreport: schema.json\n{rule}", "utf-8")
    Path("schema.json").write_text("{}", encoding="utf-8")
    told = "".join(call("check", "prova.yaml", "--lang", "it")[1:])
    assert f"`{decimals}` è un testo, ma qui serve un numero intero" in told
    assert "ammess" in told
    assert "modulo non" not in told
