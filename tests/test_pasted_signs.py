"""What is copied out of a text processor: spaces that are none, bullets, quotes, long formulas.

Each is told where it stands, and what is told, done to the letter, gives what was meant.
"""

import pytest

from support.hints import do_literally, meaning_of, problems_of

BOOK = """\
language: 2
rulebook: prova
edition: "2027"
version: 0.1.0
status: draft
title: Prova
report: schema.json
tables:
  coefficiente:
    by: [zona]
    rows:
      - {zona: A, value: 1.00}
      - {zona: B, value: 1.20}
rules:
  tariffa:
    label: Tariffa mensile
    formula: base * paganti
    unit: euro
    exceptions:
      - {label: Esenzione, when: isee <= 6000, formula: 0}
decisions:
  esito:
    cases:
      - outcome: esente
        when: isee <= 6000
        message: {it: "La famiglia è esente."}
      - outcome: pagante
        when: isee > 6000
"""
MEANT = meaning_of(BOOK)
SPACES = ["\u00a0", "\u202f", "\u2009", "\u200b"]


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    ("pair", "sign"),
    [
        ("label: Tariffa mensile", ":"),
        ("unit: euro", ":"),
        ("formula: base * paganti", ":"),
        ("value: 1.00", ":"),
        ("zona: B", ":"),
        ("formula: 0", ":"),
        ("label: Esenzione", ":"),
        ("message: {it", ":"),
        ("- outcome: esente", "-"),
        ("- outcome: pagante", "-"),
        ("- {zona: A", "-"),
        ("- {zona: B", "-"),
    ],
)
def test_a_space_that_is_none(pair: str, sign: str, space: str):
    """It is named with its number, at its own column, with the pair as it belongs."""
    text = BOOK.replace(pair, pair.replace(f"{sign} ", f"{sign}{space}", 1), 1)
    (problem,) = problems_of(text)
    before = text[: text.index(space)]
    place = before.count("\n") + 1, len(before) - before.rindex("\n")
    assert (problem.mark.line, problem.mark.column) == place
    hint = f"dopo `{sign}` c'è uno spazio insecabile (U+{ord(space):04X}) o simile"
    assert problem.hint("it").startswith(hint)
    assert f"`{pair[: pair.index(sign)]}{sign} " in problem.hint("it")
    assert do_literally(text, problem) == BOOK


@pytest.mark.parametrize("sign", ["•", "–", "—", "·", "▪", "*", "•\u00a0"])
@pytest.mark.parametrize(
    ("item", "instead"),
    [
        ("- outcome: esente", "`- outcome:`"),
        ("- outcome: pagante", "`- outcome:`"),
        ("- {zona: A", "`- {zona: A, value: 1.00}`"),
        ("- {zona: B", "`- {zona: B, value: 1.20}`"),
    ],
)
def test_a_bullet(item: str, instead: str, sign: str):
    """It is no dash; the dash is shown before the key, or the row in braces."""
    mark = sign if len(sign) > 1 else f"{sign} "
    text = BOOK.replace(f"      {item}", f"      {mark}{item[2:]}", 1)
    (problem,) = problems_of(text)
    assert (problem.mark.line, problem.mark.column) == (
        BOOK[: BOOK.index(item)].count("\n") + 1,
        7,
    )
    assert problem.hint("it") == (
        f"`{sign[0]}` non è il trattino (`-`) che comincia una voce: scrivi {instead}"
    )
    assert do_literally(text, problem) == BOOK


def test_such_spaces_in_many_lines():
    """Of lines one below the other the first is told, and all of them are mended at once."""
    text = BOOK
    for key in ("label", "formula", "unit"):
        text = text.replace(f"    {key}: ", f"    {key}:\u00a0")
    (problem,) = problems_of(text)
    assert problem.mark.line == BOOK[: BOOK.index("    label:")].count("\n") + 1
    assert len(problem.fixes) == 3
    assert do_literally(text, problem) == BOOK


def test_a_text_keeps_its_own_spaces():
    """In a text such a space is part of it."""
    assert problems_of(BOOK.replace("Tariffa mensile", "Tariffa\u00a0mensile:\u00a0importo")) == []


