"""Trails for readers: the same facts in every form, and texts never more than text."""

import copy
import re
import unicodedata
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

import ruletrail
from ruletrail.formats import LOCALES
from ruletrail.rendering import FORMS, explain_step, render_trail
from ruletrail.rendering.blocks import Chapter, Page, Paragraph, Table, mark_code
from ruletrail.rendering.markdown import escape as escape_markdown
from ruletrail.rendering.pages import write_html
from ruletrail.rendering.texts import write_text
from ruletrail.reports.texts import is_unknown
from ruletrail.trails import canonical_json
from support.places import ROOT
from support.rulebooks import load_text, rulebook_text, schema_of

EXAMPLES = ("jesi-2024", "livorno-2024", "jesi-2024-incompleto")


HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "\" onmouseover='x' style=\"color:red\" --></style></title><a href='javascript:x'>",
    "a\x1b[2J\x07\u202egnp.exe\u2066\u200f\x9b31m",
    "# title | cell | cell\n\n- item\n```\n<b>",
    (
        "[link](http://example.org) ![x](y) https://example.org www.example.org "
        "a@example.org `x` **b** _i_ ~~s~~ $x$ &amp;"
    ),
    "1. one\n2) two\n> quote\n---\n===\n    code",
    "{edition} {0} %s {{x}} \\",
)


@pytest.fixture(scope="module")
def trail_of(
    plan: ruletrail.Plan, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, Any]]:
    """Evaluate an example with some lines changed; None takes a line out."""

    def evaluate(name: str, **changes: str | None) -> dict[str, Any]:
        text = (ROOT / f"examples/{name}.yaml").read_text("utf-8")
        for code, value in changes.items():
            line = "" if value is None else f"  {code}: {value}\n"
            text, count = re.subn(
                rf"^  {code}: .*\n(?:    .*\n)*",
                lambda _, line=line: line,
                text,
                flags=re.MULTILINE,
            )
            assert count == 1, code
        path = tmp_path_factory.mktemp("report") / "report.yaml"
        path.write_text(text, "utf-8")
        return plan.evaluate(path).trail.to_dict()

    return evaluate


class Seen(HTMLParser):
    """What an HTML reader sees: every tag with its attributes, and the text between."""

    def __init__(self, page: str) -> None:
        """Read a whole page."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.folded: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, and that it is open."""
        self.tags.append((tag, tuple(attrs)))
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that closes itself."""
        self.tags.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open, and no other."""
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        """Refuse comments: we write none."""
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        """Keep text, apart where it is folded away."""
        if "style" in self.open:
            return
        # what a thing rests on is folded below it here, and written out in the text form
        inside = "details" in self.open and "summary" not in self.open and not self.is_basis
        (self.folded if inside else self.text).append(data)

    @property
    def is_basis(self) -> bool:
        """Tell whether the innermost fold that is open holds a source."""
        opened = [dict(attributes) for tag, attributes in self.tags if tag == "details"]
        return opened[-1].get("class") == "basis"


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


def read_markdown(text: str) -> str:
    """Undo the escapes of Markdown, as a reader's program does."""
    return re.sub(r"\\(.)", r"\1", text.replace("&#8203;", "\u200b"))


def in_one_line(text: str) -> str:
    return " ".join(text.split())


# -- The same facts


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_all_forms_show_the_same_numbers(
    trail_of: Callable[..., dict[str, Any]], name: str, language: Any
) -> None:
    """Markdown holds what HTML holds; the text form all of that but the folded appendices."""
    document = trail_of(name)
    page = Seen(render_trail(document, "html", language))
    markdown = read_markdown(render_trail(document, "markdown", language))
    text = render_trail(document, "text", language)
    assert numbers_in(markdown) == numbers_in(" ".join(page.text + page.folded))
    assert numbers_in(text) == numbers_in(" ".join(page.text))
    assert len(numbers_in(text)) > 50


