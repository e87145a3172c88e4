"""`ruletrail help` and `ruletrail schema`: every page and every schema, as plain text."""

import json
import re
from pathlib import Path

import pytest

from ruletrail.cli import COMMANDS
from ruletrail.cli.help import list_pages, to_plain
from ruletrail.cli.help_texts import PAGES
from ruletrail.cli.schema import KINDS
from ruletrail.problem_texts import TEXTS
from support.command_line import call
from support.places import EXAMPLES, ROOT


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_problem_has_its_page(language: str):
    """By its code, in the language that is asked for, with what to do."""
    for code, text in TEXTS.items():
        status, out, err = call("help", code, "--lang", language)
        assert (status, err) == (0, ""), code
        assert out.startswith(f"{code}\n{'=' * len(code)}\n"), code
        pieces = re.split(r"[{}]+(?:[a-z_]+\})?", text.hints[language])
        assert max(pieces, key=len).strip() in out, code
        assert len(re.findall(r"^→ ", out, re.MULTILINE)) == 1, code


def test_every_brace_of_a_problem_is_a_place_or_doubled():
    """Any other is taken for the place of a value, and a reader sees half of what was meant."""
    for code, text in TEXTS.items():
        for said in (*text.sentences.values(), *text.hints.values()):
            rest = re.sub(r"\{\{|\}\}|\{[a-z_]+\}", "", said)
            assert not re.search(r"[{}]", rest), (code, said)


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "docs").glob("*.md"))])
def test_every_page_is_a_topic(name: str):
    """Each is listed with its title, and shown without marks of Markdown, code apart."""
    listed = call("help", "topics")[1]
    assert re.search(rf"^  {name} +\S", listed, re.MULTILINE)
    status, out, _ = call("help", name)
    assert status == 0
    plain = re.sub(r"`[^`]*`", "", "\n".join(x for x in out.splitlines() if x[:4] != "    "))
    assert not re.search(r"\*\*|\]\(|^#|^\||^```|<!--", plain, re.MULTILINE)


def test_titles_are_in_the_language_asked():
    """No page that is in English has an Italian title without saying so."""
    listed = call("help", "topics", "--lang", "it")[1]
    names = {path.stem for path in (ROOT / "docs").glob("*.md")}
    # these are in both languages, as are their titles
    assert set(PAGES) == names - {"statuses", "one-report"}
    assert f"  {'statuses':20} Gli stati di una risposta\n" in listed
    assert f"  {'one-report':20} Una relazione, dal modulo al sigillo\n" in listed
    for name, title in PAGES.items():
        assert f"  {name:20} {title} (in inglese)\n" in listed


@pytest.mark.parametrize("language", ["it", "en"])
def test_all_problems_are_listed_in_one_language(language: str):
    """Each code with its severity and its sentence, values left out."""
    out = call("help", "problems", "--lang", language)[1]
    severities = {"it": "errore|avviso|nota", "en": "error|warning|note"}[language]
    for code, text in TEXTS.items():
        found = re.search(rf"^{code}\n((?:    .*\n)+)", out, re.MULTILINE)
        assert found, code
        said = " ".join(found[1].split())
        assert re.match(rf"({severities}) · ", said), code
        pieces = re.split(r"\{[a-z_]+\}", text.sentences[language])
        assert " ".join(max(pieces, key=len).split()) in said, code