OPERATIONS = ["- a", "+ a", "* a", "/ a", "and a", "or a", "if a", "else a", "not a", "< a"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("pair", "margin", "hint"),
    [
        ("formula: base * paganti", 4, "rientrala di due spazi in più"),
        ("formula: base * paganti", 2, "deve avere 6 spazi"),
        ("        when: isee <= 6000", 8, "rientrala di due spazi in più"),
        ("when: isee > 6000", 8, "rientrala di due spazi in più"),
        ("when: isee > 6000", 6, "deve avere 10 spazi"),
    ],
)
def test_a_formula_goes_on_below(operation: str, pair: str, margin: int, hint: str):
    """The minus is no dash, and `and` is no key."""
    text = BOOK.replace(pair, f"{pair}\n{' ' * margin}{operation}", 1)
    (problem,) = problems_of(text)
    line = BOOK[: BOOK.index(pair)].count("\n") + 1
    assert problem.mark.line == line + 1
    assert problem.hint("it") == f"questa riga continua il valore della riga {line}: {hint}"
    mended = do_literally(text, problem)
    assert meaning_of(mended) == meaning_of(BOOK.replace(pair, f"{pair} {operation}", 1))


def test_a_formula_over_three_lines():
    """Of two lines that go on with it the first is told, then the second."""
    text = BOOK.replace("base * paganti", "base * paganti\n    - sconto\n    + spese")
    for line in (18, 19):
        (problem,) = problems_of(text)
        assert problem.mark.line == line
        text = do_literally(text, problem)
    assert meaning_of(text) == meaning_of(BOOK.replace("paganti", "paganti - sconto + spese"))


@pytest.mark.parametrize("end", [", formula: 0}", "}"])
def test_a_label_that_ends_in_a_colon(end: str):
    """Between braces it is put in quotes, as it is outside."""
    before = "{when: isee <= 6000, label: Data della domanda:"
    whole = before.replace("Data della domanda:", '"Data della domanda:"')
    text = BOOK.replace("{label: Esenzione, when: isee <= 6000, formula: 0}", before + end)
    (problem,) = problems_of(text)
    assert problem.hint("it").endswith('fra virgolette, `"Data della domanda:"`')
    assert do_literally(text, problem) == text.replace(before, whole)


@pytest.mark.parametrize(
    "numbers", ["{decimal: ,}", "{decimal: ,, thousands: .}", "{thousands: ., decimal: ,}"]
)
def test_a_comma_as_a_value(numbers: str):
    """Of a layout: nobody is told to take its name out."""
    (problem,) = problems_of(f"layout: 1\nnumbers: {numbers}\n")
    assert problem.hint("it").endswith('`","`')
    (problem,) = problems_of("layout: 1\nnumbers:\n  decimal: ,\n")
    assert problem.hint("it").endswith('`","`')


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("{it: Non {isee} ma di più}", '{it: "Non {isee} ma di più"}'),
        (
            "{en: Not {isee} but more, it: Non {isee} ma di più}",
            '{en: "Not {isee} but more", it: "Non {isee} ma di più"}',
        ),
        ('{it: Oltre {isee}, en: "Above {isee}"}', '{it: "Oltre {isee}", en: "Above {isee}"}'),
    ],
)
def test_sentences_in_braces_are_put_in_quotes_each_by_itself(written: str, instead: str):
    """Those of two languages are two: one within the other would be lost to who reads it."""
    problems = problems_of(BOOK.replace('{it: "La famiglia è esente."}', written))
    (problem,) = [each for each in problems if each.code == "yaml-syntax"]
    assert f"`{instead}`" in problem.hint("en")
    text = BOOK.replace('{it: "La famiglia è esente."}', written)
    assert do_literally(text, problem) == text.replace(written, instead)


@pytest.mark.parametrize(
    "written", ["{it: Non {isee}, nota: di più}", "{it: Non {isee}}, when: isee > 0}"]
)
def test_what_may_be_another_key_is_no_part_of_a_sentence(written: str):
    """Nobody knows where the sentence ends: nothing is written for certain."""
    problems = problems_of(BOOK.replace('{it: "La famiglia è esente."}', written))
    told = [each.hint("en") + str(each.fixes) for each in problems]
    assert not any('nota: di più"' in each or 'when: isee > 0"' in each for each in told)