def test_every_computed_value_is_shown_in_every_form(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """No rule's value is lost on the way to a reader."""
    document = trail_of("livorno-2024")
    shown = {
        "R04": "14,802044",
        "R01B": "1942",
        "R0B": "22.709",
        "R0B_2019": "16.366",
        "da_rendicontare": "0,00 euro",
        "M24_media": "0,69505783",
    }
    assert set(shown) <= set(document["result"]["values"])
    for form in ("text", "markdown", "html"):
        rendered = render_trail(document, form).replace("\u00a0", " ")
        assert [code for code, value in shown.items() if value not in rendered] == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("10,160428 % e 14.200,00 euro", "10,160428\u00a0% e 14.200,00\u00a0euro"),
        ("(1,2 ore/utente)", "(1,2\u00a0ore/utente)"),
        ("3,120.50 euros", "3,120.50\u00a0euros"),
        ("righi R23-R39, M12_ore-M59_ore", "righi R23\u2011R39, M12_ore\u2011M59_ore"),
        # a year, a code, a pause, a version, words with a hyphen, codes of two kinds
        ("nel 2024 il M12 è", "nel 2024 il M12 è"),
        ("Quadro 4, relazione; @1.0.1 o", "Quadro 4, relazione; @1.0.1 o"),
        ("aa-bb 2022-2024 R04-M12", "aa-bb 2022-2024 R04-M12"),
        # words of a formula, and those between two numbers, are no units
        ("2 if a and 3 or b else 1", "2 if a and 3 or b else 1"),
        ("0 se a altrimenti 4 di 6 utenti", "0 se a altrimenti 4 di 6\u00a0utenti"),
        # what is copied from a page into a shell or a file
        ("3 utenti: `explain 3 jesi` 3 utenti", "3\u00a0utenti: `explain 3 jesi` 3\u00a0utenti"),
        ("3 utenti: `explain R1-R3", "3\u00a0utenti: `explain R1-R3"),
    ],
)
def test_a_page_parts_no_number_from_its_unit(text: str, bound: str) -> None:
    """Nor the ends of a range of codes, also where both are links; other forms stay as they are."""
    page = Page("it", "T", (), (Paragraph(text),), (), ())
    assert f'<p class="plain">{bound}</p>' in write_html(page)
    assert text in write_text(page)


def test_a_range_of_links_is_not_parted() -> None:
    """The hyphen stands alone between two codes."""
    table = Table("", ("a", "b"), ((mark_code("R1"), "x"), (mark_code("R3"), "y")), explains=True)
    line = Paragraph(f"{mark_code('R1')}-{mark_code('R3')}")
    page = write_html(Page("it", "T", (), (), (Chapter("c", (line, table)),), ()))
    assert ">R1</a>\u2011<a" in page


def test_each_cell_says_what_it_is_where_no_column_stands_above() -> None:
    """On a narrow screen `99, arrotondato` stood alone; the label is hidden where there is room."""
    long = "parola " * 40
    table = Table("", ("Codice", "Calcolo", "Dichiarato"), (("a", "1", "99"), ("b", "2", long)))
    page = write_html(Page("it", "T", (), (table,), (), ()))
    of = '<span class="of">{}: </span>'.format
    assert f"{of('Calcolo')}1</td>" in page
    assert f"{of('Dichiarato')}99</td>" in page
    assert f"{of('Dichiarato')}{long}</td>" in page  # below, over the whole width
    assert ".of{display:none}" in page
    assert page.index("\n.of{display:inline") > page.index("@media(max-width:40rem)")


def test_json_is_the_stored_trail(trail_of: Callable[..., dict[str, Any]]) -> None:
    """The JSON form is the canonical bytes and one newline, in no language."""
    document = trail_of("jesi-2024")
    assert (
        render_trail(document, "json", "en")
        == render_trail(document, "json", "it")
        == canonical_json(document) + "\n"
    )