@pytest.mark.parametrize(
    "word", ["for_each", "round", "otherwise", "if_missing", "evidence", "part_of", "half_up"]
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_word_of_the_language_has_its_place(word: str, language: str):
    """What the page on the language says of it: each part names the word, and tables their rows."""
    status, out, _ = call("help", word, "--lang", language)
    assert status == 0
    assert out.startswith(f"{word}\n{'=' * len(word)}\n\n")
    page = "semantics" if word == "half_up" else "language"
    assert f"`ruletrail help {page}`" in out
    whole = call("help", page, "--lang", language)[1]
    body = out.split(f"`ruletrail help {page}`", 1)[1]
    assert len(body) < len(whole) / 3
    assert word in body


def test_no_word_of_the_language_is_a_near_name():
    """What the page does not name as code is unknown, with the nearest page."""
    for word in ("fore_ach", "x*(", "zebra", "languag", "/"):
        status, _, err = call("help", word)
        assert status == 2
        assert "page-unknown" in err


@pytest.mark.parametrize(
    ("word", "language", "section", "problem"),
    [
        ("arrotondare", "it", "4. Le regole: il rulebook", "round-not-number"),
        ("virgola", "it", "9. Romperlo in dieci modi", "decimal-comma"),
        ("virgole", "it", "9. Romperlo in dieci modi", "decimal-comma"),
        ("quadro", "it", "1. Il modulo", ""),
        ("comma", "en", "9. Break it in ten ways", "decimal-comma"),
        ("commas", "en", "9. Break it in ten ways", "decimal-comma"),
    ],
)
def test_an_everyday_word_is_found_where_the_manual_speaks_of_it(
    word: str, language: str, section: str, problem: str
):
    """By the texts of the manual, whatever its ending: the sections, and the problems by code."""
    status, out, _ = call("help", word, "--lang", language)
    assert status == 0
    assert f"\n{section}\n" in out
    assert f"\n{problem}\n" in out or not problem
    assert "ruletrail help guide" in out


def test_a_word_of_the_other_language_is_found_in_its_texts():
    """And the page is named so that it is that one which is shown."""
    for word, language, other in (("virgola", "en", "it"), ("comma", "it", "en")):
        status, out, _ = call("help", word, "--lang", language)
        assert status == 0
        assert f"`ruletrail help guide --lang {other}`" in out


STATUS_WORDS = [
    *(
        "completa",
        "completo",
        "incompleta",
        "Incompleto",
        "non valida",
        "invalida",
        "da correggere",
    ),
    *("complete", "incomplete", "invalid", "stati", "to be corrected"),
]


@pytest.mark.parametrize("word", STATUS_WORDS)
@pytest.mark.parametrize("before", [True, False])
def test_the_words_of_statuses_lead_to_what_they_mean(word: str, *, before: bool):
    """In the language asked for, wherever the option stands."""
    said = {"it": "Gli stati di una risposta", "en": "The statuses of an answer"}
    other = {"it": "Every report that", "en": "Ogni relazione"}
    for language, title in said.items():
        option = ("--lang", language)
        words = (*option, "help", *word.split()) if before else ("help", *word.split(), *option)
        status, out, _ = call(*words)
        assert (status, out.splitlines()[0]) == (0, title)
        assert other[language] not in out
        assert all(f"`{each}`" in out for each in ("complete", "incomplete", "invalid"))


@pytest.mark.parametrize("word", ["copertura", "coverage", "Copertura"])
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_word_of_coverage_leads_to_the_page_that_explains_it(word: str, language: str):
    """The guide has the word in what `test` prints alone, and the page about it is in English."""
    status, out, _ = call("help", word, "--lang", language)
    assert status == 0
    assert "`ruletrail help authoring`" in out
    assert "Coverage counts each rule with a value" in " ".join(out.split())
    assert "`--threshold 100` makes incomplete coverage status 1" in out


def test_what_is_found_in_the_other_language_is_told_in_the_readers():
    """The headings, the sentences of problems and the summaries of commands are in both."""
    out = call("help", "bounds", "--lang", "it")[1]
    assert "Problemi" in out
    assert "Problems" not in out
    assert "spiega come si correggono" in out
    assert "(in inglese):" in out
    for code in re.findall(r"^([a-z]+(?:-[a-z]+)+)(?: |$)", out, re.MULTILINE):
        sentence = re.split(r"\{[a-z_]+\}", TEXTS[code].sentences["it"])
        assert " ".join(max(sentence, key=len).split()[:4]) in " ".join(out.split()), code


def test_actions_and_nouns_are_found():
    """`archive-verify` as other programs name their pages; what is counted, by its function."""
    assert call("help", "archive-verify")[1] == call("help", "archive", "verify")[1]
    assert call("help", "conteggio", "--lang", "it")[1] == call("help", "count", "--lang", "it")[1]
    assert "page-unknown" in call("help", "archive-nothing")[2]


def test_a_word_that_only_code_or_an_address_has_is_not_spoken_of():
    """And a word with another ending is another word: brackets are no part of a form."""
    for word in ("README", "evidenc"):
        assert "page-unknown" in call("help", word, "--lang", "it")[2]
    assert "parentesi quadre" not in call("help", "quadro", "--lang", "it")[1]


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("risorse", "Risorse aggiuntive effettive del sociale"),
        ("Risorsa", "Risorse aggiuntive effettive del sociale"),
        ("utenti", "M12_2019"),
        ("importo", "Importo da rendicontare nel Quadro 3"),
        ("rendiconto", "da_rendicontare"),
        ("R07", "R07_2021"),
        ("sociale", "Obiettivi di servizio per il sociale"),
        ("sociale/2024", "Obiettivi di servizio per il sociale"),
    ],
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_word_of_a_form_is_found_in_the_titles_of_rulebooks(word: str, shown: str, language: str):
    """And the command that shows all of it is named, in the reader's language."""
    status, out, _ = call("help", word, "--lang", language)
    assert (status, out.splitlines()[0]) == (0, word)
    assert shown in out
    said = {"it": "Nel rulebook `sociale/2024`", "en": "In the rulebook `sociale/2024`"}
    other = {"it": "In the rulebook", "en": "Nel rulebook"}
    assert said[language] in out
    assert other[language] not in out
    assert "`ruletrail docs sociale/2024`" in out
    assert "(in inglese)" not in out


