"""Lines of a report that are no entry: what is said of them, done as it is said, mends the report.

They are in quotes as a whole, have another sign for the colon, stand above the first key, or are a
note among the values. A line alone is blamed, at its own place, wherever YAML stops.
"""

import re
from pathlib import Path

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_text
from support.command_line import call
from support.places import EXAMPLES, ROOT

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
SOCIALE = (ROOT / "rulebooks/sociale/2024.yaml").read_text(encoding="utf-8")
HEAD = "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields:\n"
FIRST, MIDDLE, LAST = "  M12_2019: 172", "  R06: 3580390.40", "  R22: NO"
PLACES = pytest.mark.parametrize("line", [FIRST, MIDDLE, "  R07_2021: 16686328.33", LAST])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(text: str) -> tuple[int, str]:
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    status, _, err = call("evaluate", "jesi.yaml", "--lang", "it")
    return status, err


def put(line: str, new: str) -> str:
    """Write another line in the place of one of the report."""
    assert JESI.count(f"{line}\n") == 1
    return JESI.replace(f"{line}\n", f"{new}\n")


def place_of(err: str) -> int:
    match = re.search(r"jesi\.yaml:(\d+):", err)
    assert match is not None
    return int(match[1])


def line_of(line: str) -> int:
    return JESI[: JESI.index(f"{line}\n")].count("\n") + 1


def is_mended(line: str, err: str, text: str) -> bool:
    """Write what the advice shows last in the place of the line that it blames."""
    instead = re.findall(r"`([^`]*)`", err.split("→ ")[1])[-1]
    lines = text.split("\n")
    lines[place_of(err) - 1] = f"  {instead}"
    return instead == line.strip() and told("\n".join(lines))[0] in (0, 1)


@PLACES
@pytest.mark.parametrize("quotes", ['""', "''", '",', '"'])
def test_a_line_in_quotes_loses_them(line: str, quotes: str):
    """Of the quotes that only open, too, the line itself is blamed, not where others close them."""
    closing = {'",': '",', '"': ""}.get(quotes, quotes[-1:])
    text = put(line, f"  {quotes[0]}{line.strip()}{closing}")
    err = told(text)[1]
    said = (
        "le virgolette davanti alla chiave" if quotes == '"' else "le virgolette intorno alla riga"
    )
    assert f"→ {said} sono di troppo: scrivi `{line.strip()}`" in err
    assert (place_of(err), is_mended(line, err, text)) == (line_of(line), True)


def test_several_lines_in_quotes_are_told_at_the_first():
    text = JESI.replace("  M12: 193\n  M12_ore: 19173\n", '  "M12: 193"\n  "M12_ore: 19173"\n')
    err = told(text)[1]
    assert place_of(err) == line_of("  M12: 193")
    assert "scrivi `M12: 193`, e così ogni riga fino alla 12" in err
    (problem,) = read_text(text, "jesi.yaml", RULEBOOK_LIMITS)[1]
    for fix in problem.fixes:
        text = text.replace(fix.old, fix.new)
    assert text == JESI


@PLACES
@pytest.mark.parametrize("sign", [";", ",", "=", " = ", " | ", " -> ", ";  "])
def test_another_sign_for_the_colon_wherever_it_stands(line: str, sign: str):
    """The value above is no text that goes on: followed, that advice would swallow the line."""
    text = put(line, line.replace(": ", sign))
    err = told(text)[1]
    assert f"→ al posto di `{sign.strip()}` vanno i due punti: `{line.strip()}`" in err
    assert (place_of(err), is_mended(line, err, text)) == (line_of(line), True)


@PLACES
@pytest.mark.parametrize(("sign", "said"), [("\t", "mancano"), (" :", "ci vuole uno spazio")])
def test_a_tab_or_a_blank_before_the_colon(line: str, sign: str, said: str):
    text = put(line, line.replace(": ", sign))
    err = told(text)[1]
    assert said in err
    assert is_mended(line, err, text)


def test_several_lines_with_another_sign_are_told_at_the_first():
    text = JESI
    for each in ("R06: 3580390.40", "R07_2017: 9514040.39", "R07_2021: 16686328.33"):
        text = text.replace(each, each.replace(": ", ";"))
    err = told(text)[1]
    assert place_of(err) == line_of(MIDDLE)
    assert (
        "vanno i due punti e uno spazio, `R06: 3580390.40`: così in ogni riga fino alla 97" in err
    )