def _in_quotes(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if '"' in text else f'"{text}"'


BOTH_KINDS = 'Retta "piena" dell\'anno'


@pytest.mark.parametrize("sign", ['"', "'"])
@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("label: Tariffa mensile", "label: {}", BOTH_KINDS),
        ("label: Esenzione", "label: {}", BOTH_KINDS),
        ('it: "La famiglia è esente."', "it: {}", "L'esito, \"esente\", vale: dell'anno."),
        ('{it: "La famiglia è esente."}', "{{it: {}, en: x}}", "L'esito è \"esente\", un 'sì'."),
        ('{it: "La famiglia è esente."}', "\n          it: {}", BOTH_KINDS),
        ("title: Prova", "title: {}", f"{'molto ' * 20}{BOTH_KINDS}"),
    ],
)
def test_a_text_with_quotes_and_an_apostrophe(before: str, after: str, text: str, sign: str):
    """What is shown to copy is whole and sound, whichever quotes were tried around it."""
    broken = BOOK.replace(before, after.format(sign + text + sign), 1)
    shown = _in_quotes(text)
    (problem,) = problems_of(broken)
    assert problem.hint("it").endswith(f"scrivi `{shown}`")
    assert problem.hint("en").endswith(f"write `{shown}`")
    mended = do_literally(broken, problem)
    assert mended == BOOK.replace(before, after.format(shown), 1)
    assert text in str(meaning_of(mended)).replace("\\'", "'")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r""""Retta \"piena" dell'anno" """, "'Retta \"piena\" dell''anno'"),
        ("'Retta dell''anno \"piena\" d'oro'", "'Retta dell''anno \"piena\" d''oro'"),
        ('"Retta" mensile dell\'anno', "'\"Retta\" mensile dell''anno'"),
        ('"Retta" mensile', "'\"Retta\" mensile'"),
    ],
)
def test_quotes_that_are_half_escaped_or_of_a_part(written: str, shown: str):
    """They are written once, and a text that only begins with quotes keeps them."""
    text = BOOK.replace("Tariffa mensile", written, 1)
    (problem,) = problems_of(text)
    assert problem.hint("it").endswith(f"scrivi `{shown}`")
    assert problems_of(do_literally(text, problem)) == []


def test_an_apostrophe_at_the_beginning_may_be_half_of_the_quotes():
    """Which of both is for the author to say: nothing is written without being asked for."""
    (problem,) = problems_of(BOOK.replace("Tariffa mensile", "'ndrangheta dell'anno e d'altro", 1))
    assert problem.hint("it").endswith("scrivi `\"'ndrangheta dell'anno e d'altro\"`")
    assert problem.fixes == ()


def test_a_formula_between_two_texts():
    """Its first and last quotes are those of its own texts, and stay."""
    formula = '"a" == zona or zona == "b"'
    text = BOOK.replace("base * paganti", formula)
    (problem,) = problems_of(text)
    assert problem.hint("it").endswith(f"scrivi `'{formula}'`")
    assert formula in str(meaning_of(do_literally(text, problem)))


@pytest.mark.parametrize("written", ['"label" x: y', '"a \\n b" c\'d', '["a" b, "c" d]'])
def test_quotes_whose_text_is_not_known(written: str):
    """A key, an escape or a list in brackets is not rewritten by a guess."""
    (problem, *_) = problems_of(BOOK.replace("Tariffa mensile", written, 1))
    assert problem.fixes == ()


@pytest.mark.parametrize("signs", ["“”", "„“", "«»", "‘’", "””"])
@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("label: Esenzione", "Retta, non residenti"),
        ("label: Esenzione", "Retta, non residenti, metà, value"),
        ("label: Esenzione", "Retta: non residenti"),
        ("label: Esenzione", 'Retta "piena", dell\'anno'),
        ('it: "La famiglia è esente."', "Di {isee} euro, è esente"),
    ],
)
def test_printed_quotes_around_a_text_in_braces(before: str, text: str, signs: str):
    """They are letters there, and are named; the text is shown in quotes that count."""
    key = before.partition(":")[0]
    broken = BOOK.replace(before, f"{key}: {signs[0]}{text}{signs[1]}", 1)
    shown = _in_quotes(text)
    (problem,) = problems_of(broken)
    named = f"`{signs[0]} {signs[1]}`"
    assert problem.hint("it") == f"le virgolette {named} non valgono: scrivi `{shown}`"
    assert problem.hint("en") == f"the quotes {named} do not count here: write `{shown}`"
    assert do_literally(broken, problem) == BOOK.replace(before, f"{key}: {shown}", 1)


def test_printed_quotes_in_a_text():
    """Within a text they are part of it, and are not blamed for a comma."""
    text = BOOK.replace("label: Esenzione", "label: La “Retta, piena” intera")
    (problem,) = problems_of(text)
    assert problem.code == "comma-in-braces"
    assert "virgolette `" not in problem.hint("it")