def test_the_words_are_those_of_the_library_that_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Any rulebook's: of one that does not load nothing is said."""
    monkeypatch.chdir(tmp_path)
    for part in ("rulebooks/orto", "schemas"):
        (tmp_path / part).mkdir(parents=True)
    fields = {"zucche": {"type": "integer", "title": "Zucche raccolte"}}
    parts = {"fields": {"type": "object", "properties": fields}}
    schema = {"type": "object", "properties": parts}
    (tmp_path / "schemas/orto.json").write_text(json.dumps(schema), "utf-8")
    head = "language: 1\nrulebook: orto\nversion: 1.0.0\ntitle: Orto\nreport: orto.json\n"
    head += "in_force: {from: 2024-01-01}\nstatus: published\n"
    text = f'{head}edition: "2024"\nrules: {{doppie: {{label: Doppio, formula: zucche * 2}}}}\n'
    (tmp_path / "rulebooks/orto/2024.yaml").write_text(text, "utf-8")
    broken = f'{head}edition: "2025"\nrules: {{doppie: {{formula: zuc}}}}\n'
    (tmp_path / "rulebooks/orto/2025.yaml").write_text(broken, "utf-8")
    status, out, err = call("help", "zucche", "--lang", "it")
    assert status == 0, err
    assert "Zucche raccolte" in out
    assert "`ruletrail docs orto/2024`" in out


@pytest.mark.parametrize("word", ["trasporto", "scadenza", "asilo", "nido"])
def test_a_word_that_is_nowhere_leads_to_no_other_word(word: str):
    """Neither a key that authors mean by it, nor a page that has some of its letters."""
    status, out, err = call("help", word, "--lang", "it")
    assert (status, out) == (2, "")
    assert f"né il manuale né i rulebook di qui hanno una pagina o un titolo con `{word}`" in err
    assert "→ si può chiedere un comando" in err
    assert "`ruletrail docs` ne mostra i titoli" in err


def test_nothing_of_a_page_is_lost():
    """Every word of a page stands in its plain form, in its order."""
    page = (ROOT / "docs/language.md").read_text("utf-8")
    shown = to_plain(page, "en")
    code = re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert code
    for block in code:
        for line in filter(None, block.splitlines()):
            assert f"    {line}\n" in shown
    words = re.findall(r"[A-Za-z]{4,}", re.sub(r"\]\([^)]*\)|<!--.*?-->|```\w+", "", page))
    found = iter(re.findall(r"[A-Za-z]{4,}", shown))
    assert [word for word in words if word not in found] == []


@pytest.mark.parametrize("language", ["it", "en"])
def test_no_page_points_to_a_file_of_the_manual(language: str):
    """Who reads in a terminal has no files: each page of another is a command that shows it."""
    known = set()
    for name, path in list_pages(language).items():
        text = path.read_text("utf-8")
        prose = re.sub(r"(?m)^ {4}.*$|`[^`]*`", "", to_plain(text, language))
        assert re.findall(r"[\w/-]+\.md\b", prose) == [], name
        known.update(
            re.findall(r"`(ruletrail help [a-z0-9/-]+(?: --lang \w\w)?)`", to_plain(text, language))
        )
    assert {"ruletrail help commands", "ruletrail help docs/archive"} <= known
    for command in sorted(known):
        status, out, err = call(*command.split()[1:])
        assert (status, err) == (0, ""), command
        assert out


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("as in [commands.md](commands.md).", "as in `ruletrail help commands`."),
        ("said ([archive.md](archive.md)).", "said (`ruletrail help docs/archive`)."),
        ("[how](../editors.md#vim) to", "how (`ruletrail help editors`) to"),
        ("([how](editors.md)) to", "(how: `ruletrail help editors`) to"),
        ("[`usage`](usage.md)", "`ruletrail help usage`"),
        ("[all](problems/README.md)", "all (`ruletrail help problems`)"),
        ("[it](guide/it.md)", "it (`ruletrail help guide --lang it`)"),
        ("[why](decisions/012-x.md), [here](#below)", "why, here"),
    ],
)
def test_a_link_is_the_command_that_shows_its_page(written: str, shown: str):
    """Named once where its words are the file's; what no command shows keeps its words alone."""
    assert to_plain(written, "en") == f"{shown}\n"


