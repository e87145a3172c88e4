"""The parts of a report: one whose line is missing, indented, or below another, told once."""

import pytest

from support.places import EXAMPLES
from support.planted import told

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
SUBJECT = "subject: {comune: Jesi, provincia: AN}\n"
HEAD = "rulebook: sociale/2024\n" + SUBJECT + "fields:\n  R05: 8.50\nprinted:\n  messages:\n"

pytestmark = pytest.mark.usefixtures("folder")


def _told(text: str, count: int = 1) -> str:
    err = told(text)[1]
    assert err.count(": errore: ") == count, err
    return err


def _mended(*pairs: tuple[str, str]) -> str:
    text = JESI
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return _told(text)


def test_who_the_report_is_of_without_its_key():
    """Indented, the line was to move left, and there to move right."""
    err = _mended((SUBJECT, "  comune: Jesi\n  provincia: AN\n"))
    assert "7:3: errore: manca la chiave `subject`" in err
    assert "→ scrivi `subject:` su una riga a sé, qui sopra, senza spazi davanti" in err
    err = _mended((SUBJECT, "comune: Jesi\nprovincia: AN\n"))
    assert "→ manca `subject:`: scrivilo su una riga a sé, qui sopra, allineato con `comune`" in err
    assert "e sotto, due spazi più a destra, `comune`, `provincia`" in err
    below = "fields:\n  comune: Jesi\n  provincia: AN\n"
    err = _mended((SUBJECT, ""), ("\nfields:\n", f"\n{below}"))
    assert "→ manca `subject`: scrivilo accanto a `fields:`, con dentro `comune`, `prov" in err


def test_in_json_nothing_stands_further_right():
    report = '{"rulebook": "sociale/2024", "comune": "Jesi", "provincia": "AN", "fields": {}}'
    err = _told(report)
    assert "→ manca `subject`: scrivilo qui, con dentro `comune`, `provincia`" in err


@pytest.mark.parametrize(
    "printed", ["  printed:\n  messages:", "  printed:\n    messages:"], ids=["line", "part"]
)
def test_an_indented_part_is_no_code(printed: str):
    """What stands below it was told to be codes, and its own line to be missing."""
    err = _mended(("printed:\n  messages:", printed))
    assert "112:3: errore: la chiave `printed`" in err
    assert "→ `printed` non sta sotto `fields:`, ma accanto: togli gli spazi davanti" in err


def test_an_indented_part_amid_codes_takes_none_of_them_along():
    err = _mended((SUBJECT, ""), ("\nfields:\n", f"\nfields:\n  {SUBJECT}"))
    assert "→ `subject` non sta sotto `fields:`, ma accanto: spostalo fuori" in err
    err = _mended(("rulebook: ", "#"), ("\nfields:\n", "\nfields:\n  rulebook: sociale/2024\n"))
    assert "→ `rulebook` non sta sotto `fields:`, ma accanto: spostalo fuori" in err


def test_an_indented_line_is_not_missing():
    err = _mended(("\nfields:", "\n  fields:"))
    assert "8:3: errore" in err
    assert "→ il rientro non torna: per stare accanto alla riga 7 non deve avere spazi" in err
    err = _mended(("\nrulebook:", "\n  rulebook:"))
    assert "6:3: errore" in err
    assert "→ il rientro non torna: per stare accanto alla riga 7 non deve avere spazi" in err


def test_sentences_without_the_key_above_them():
    err = _mended(("\nprinted:", ""))
    assert "112:3: errore: manca la chiave `printed`" in err
    err = _mended(("\n  messages:", "\nmessages:"))
    assert "→ `messages` sta sotto `printed:`: scrivilo là, più a destra" in err
    err = _mended(("\n  messages:", ""))
    assert "→ scrivi `messages:` su una riga a sé, qui sopra, con 2 spazi davanti" in err


@pytest.mark.parametrize(
    ("items", "line", "instead"),
    [
        (["- Uno due.", "Tre.", "- Sei."], 2, "- Tre."),
        (['- "Uno."', '"Due."', '- "Tre."'], 2, '- "Due."'),
        (['- "Uno."', '- "Due."', '"Tre."'], 3, '- "Tre."'),
        (['- "Uno."', '  "Due."', '- "Tre."'], 2, '- "Due."'),
        (['"Uno."', '- "Due."'], 1, '- "Uno."'),
        (["Uno.", "- Due."], 1, "- Uno."),
        ([">-", "  Uno", "  due.", "- >-", "  Tre."], 1, "- >-"),
        (["- >-", "  Uno", "  due.", ">-", "  Tre."], 4, "- >-"),
        (["• Uno.", "• Due."], 1, "- Uno."),
        (["* Uno.", "* Due."], 1, "- Uno."),
    ],
)
def test_a_sentence_without_its_dash_is_told_in_its_line(items: list[str], line: int, instead: str):
    err = _told(HEAD + "".join(f"    {each}\n" for each in items))
    assert f":{6 + line}:" in err
    assert f"→ manca il trattino: un nuovo elemento comincia con `{instead}`" in err


def test_a_dash_that_touches_its_sentence_or_stands_elsewhere():
    err = _told(HEAD + '    -"Uno."\n    - "Due."\n')
    assert '→ dopo il trattino ci vuole uno spazio: `- "Uno."`' in err
    err = _told(HEAD + '    - "Uno."\n  - "Due."\n    - "Tre."\n')
    assert ":8:3:" in err
    assert "→ il rientro non torna: per stare accanto alla riga 7 deve avere 4 spazi" in err


def test_who_the_report_is_of_without_its_braces_is_no_text():
    """In quotes, as was advised, it would be a text, and refused again."""
    err = _mended((SUBJECT, "subject: comune: Jesi, provincia: AN\n"))
    assert "→ scrivi `subject: {comune: Jesi, provincia: AN}`" in err


def test_a_part_that_is_the_item_of_a_list_only_has_a_dash_too_many():
    err = _told(HEAD.partition("printed:")[0] + 'printed:\n  - messages: ["Uno."]\n')
    assert "→ togli i trattini: sotto `printed:` ogni voce è una chiave rientrata" in err


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("=39301", "scrivi `39301`, senza"),
        ("= 39301", "scrivi `39301`, senza"),
        ("39301/2", "scrivi solo cifre: `1234`"),
    ],
)
def test_a_number_as_a_spreadsheet_reckons_it(value: str, hint: str):
    """A half of `39301` is not `3930` and a half."""
    assert f"→ {hint}" in _mended(("R03: 39301", f"R03: {value}"))


def test_a_half_stands_apart_from_its_number():
    assert "24.5" not in _mended(("R01: 24.5", "R01: 241/2"))
    assert "→ scrivi il numero in cifre, `24.5`" in _mended(("R01: 24.5", "R01: 24 1/2"))
