"""Codes in a report that its form does not have: what is said of them mends the report."""

from typing import Any

import pytest

from ruletrail.suggestions import KnownNames
from support.command_line import call
from support.places import EXAMPLES
from support.planted import told

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
WAY_OUT = {
    "it": "→ togli la riga, o cerca il codice con `ruletrail help` e una parola della sua voce; "
    "codici del modulo che qui non ci sono: `M56_media`, `R01A_2020`\n",
    "en": "→ take the line out, or look for the code by `ruletrail help` and a word of its label; "
    "codes of the form that are not here: `M56_media`, `R01A_2020`\n",
}
OF_RULEBOOK = {
    "it": "→ lo stabilisce il rulebook, non la relazione: togli la riga\n",
    "en": "→ the rulebook settles it, not the report: take the line out\n",
}
LANGUAGES = pytest.mark.parametrize("language", ["it", "en"])


pytestmark = pytest.mark.usefixtures("folder")


def add(line: str) -> str:
    return JESI.replace("  # Quadro 4\n", f"  {line}\n  # Quadro 4\n")


@LANGUAGES
@pytest.mark.parametrize("line", ["Q30_ore: 4", "R41: 4", "M99: 3", "utenti: 3"])
def test_a_code_that_is_near_none(line: str, language: str):
    """The codes that are not there were all that was said: nobody knew what to do with it."""
    status, err = told(add(line), language)
    assert (status, WAY_OUT[language] in err) == (2, True)


def test_where_to_look_is_a_command_that_finds_it():
    status, out, _ = call("help", "abitanti", "--lang", "it")
    assert (status, "R03 " in out) == (0, True)


OF_ITS_OWN = [
    "livello: non_inferiore",
    "quadro_3: dovuto",
    "Quadro 3: dovuto",
    "da_rendicontare: 3",
    "R22_motivato: SI",
    "utenti_2019: 3",
    "costo_R05_min: 5000",
]


@LANGUAGES
@pytest.mark.parametrize("line", OF_ITS_OWN)
def test_what_the_rulebook_settles_is_no_input(line: str, language: str):
    """A decision, a part, a rule, a check, a group, a parameter."""
    status, err = told(add(line), language)
    assert (status, OF_RULEBOOK[language] in err) == (2, True)


@pytest.mark.parametrize("key", ["R03 (abitanti)", "R03 [abitanti]", "R03 (al 31/12)", "R03(ab.)"])
def test_a_code_with_a_note_in_brackets(key: str):
    err = told(JESI.replace("  R03: 39301", f"  {key}: 39301"))[1]
    assert "→ intendevi `R03`?\n" in err


def test_codes_below_a_title_of_their_own():
    text = JESI.replace("  R06: 3580390.40\n", "  quadro_2:\n    R06: 3580390.40\n    R07: 1\n")
    err = told(text)[1]
    assert (
        "→ i codici stanno tutti sotto `fields`, senza gruppi: metti `#` davanti a `quadro_2:`, e "
        "allinea `R06` alle altre voci\n" in err
    )
    text = JESI.replace("  R06: 3580390.40\n", "  # quadro_2:\n  R06: 3580390.40\n")
    assert told(text)[0] in (0, 1)


def test_a_title_with_a_colon_has_no_value_that_lacks():
    err = told(add("Quadro 4:"))[1]
    assert "→ se è un titolo metti `#` davanti, `# Quadro 4`; se no togli la riga\n" in err
    assert err.count("errore:") == 1


def test_what_is_near_is_looked_for_where_it_is_shown(monkeypatch: pytest.MonkeyPatch):
    """Of thousands of codes fifty are told; each of the others was compared with all names."""
    asked: list[str] = []
    plain = KnownNames.nearest

    def nearest(known: KnownNames, name: str, *more: Any) -> str:
        asked.append(name)
        return plain(known, name, *more)

    monkeypatch.setattr(KnownNames, "nearest", nearest)
    status, err = told(add("\n  ".join(f"M{at}_utenti: 1" for at in range(1000, 1300))))
    assert (status, err.count("[unknown-key]") + err.count("[code-not-encoded]")) == (2, 50)
    assert len({each for each in asked if each.endswith("_utenti")}) <= 50