@pytest.mark.parametrize("sign", ["\t", ";", ",", "=", " ", " = ", "; "])
def test_all_values_pasted_as_two_columns(sign: str):
    """The whole is then one text: an example of a map would lead nowhere."""
    rows = [("R03", "39301"), ("R05", "8.50"), ("R06", "3580390.40")]
    status, err = told(HEAD + "".join(f"  {code}{sign}{value}\n" for code, value in rows))
    assert (status, place_of(err)) == (2, 4)
    assert "è un testo solo, perché fra le chiavi e i valori mancano i due punti" in err
    assert (
        "→ fra la chiave e il valore vanno i due punti e uno spazio, in ogni riga: la prima" in err
    )
    assert "`R03: 39301`" in err
    assert told(HEAD + "".join(f"  {code}: {value}\n" for code, value in rows))[0] in (0, 1)


@pytest.mark.parametrize("new", ["R06: 3580390.40", "R06 : 3580390.40", '"R06": 3580390.40'])
def test_an_entry_at_the_margin_is_blamed_itself(new: str):
    """However its key is written; the lines after it stand where they should."""
    err = told(put(MIDDLE, new))[1]
    assert place_of(err) == line_of(MIDDLE)
    assert "→ `R06:` è al margine, fra voci che non lo sono: rientra questa riga di 2 spazi" in err
    assert told(put(MIDDLE, f"  {new}"))[0] in (0, 1)


@pytest.mark.parametrize("between", ["", "\n", "# nota\n"])
@pytest.mark.parametrize("title", ["Relazione di Jesi, anno 2024", "RELAZIONE", "Jesi (AN)"])
def test_a_title_above_the_first_key_is_no_entry(title: str, between: str):
    body = HEAD + "  R03: 39301\n"
    err = told(f"{title}\n{between}{body}")[1]
    assert place_of(err) == 1
    assert f"→ questa riga non è una voce: toglila, o metti `#` davanti, `# {title}`" in err
    assert told(f"# {title}\n{between}{body}")[0] in (0, 1)


def test_several_lines_above_the_first_key():
    body = HEAD + "  R03: 39301\n"
    err = told(f"Relazione di Jesi\nanno 2024\n{body}")[1]
    assert "→ le righe prima della prima chiave non sono voci" in err
    assert told(f"# Relazione di Jesi\n# anno 2024\n{body}")[0] in (0, 1)


def test_a_first_key_that_lacks_its_colon_is_no_title():
    err = told(JESI.replace("rulebook: sociale", "rulebook sociale"))[1]
    assert "→ dopo la chiave mancano i due punti: `rulebook: sociale/2024`" in err


@PLACES
@pytest.mark.parametrize("note", ["Il responsabile", "Il responsabile del servizio, dott. Rossi"])
def test_words_among_the_values_may_be_a_note(line: str, note: str):
    """No code of the form is known where YAML breaks, so both readings are said."""
    text = put(line, f"  {note}\n{line}")
    err = told(text)[1]
    first, rest = note.split(" ", 1)
    assert f"→ se questa riga è una nota, metti `#` davanti, `# {note}`; se è una voce" in err
    assert f"mancano i due punti: `{first}: {rest}`" in err
    assert place_of(err) == line_of(line)
    assert told(text.replace(f"  {note}", f"  # {note}"))[0] in (0, 1)


@PLACES
def test_a_word_alone_among_the_values(line: str):
    """A number above it does not go on."""
    text = put(line, f"  Firma\n{line}")
    err = told(text)[1]
    assert "→ questa riga non è una voce: se è una nota metti `#` davanti, `# Firma`" in err
    assert place_of(err) == line_of(line)


@pytest.mark.parametrize("note", ["Jesi, 3 maggio 2025", "(firma)", "-- fine --", "12 maggio"])
def test_a_note_of_any_signs_does_not_go_on_with_a_number(note: str):
    """Told to indent it, somebody would lose the number above."""
    err = told(put(MIDDLE, f"{MIDDLE}\n  {note}"))[1]
    assert f"metti `#` davanti, `# {note}`" in err
    assert "continua" not in err
    assert told(put(MIDDLE, f"{MIDDLE}\n  # {note}"))[0] in (0, 1)