@pytest.mark.parametrize("form", FORMS)
def test_rendering_changes_nothing(trail_of: Callable[..., dict[str, Any]], form: str) -> None:
    """The document is the caller's: rendering and explaining only read it."""
    document = trail_of("jesi-2024-incompleto")
    before = copy.deepcopy(document)
    first = render_trail(document, form) + explain_step(document, "livello", None, form)
    assert document == before
    assert first == render_trail(document, form) + explain_step(document, "livello", None, form)


# -- What the reader learns


def test_a_complete_report_says_so_and_why(trail_of: Callable[..., dict[str, Any]]) -> None:
    """Status, decisions, why a Quadro is not due, the counts, the formula with its numbers."""
    text = in_one_line(render_trail(trail_of("jesi-2024"), "text"))
    for said in (
        "rulebook sociale/2024, versione 1.0.1 (pubblicata)",
        "Relazione completa, ma c'è una cosa da rivedere.",
        "non inferiore, perché R04 (10,320348 %) non è inferiore a R05 (8,50 %)",
        "R04 (10,320348 %) supera R05 (8,50 %) di 1,820348 punti percentuali (21,4 % di R05)",
        (
            "(quadro_3): non dovuto (regola dedotta: spesa), perché l'esito «Spesa storica "
            'rispetto al fabbisogno standard» (spesa) è "non inferiore" '
            "(R07_2017 (9.514.040,39 euro) non è inferiore a R06 (3.580.390,40 euro); R07_2021 "
            "(16.686.328,33 euro) non è inferiore a R06); sarebbe dovuto con "
            '"inferiore"'
        ),
        "15 valori dichiarati: 4 uguali, 11 arrotondati.",
        "8 frasi ritrovate nel modulo.",
        "41 controlli superati",
        "R04 = R0B / R03 · 100 = 4.056 / 39.301 · 100 = 10,320348 %",
        "attendibilità: visto nel modulo",
        "È un aiuto alla decisione",
    ):
        assert said in text
    assert "Qui non risulta altro" not in text


