"""Sentences and letters pasted over several lines, as they are: what breaks them is told."""

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_document
from ruletrail.documents.nodes import MappingNode
from support.hints import problems_of

BOOK = """language: 2
rulebook: prova
edition: "2024"
status: draft
rules:
  quota:
    label: La quota
    note: {note}
    formula: a + 1
messages:
  esito:
    when: "true"
    text:
      it: {text}
    source: modulo
"""
NOTE = 8
TEXT = 14


def _told(book: str, language: str = "it") -> tuple[int, str]:
    (problem,) = problems_of(book)
    return problem.mark.line, problem.hint(language)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Gentile signora,\n        la quota: {q}\n        il resto", 1),
        ("Gentile signora,\n        le scriviamo\n        per due cose: la quota", 2),
        ("Visto l'art. 1: la quota\n        è dovuta", 0),
        ("Gentile signora,\n        Oggetto: rimborso\n        le scriviamo", 1),
        ("Gentile signora,\n\n        la sua quota: {q}", 2),
        ("Due cose da fare\n        - la prima cosa: {q}\n        - la seconda", 1),
        ("\n        Gentile signora,\n        la sua quota: {q}", 2),
    ],
)
def test_a_colon_in_a_text_over_lines(text: str, at: int) -> None:
    """In the first line or in a later one, it is told at the colon, with what takes the text."""
    book = BOOK.replace("{note}", "Uno").replace("{text}", text)
    line, hint = _told(book)
    assert line == TEXT + at
    assert hint == (
        "i due punti spezzano il testo, che sta su più righe: alla riga 14 scrivi `it: >`, e tutto"
        " il testo sotto, con 8 spazi davanti a ogni riga"
    )
    assert "on line 14 write `it: >`" in _told(book, "en")[1]
    # and so it is
    words = [each.strip() for each in text.split("\n")]
    whole = "".join(f"\n        {each}" for each in words if each)
    node, problems = read_document(
        BOOK.replace("{note}", "Uno").replace("{text}", ">" + whole).encode(),
        "r.yaml",
        RULEBOOK_LIMITS,
    )
    assert isinstance(node, MappingNode)
    assert problems == []


@pytest.mark.parametrize("margin", ["", "    ", "  "])
def test_a_line_of_a_text_at_the_margin_is_no_key(margin: str) -> None:
    note = f"Gentile signora,\n\n{margin}le scriviamo che la quota è dovuta.\n{margin}Saluti"
    book = BOOK.replace("{text}", "Uno").replace("{note}", note)
    line, hint = _told(book)
    assert line == NOTE + 2
    assert hint == (
        "questa riga continua il testo della riga 8: lì scrivi `note: >`, e tutto il testo "
        "sotto, con 6 spazi davanti a ogni riga"
    )


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("    formula: a + 1", "      formula: a + 1", "deve avere 4 spazi"),
        ("    formula: a + 1", "    formula a + 1", "mancano i due punti: `formula: a + 1`"),
        ("    note: Uno bis", "    note Uno bis", "mancano i due punti: `note: Uno bis`"),
        ("    note: Uno bis", "    note: Uno: bis", 'mettilo fra virgolette, `"Uno: bis"`'),
    ],
)
def test_a_key_is_no_line_of_a_text(old: str, new: str, hint: str) -> None:
    book = BOOK.replace("{note}", "Uno bis").replace("{text}", "La quota è dovuta")
    assert old in book
    assert hint in _told(book.replace(old, new))[1]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Gentile signora, # da rivedere\n      la quota è dovuta} # fine", "la quota è dovuta"),
        ('Gentile signora,  # chiedi a "Rossi" {x}\n      la quota}', "la quota"),
        ("Gentile signora,\n      # un'altra riga\n      la quota}", "la quota"),
        ("Gentile signora,\n      la pratica #12 è accolta}", "la pratica #12 è accolta"),
        ("Gentile signora,\n      spettano {q} euro}", "spettano {q} euro"),
        ("Gentile signora,\n      spettano {q:words}, non {a}}", "spettano {q:words}, non {a}"),
    ],
)
def test_a_sentence_in_braces_over_lines_is_put_in_quotes_without_remarks(written: str, text: str):
    """What a comment says is no part of the sentence, and the braces of a code end none."""
    braced = "text: {it: " + written + "\n"
    book = BOOK.replace("{note}", "Uno").replace("text:\n      it: {text}\n", braced)
    found = {(each.code, each.hint("en"), each.mark.line) for each in problems_of(book)}
    hint = f'put it in quotes: `{{it: "Gentile signora, {text}"}}`'
    assert found == {("text-in-braces", hint, TEXT - 1)}