def test_markdown_becomes_plain_text():
    """Tables, links, headings in two languages, sentences of one language, and code as it is."""
    page = """# Uno / One

**it** una `**frase**` [qui](a.md)
ancora

**en** a sentence
more
it is no Italian

| a | b |
|---|---|
| x | `y\\|z` |
```yaml
| # a: **b**
```
## Due
"""
    assert to_plain(page, "it") == (
        "Uno\n===\n\nuna `**frase**` qui\nancora\n\na  b\nx  `y|z`\n    | # a: **b**\n\nDue\n---\n"
    )
    assert "a sentence\nmore\nit is no Italian\n" in to_plain(page, "en")


@pytest.mark.parametrize("command", ["evaluate", "check", "fmt"])
def test_a_command_without_a_page_shows_its_help(command: str):
    """What `ruletrail COMMAND --help` shows."""
    assert call("help", command) == call(command, "--help")
    assert command in COMMANDS


def test_the_guide_speaks_the_language_asked_for():
    """There are two of it."""
    italian, english = (call("help", "guide", "--lang", each)[1] for each in ("it", "en"))
    assert italian != english
    assert list_pages("it")["guide"].name == "it.md"


@pytest.mark.parametrize("word", ["../README", "guide/it", "problems/../language", "README", "/"])
def test_a_page_is_no_path(word: str):
    """What is no page is said, whatever file it would lead to."""
    status, out, _ = call("help", word, "--format", "json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "page-unknown")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "report"])
def test_schemas_are_written_as_they_are(kind: str, folder):
    """On standard output, or into a file; in Italian, as our own files are."""
    expected = (ROOT / f"schemas/{kind}.schema.json").read_bytes()
    status, out, _ = call("schema", kind, "--lang", "it")
    assert (status, json.loads(out)) == (0, json.loads(expected))
    assert call("schema", kind, "-o", "s.json", "--lang", "it") == (0, "", "scritto s.json\n")
    assert (folder / "s.json").read_bytes() == expected


def test_the_schema_of_reports_is_the_rulebooks(folder):
    """By reference or path; the file that is read is not written over."""
    assert call("new", "a/1")[0] == 0
    schema = folder / "schemas/reports/a/1.schema.json"
    for asked in ("a/1@0.1.0", "rulebooks/a/1.yaml"):
        assert json.loads(call("schema", "report", asked)[1]) == json.loads(schema.read_bytes())
    status, _, err = call("schema", "report", "rulebooks/a/1.yaml", "-o", schema)
    assert status == 2
    assert "[output-is-input]" in err
    assert call("schema", "report", EXAMPLES / "garden/garden.yaml")[0] == 0


@pytest.mark.parametrize("words", [(), ("report",), ("rulebook", "a/1"), ("garden",)])
def test_a_schema_is_asked_for_in_words_that_fit(words: tuple[str, ...]):
    """Only that of reports needs a rulebook, and it does."""
    status, out, _ = call("schema", *words)
    assert (status, out) == (2, "")


@pytest.mark.parametrize(
    ("word", "key"),
    [("tabelle", "tables"), ("scala", "scales"), ("eccezioni", "exceptions"), ("se", "when")],
)
def test_an_italian_word_is_the_key_that_it_means(word: str, key: str):
    """Who does not know yet how a thing is called finds it by the word for it."""
    status, out, _ = call("help", word, "--lang", "it")
    assert (status, f"\n{key}\n{'=' * len(key)}\n" in f"\n{out}") == (0, True)


@pytest.mark.parametrize("word", ["values", "if", "min", "date", "rows", "title"])
def test_a_word_of_the_language_is_itself(word: str):
    """Whatever it may be a word for elsewhere."""
    assert call("help", word)[1].startswith(f"{word}\n")