def test_a_missing_field_is_named_with_what_needs_it(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """A gap says which field to fill in and is never a negative answer."""
    text = in_one_line(render_trail(trail_of("jesi-2024-incompleto"), "text"))
    assert "2. Completa: Quadro 1, autodiagnosi del numero di utenti serviti (quadro_1)" in text
    assert (
        "? R03 (Numero di abitanti 2024), abitanti Serve a: R01B, R04, «Livello di servizio "
        "rispetto al riferimento», «Quadro 4" in text
    )
    assert "(livello): non ancora stabilito: manca R03" in text
    assert "4.056 / [manca R03] · 100: manca R03" in text
    assert "2 non verificabili" in text
    assert "10,320348, non verificabile (manca R03)" in text
    assert "(livello): inferiore" not in text


def test_division_by_zero_shows_the_division(trail_of: Callable[..., dict[str, Any]]) -> None:
    """With no inhabitants the reader sees `4.056 / 0`, not a number."""
    document = trail_of("jesi-2024", R03="0")
    for form in ("text", "markdown", "html"):
        rendered = re.sub("</?a[^>]*>", "", in_one_line(render_trail(document, form)))
        assert "divisione per zero: R03 vale 0" in rendered
        assert "4.056 / 0 · 100" in rendered
    text = in_one_line(render_trail(document, "text"))
    assert (
        "Relazione da correggere: un valore dichiarato è diverso da quello calcolato; un valore "
        "non si può calcolare."
    ) in text
    assert "dichiarato 802, calcolato 0 abitanti/assistente sociale" in text


def test_a_due_section_that_is_not_encoded_says_both(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """Spending below the need on both columns.

    Quadro 3 is due, why, what is to be accounted for, and that its fields are not known.
    """
    text = in_one_line(
        render_trail(trail_of("livorno-2024", R07_2017="1000000.00", R07_2021="2000000.50"), "text")
    )
    assert (
        "Compila: Quadro 3, obiettivi di servizio (quadro_3) È dovuto (regola "
        "dedotta: spesa), perché l'esito «Spesa storica rispetto al fabbisogno standard» (spesa) è "
        '"inferiore" (R07_2017 (1.000.000,00 euro) è inferiore a R06 (17.167.708,08 euro); R07_2021'
    ) in text
    assert (
        "Importo da rendicontare nel Quadro 3 (da_rendicontare): 1.376.953,67 euro (regola "
        "dedotta)" in text
    )
    assert (
        "I suoi campi non sono codificati qui: compilali sul modulo stesso. Motivo: le etichette "
        "dei righi R09-R15 non sono note" in text
    )
    assert "Valuta a mano" not in text
    assert (
        "R07_2017 (1.000.000,00 euro) è sotto R06 (17.167.708,08 euro) di 16.167.708,08 euro "
        "(94,2 % di R06)" in text
    )


def test_exact_equality_says_that_no_sentence_covers_it(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """R04 = R05: neither sentence of the form holds, and the reader is told."""
    text = in_one_line(render_trail(trail_of("jesi-2024", R05="10.320348"), "text"))
    assert "R04 (10,320348 %) e R05 (10,320348 %) sono esattamente uguali" in text
    assert "nessuna frase nota del modulo copre la parità" in text


def test_a_declared_value_that_differs_shows_both_numbers(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """Every `differs` stands with what was declared and what was computed."""
    text = in_one_line(render_trail(trail_of("jesi-2024", R0B="4057"), "text", "en"))
    assert "or one of its addends: declared 4,057, computed 4,056 utenti" in text
    assert (
        "R0B (TOTALE UTENTI, N° di utenti serviti 2024): declared 4,057, but computed 4,056 utenti"
        in text
    )
    assert "15 declared values: 1 different, 3 equal, 11 rounded." in text


def test_a_failed_serious_check_says_what_to_correct(
    trail_of: Callable[..., dict[str, Any]],
) -> None:
    """The message of the check stands among what is to be done."""
    text = in_one_line(render_trail(trail_of("jesi-2024", R22="SI", R40='""'), "text"))
    assert "un controllo grave non è superato" in text
    assert (
        "Correggi. R22 è SI, ma la relazione in formato libero (R40) è vuota: spiega lì il motivo."
    ) in text


def test_a_draft_says_that_it_is_one(trail_of: Callable[..., dict[str, Any]]) -> None:
    """No reader takes a draft's answer for a published one."""
    document = copy.deepcopy(trail_of("jesi-2024"))
    document["rulebook"]["status"] = "draft"
    for form in ("text", "markdown", "html"):
        assert "Attenzione: questo rulebook è una bozza" in in_one_line(
            render_trail(document, form)
        )
        assert "Attenzione: questo rulebook è una bozza" in in_one_line(
            explain_step(document, "R04", None, form)
        )


def test_numbers_follow_the_reader(trail_of: Callable[..., dict[str, Any]]) -> None:
    """English readers get English separators; the rulebook's locale is the default."""
    document = trail_of("jesi-2024")
    assert "3,580,390.40" in render_trail(document, "text", "en")
    assert "3.580.390,40" in render_trail(document, "text", "it")
    assert render_trail(document, "text", None) == render_trail(document, "text", "it")


# -- HTML


@pytest.mark.parametrize("language", LOCALES)
def test_html_is_one_quiet_file(trail_of: Callable[..., dict[str, Any]], language: Any) -> None:
    """No script, nothing fetched, a policy that forbids both, and the language declared."""
    page = render_trail(trail_of("jesi-2024"), "html", language)
    seen = Seen(page)
    tags = {tag for tag, _ in seen.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert seen.tags[0] == ("html", (("lang", language),))
    policy = next(
        dict(attributes)["content"]
        for tag, attributes in seen.tags
        if ("http-equiv", "Content-Security-Policy") in attributes
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "url(" not in page
    assert "@import" not in page
    names = {name for _, attributes in seen.tags for name, _ in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src")}
    places = {"#" + dict(attributes).get("id", "") for _, attributes in seen.tags}
    leading = [dict(attributes)["href"] for tag, attributes in seen.tags if tag == "a"]
    assert {"#c1", "#s-R04", "#s-quadro_3", "#s-R05"} <= set(leading) <= places


def test_html_is_made_for_screen_readers(trail_of: Callable[..., dict[str, Any]]) -> None:
    """One title, headings in order, landmarks, and tables with named rows and columns."""
    seen = Seen(render_trail(trail_of("jesi-2024"), "html"))
    tags = [tag for tag, _ in seen.tags]
    headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert tags.count("main") == 1
    assert {"header", "nav", "footer", "caption", "figcaption"} <= set(tags)
    scopes = [dict(attributes).get("scope") for tag, attributes in seen.tags if tag == "th"]
    assert set(scopes) == {"row", "col"}
    assert tags.count("figure") == 3
    ids = [dict(attributes)["id"] for _, attributes in seen.tags if "id" in dict(attributes)]
    assert len(ids) == len(set(ids))


def test_bars_are_as_long_as_the_numbers(trail_of: Callable[..., dict[str, Any]]) -> None:
    """R05 is 8.50 / 10.320348 of R04: 823 thousandths."""
    page = render_trail(trail_of("jesi-2024"), "html")
    lengths = re.findall(r'<rect class="(?:left|right)" x="0" y="0" width="(\d+)"', page)
    assert lengths[:2] == ["1000", "823"]


# -- Hostile texts


def infect(document: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Put a text wherever a trail holds somebody's words."""
    infected: dict[str, Any] = copy.deepcopy(dict(document))
    infected["report"]["subject"] = dict.fromkeys(infected["report"]["subject"], text)
    infected["rulebook"]["title"] = text
    for entry in (*infected["fields"].values(), *infected["parameters"].values()):
        entry.update(label=text, unit=text)
    for source in infected["sources"].values():
        source.update(title=text, url=text)
    for code in ("R00C", "R40"):
        if code in document["fields"]:
            infected["report"]["fields"][code] = {"text": text}
    for step in infected["steps"]:
        step.update(label=text, note=text)
        if "message" in step:
            step["message"]["text"] = text
        if "R40" in step["reads"]:
            step["reads"]["R40"]["value"] = {"text": text}
    infected["result"]["printed"]["unmatched"] = [text]
    return infected


def disarm(text: str) -> str:
    """Make a harmless text as long, word by word; a sign that nobody can read is asked about."""
    return "".join(char if char.isspace() or is_unknown(char) else "h" for char in text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_tag_or_attribute_of_html_comes_from_data(
    trail_of: Callable[..., dict[str, Any]], text: str
) -> None:
    """A hostile text leaves the very tags and attributes that a harmless one leaves."""
    document = trail_of("jesi-2024-incompleto")
    # a long reason has a row of its own, and a long word is broken
    harmless, hostile = infect(document, disarm(text)), infect(document, text)
    for render in (
        lambda d: render_trail(d, "html"),
        lambda d: explain_step(d, "livello", None, "html"),
    ):
        assert Seen(render(hostile)).tags == Seen(render(harmless)).tags
        assert "alert(1)" not in text or "alert(1)" in "".join(Seen(render(hostile)).text)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_reaches_a_terminal_but_text(
    trail_of: Callable[..., dict[str, Any]], text: str, form: str
) -> None:
    """No control character and none that turns the direction of writing, in any form."""
    document = infect(trail_of("jesi-2024-incompleto"), text)
    for rendered in (
        render_trail(document, form),
        explain_step(document, "livello", None, form),
        explain_step(document, "R40", None, form),
    ):
        bad = {char for char in rendered if unicodedata.category(char).startswith("C")} - {"\n"}
        assert bad == set()


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_its_own_structure(
    trail_of: Callable[..., dict[str, Any]], text: str
) -> None:
    """Headings, list marks and table cells are ours alone.

    Nothing becomes HTML, a link or emphasis.
    """
    document = trail_of("jesi-2024-incompleto")
    harmless, hostile = (
        render_trail(infect(document, words), "markdown") for words in (disarm(text), text)
    )
    _keep_structure(harmless, hostile)


def test_markdown_of_lists_keeps_its_own_structure() -> None:
    """Names of cells are titles of columns, those of rows and lists stand above and in them."""
    folder = ROOT / "tests" / "household"
    evaluation = ruletrail.load(folder / "household.yaml").evaluate(folder / "rossi.yaml")
    document = evaluation.trail.to_dict()
    pages = {}
    for text in (*map(disarm, HOSTILE), *HOSTILE):
        infected = infect(document, text)
        infected["lists"]["componenti"].update(label=text, row="di {componenti.nome}")
        for cell in infected["lists"]["componenti"]["fields"].values():
            cell.update(label=text)
        for row in infected["report"]["fields"]["componenti"]:
            row["nome"] = {"text": text}
        pages[text] = render_trail(infected, "markdown")
    for text in HOSTILE:
        _keep_structure(pages[disarm(text)], pages[text])


def _keep_structure(harmless: str, hostile: str) -> None:
    shape = re.compile(r"^ *(#+ |- |> ?- |> ?|---$|\*\*|\| )?")
    assert [shape.match(line)[0] for line in hostile.split("\n")] == [
        shape.match(line)[0] for line in harmless.split("\n")
    ]  # type: ignore[index]
    pipes = [len(re.findall(r"(?<!\\)\|", line)) for line in hostile.split("\n")]
    assert pipes == [len(re.findall(r"(?<!\\)\|", line)) for line in harmless.split("\n")]
    bare = re.sub(r"\\.", "", hostile)
    assert not re.search(r"[<`$~]|\]\(|://|www\.|@[A-Za-z]|&(?!#8203;)", bare)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("M12_media", "M12_media"),
        ("_x_", "\\_x\\_"),
        ("3.580.390,40", "3.580.390,40"),
        ("1. uno", "1\\. uno"),
        ("- x", "\\- x"),
        ("a|b", "a\\|b"),
        ("http://x", "http\\://x"),
        ("\\|", "\\\\\\|"),
    ],
)
def test_markdown_escapes(text: str, escaped: str) -> None:
    """What could be markup is escaped; numbers and codes stay readable in the source."""
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize("form", [each for each in FORMS if each != "json"])
@pytest.mark.parametrize(("a", "outcome"), [(3, "high"), (1, "low")])
def test_a_number_that_the_formula_has_is_drawn_without_a_name(
    form: str, a: int, outcome: str
) -> None:
    """It is its own name: `1: 1`, and `100,0 % di 1`, say nothing; a constant's name is told."""
    cases = [{"outcome": "high", "when": "a >= 2"}, {"outcome": "low", "when": "a < 2"}]
    by_name = [{"outcome": "high", "when": "a >= p"}, {"outcome": "low", "when": "a < p"}]
    text = rulebook_text(
        {
            "parameters": {"p": {"value": 2}},
            "decisions": {"d": {"cases": cases}, "e": {"cases": by_name}},
        },
        locale="it",
    )
    plan = load_text(text, schema_of({"a": "number"}))
    trail = plan.evaluate({"rulebook": "prova/2024", "fields": {"a": a}}).trail.to_dict()
    pages = [explain_step(trail, code, "it", form) for code in ("d", "e")]
    told, named = (re.sub(r"<[^>]+>|\\", "", page) for page in pages)
    assert f"a ({a}) {'supera' if outcome == 'high' else 'è sotto'} 2 di 1" in in_one_line(told)
    assert "50,0 %" not in told
    assert "2: 2" not in in_one_line(told)
    assert "<span>2</span> <span>2</span>" not in pages[0]
    assert "di 1 (50,0 % di p)" in in_one_line(named)
    assert "p: 2" in in_one_line(named) or "p</a></span> <span>2</span>" in pages[1]