@pytest.mark.parametrize("margin", ["", "  "])
@pytest.mark.parametrize("written", ['"R06: 3580390.40"', "R06;3580390.40", "Firma", "(firma)"])
def test_the_last_line_of_a_file_is_blamed_itself(written: str, margin: str):
    """YAML stops at the end, where nothing stands."""
    text = f"{HEAD}  R03: 39301\n  R05: 8.50\n{margin}{written}\n"
    err = told(text)[1]
    assert place_of(err) == 6
    assert "controlla i rientri" not in err


def test_a_code_that_lacks_its_colon_is_no_note():
    err = told(put(LAST, "  R22 NO"))[1]
    assert "→ dopo la chiave mancano i due punti: `R22: NO`" in err


# -- Signs of YAML before a number -----------------------------------------------------------------


@pytest.mark.parametrize("sign", ["> ", "*", "% ", "%", "@", "& ", "| ", "? ", "`"])
def test_a_sign_before_a_number_is_taken_away(sign: str):
    """In quotes it would be a text, which its field refuses; that it is one no reader knows."""
    err = told(put(MIDDLE, f"  R06: {sign}3580390.40"))[1]
    assert "→ se qui va un numero scrivi `3580390.40`, senza " in err
    assert f'va fra virgolette: `"{sign}3580390.40"`' in err
    assert told(put(MIDDLE, "  R06: 3580390.40"))[0] in (0, 1)


def test_a_dash_before_a_number_may_be_its_sign():
    err = told(put(MIDDLE, "  R06: - 3.580.390,40"))[1]
    assert "→ se qui va un numero scrivi `3580390.40`, o `-3580390.40` se è negativo" in err


@pytest.mark.parametrize("sign", ["!", "*", "&"])
def test_a_sign_that_yaml_reads_before_a_number_of_the_form(sign: str):
    """Here the form is known, and the field a number: nothing is said of a text."""
    err = told(put("  R03: 39301", f"  R03: {sign}39301"))[1]
    assert "→ scrivi `39301`\n" in err
    assert err.count("errore:") == 1
    err = told(put("  R03: 39301", f"  R03: {sign}nota"))[1]
    assert "→ scrivi solo cifre" in err
    assert "virgolette" not in err


def test_a_colon_in_a_number_with_words():
    """A report holds no formulas, so nothing is said of them."""
    text = "abitanti per assistente: 2792"
    err = told(put("  R00E: 2792", f"  R00E: {text}"))[1]
    assert "→ i due punti spezzano il valore: se qui va un numero scrivi solo quello" in err
    assert f'se va un testo scrivi `"{text}"`' in err
    assert "formula" not in err
    err = told(put("  R16: SI", "  R16: sono due: vedi"))[1]
    assert '→ i due punti spezzano il testo: se è uno solo scrivi `"sono due: vedi"`' in err
    assert "formula" not in err


# -- In rulebooks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "new", "advice"),
    [
        ("formula: R0B / R03 * 100", '"formula: R0B / R03 * 100"', "yaml-quoted-line"),
        ("formula: R0B / R03 * 100", '"formula: R0B / R03 * 100', "yaml-quote-before-key"),
        ("formula: R0B / R03 * 100", "formula;R0B / R03 * 100", "yaml-equals"),
        ("formula: R0B / R03 * 100", "formula,R0B / R03 * 100", "yaml-equals"),
        ("edition: ", "edition=", "yaml-equals"),
        ("language: 1", "Il sociale\nlanguage: 1", "yaml-title"),
    ],
)
def test_of_a_rulebook(pair: str, new: str, advice: str):
    assert pair in SOCIALE
    text = SOCIALE.replace(pair, new, 1)
    _, (problem,) = read_text(text, "2024.yaml", RULEBOOK_LIMITS)
    line = SOCIALE[: SOCIALE.index(pair)].count("\n") + 1
    assert (problem.advice, problem.mark.line) == (advice, line)
    lines = text.split("\n")
    for fix in problem.fixes:
        at = fix.mark.line - 1
        lines[at] = lines[at].replace(fix.old, fix.new, 1)
    assert read_text("\n".join(lines), "2024.yaml", RULEBOOK_LIMITS)[1] == []


def test_a_sign_in_a_formula_is_no_number():
    _, (problem,) = read_text("rules:\n  a:\n    formula: > 5\n", "x.yaml", RULEBOOK_LIMITS)
    assert problem.advice == "yaml-sign"
