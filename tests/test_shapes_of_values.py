"""Values of a report in a shape that is none: lists, keys below a code, braces, nothing, signs."""

from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
OWN = JESI[JESI.index("  R40: >-") : JESI.index("printed:")]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(old: str, new: str, language: str = "it") -> tuple[int, str]:
    assert old in JESI
    Path("jesi.yaml").write_text(JESI.replace(old, new, 1), encoding="utf-8")
    status, _, err = call("evaluate", "jesi.yaml", "--lang", language)
    return status, err


@pytest.mark.parametrize(
    ("old", "new", "it", "en"),
    [
        (
            OWN,
            "  R40:\n    - anziani\n    - disabili\n",
            '→ scrivi un testo solo, non un elenco: `"anziani, disabili"`',
            '→ write one text, and no list: `"anziani, disabili"`',
        ),
        (
            "  M12: 193\n",
            "  M12: [193, 172]\n",
            "→ scrivi qui un valore solo, quello che vale, non un elenco",
            "→ write a single value here, the one that counts, and no list",
        ),
        (
            "  M12: 193\n",
            "  M12: {anno: 193}\n",
            "→ scrivi qui un valore solo, e nessun'altra chiave",
            "→ write a single value here, and no other key",
        ),
        (
            "  M12_2019: 172\n  M12: 193\n",
            "  M12:\n    2019: 172\n    2024: 193\n",
            "→ ogni valore sta su una riga sua, con il suo codice: `M12_2019: 172`, `M12: 193`",
            "→ each value stands on a line of its own, with its code: `M12_2019: 172`, `M12: 193`",
        ),
        (
            OWN,
            "  R40: {vedi allegato}\n",
            "le graffe fanno di `vedi allegato` una chiave, che non ha un valore [null-value]",
            "the braces make a key of `vedi allegato`, which has no value [null-value]",
        ),
        (
            "R16: SI",
            'R16: ""',
            "il valore è vuoto, e qui ne serve uno fra quelli ammessi [not-allowed]",
            "the value is empty, and one of the admitted ones is needed here [not-allowed]",
        ),
        (
            "  R03: 39301",
            "  “R03”: 39301",
            "contiene virgolette curve (`“`, `”`) [foreign-letter]",
            "holds curved quotes (`“`, `”`) [foreign-letter]",
        ),
        (
            "  R03: 39301",
            "  • R03: 39301",
            "contiene un pallino (`•`) [foreign-letter]",
            "holds a bullet (`•`) [foreign-letter]",
        ),
        (
            "  R03: 39301",
            "  ☛ R03: 39301",
            "contiene `☛` (U+261B) [foreign-letter]",
            "holds `☛` (U+261B) [foreign-letter]",
        ),
    ],
)
def test_what_is_said_of_it(old: str, new: str, it: str, en: str):
    """Of what the reader wrote, in the reader's language; and what to write in its place."""
    for language, said in (("it", it), ("en", en)):
        status, err = told(old, new, language)
        assert (status, said in err) == (2, True), err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OWN, '  R40: "anziani, disabili"\n'),
        (OWN, "  R40: vedi allegato\n"),
        ("  R03: 39301", "  R03: 39301"),
    ],
)
def test_what_is_to_be_written_is_right(old: str, new: str):
    assert told(old, new) == (0, "")


@pytest.mark.parametrize("line", ["  Quadro 2\n", "Quadro 2\n", "  Anno 2024\n"])
def test_a_title_with_a_number_may_be_a_note(line: str):
    """As a key with its colon it was no code of the form."""
    err = told("  # Quadro 2\n", line)[1]
    note = line.strip()
    assert f"→ se questa riga è una nota, metti `#` davanti, `# {note}`; se è una voce" in err


def test_a_text_too_long_to_copy_is_not_shown_in_part():
    text = 'detto "Comune", è stata affidata all\'Azienda Servizi alla Persona; ' * 6
    err = told(OWN, f'  R40: "{text}fine"\n')[1]
    assert "dentro usa « », o metti tutto il testo fra apici `'` e raddoppia quelli che" in err
    doubled = text.replace("'", "''")
    assert told(OWN, f"  R40: '{doubled}fine'\n") == (0, "")
