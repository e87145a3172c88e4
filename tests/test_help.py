"""Help in both languages: everything explained, every example true; what is wrong with a call."""

import argparse
import csv
import json
import shlex
import shutil
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from ruletrail.cli import COMMANDS, find_parser
from ruletrail.cli import prove as prove_command
from ruletrail.cli.help_texts import (
    ABOUT,
    EXAMPLES,
    GROUPS,
    METAVARS,
    STATUSES,
    TEXTS,
    command_of,
    find_text,
)
from ruletrail.proofs import LIMITS, Limits
from support.command_line import call
from support.places import EXAMPLES as EXAMPLES_FOLDER
from support.places import JESI, ROOT

LANGUAGES = ("it", "en")


def list_parsers(language="en"):
    """List the parsers of all commands and of their actions, each filled."""
    found = []
    for name in COMMANDS:
        parser = find_parser((name,), language)
        found += [parser, *parser.parsers.values()]
    return found


NAMES = [command_of(parser) for parser in list_parsers()]
ACTIONS = [(command_of(parser), action) for parser in list_parsers() for action in parser.actions]


def named(value):
    return value.dest if isinstance(value, argparse.Action) else str(value)


# -- The texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "action"), ACTIONS, ids=named)
def test_every_argument_and_option_is_explained_with_an_example(command, action):
    """Two sentences that differ, without a final stop, and an example of how it is written."""
    text = find_text(command, action.dest)
    assert text is not None, f"{command}: {action.dest} has no text in cli/help_texts.py"
    assert text.it != text.en
    for sentence in (text.it, text.en):
        assert sentence == sentence.strip() != ""
        assert sentence[0].islower() or not sentence[0].isalpha()
        assert not sentence.endswith(".")
    assert text.example
    if action.option_strings:
        assert set(shlex.split(text.example)) & set(action.option_strings)


@pytest.mark.parametrize(("command", "action"), ACTIONS, ids=named)
def test_every_example_of_an_option_is_accepted(command, action):
    """The whole first example of the command, with the option's, is a call that parses."""
    example = find_text(command, action.dest).example
    words = shlex.split(EXAMPLES[command][0].partition(" > ")[0])
    if action.option_strings and action.dest != "help":
        find_parser((), "en")
        parser = find_parser(command.split(), "en")
        rest, option = words[len(command.split()) :], shlex.split(example)
        parser.parse_args([*without_option(rest, option[0]), *option])


def without_option(words, option):
    """Leave out an option and its value, in the place of which another one is tried."""
    at = words.index(option) if option in words else len(words)
    return [*words[:at], *words[at + 2 :]]


@pytest.mark.parametrize("command", NAMES)
def test_every_whole_example_is_accepted(command):
    """What help tells to copy parses, also behind a pipe; without what a shell does with it."""
    for line in EXAMPLES[command]:
        for call_ in line.split(" | ruletrail "):
            words = shlex.split(call_.partition(" > ")[0])
            find_parser(words[:1], "en").parse_args(words[1:])


WITHOUT_END = frozenset({"serve", "lsp", "mcp", "prove"})
"""Commands that go on until they are stopped, or take long for one."""
ENDLESS = ("--watch", "--help", "--version", "mkdir")
OF_ANOTHER_INPUT = {
    # said of an .xlsx, where the command's first example has a CSV
    ("batch", "sheet"),
    # nobody knows the head of somebody's archive
    ("archive verify", "expect_head"),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Give a folder that holds what the examples name: reports, tables, a trail, an archive."""
    folder = tmp_path_factory.mktemp("office")
    for name in ("rulebooks", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
        (folder / "regole" / name).mkdir(parents=True)
    for name, source in {
        "jesi.yaml": JESI, "jesi.txt": EXAMPLES_FOLDER / "forms/jesi-2024.txt",
        "jesi.trail.json": EXAMPLES_FOLDER / "jesi-2024.trail.json",
        "mensa.yaml": ROOT / "rulebooks/sociale/2024.yaml",
    }.items():  # fmt: skip
        shutil.copy(source, folder / name)
    report = yaml.safe_load(JESI.read_text("utf-8"))
    yes_or_no = {f"R{number}": "SI" for number in range(16, 23)}
    row = {"rulebook": "sociale/2024", "subject.comune": "Jesi", "subject.provincia": "AN"}
    row |= report["fields"] | yes_or_no
    book = openpyxl.Workbook()
    book.active.title = "Comuni"
    book.active.append(list(row))
    book.active.append(list(row.values()))
    book.save(folder / "2024.xlsx")
    pq.write_table(pa.table({key: [str(value) if key in TEXTS_OF_ROW else value]
                             for key, value in row.items()}), folder / "2024.parquet")  # fmt: skip
    for number in range(3):  # the examples name the third record
        changed = JESI.read_text("utf-8").replace("R08: 169644.84", f"R08: {number}")
        for archive in ("2024.sqlite", "ruletrail-archive.sqlite"):
            words = ("seal", "-", "--archive", folder / archive)
            assert call(*words, stdin=changed.encode())[0] == 0
    return folder


TEXTS_OF_ROW = frozenset({"R40", "R00C", "R00D"})


def runs_of(command):
    """List what help tells to copy: each whole example, and the first with that of each option."""
    whole = [line for line in EXAMPLES[command] if not any(word in line for word in ENDLESS)]
    for line in whole:
        yield line.removeprefix("ruletrail ").partition(" | ")[0].partition(" > ")[0]
    options = [
        find_text(of, action.dest).example
        for of, action in ACTIONS
        if of == command and action.option_strings and (of, action.dest) not in OF_ANOTHER_INPUT
    ]
    for example in options:
        if example not in ENDLESS:
            first = whole[0].partition(" > ")[0].split(" ")
            yield " ".join([*without_option(first, example.split()[0]), example])


@pytest.mark.parametrize("command", [name for name in EXAMPLES if name not in WITHOUT_END])
def test_every_example_works(command, office, tmp_path, monkeypatch):
    """Pasted where the files that it names are, it is neither refused nor a defect."""
    for line in runs_of(command):
        here = tmp_path / str(len(list(tmp_path.iterdir())))
        shutil.copytree(office, here)
        monkeypatch.chdir(here)
        words = [word.replace("jesi.pdf", "jesi.txt") for word in shlex.split(line)]
        _write_table([name for word in words for name in word.split(",")])
        status, out, err = call(*words)
        assert status in (0, 1), (line, out[:300], err)
        assert "Traceback" not in err
        # an example that is warned of is no example
        assert not any(word in err for word in ("warning:", "avviso:")), (line, err)


def _write_table(asked):
    """Write the reports as CSV, with the columns beside the form's that are asked for."""
    sheet = openpyxl.load_workbook("2024.xlsx").active
    names, cells = sheet.iter_rows(values_only=True)
    kept = [name for name in ("id", "note") if name in asked]
    with Path("2024.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*kept, *names], [*kept, *cells]])


def test_no_text_is_left_over():
    """Nothing is explained that no parser has; every command stands once on the map."""
    known = {(command, action.dest) for command, action in ACTIONS}
    assert {(command, name) for command in TEXTS for name in TEXTS[command]} <= known
    assert set(ABOUT) == set(EXAMPLES) == set(NAMES)
    assert sorted(name for _, names in GROUPS for name in names) == sorted(COMMANDS)
    metavars = {action.metavar for _, action in ACTIONS}
    assert set(METAVARS) <= metavars | {"COMMAND"}


# -- Help as it is shown ---------------------------------------------------------------------------

ENGLISH = ("usage:", "options:", "arguments:", "show this help", "examples:", "Example:", "exit ")
ITALIAN = ("uso:", "opzioni:", "argomenti:", "esempi:", "Esempio:", "stato di uscita")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", NAMES)
def test_a_command_is_explained_in_one_language(command, language, monkeypatch):
    """Usage, what it is for, all that may be written, examples; argparse's own words as well."""
    monkeypatch.setenv("COLUMNS", "80")
    status, out, err = call(*command.split(), "--help", "--lang", language)
    assert (status, err) == (0, "")
    assert out == call("help", *command.split(), "--lang", language)[1]
    assert out.startswith(("uso: " if language == "it" else "usage: ") + f"ruletrail {command}")
    assert not any(word in out for word in (ENGLISH if language == "it" else ITALIAN))
    assert " ".join(ABOUT[command][language].split()) in " ".join(out.split())
    assert f"  ruletrail {EXAMPLES[command][0]}\n" in out
    for action in find_parser(command.split(), language).actions:
        text = find_text(command, action.dest)
        joined = "".join(out.split())
        assert "".join(text.sentence(language).split()) in joined
        assert "".join(text.example.split()) in joined


def test_metavars_speak_italian(monkeypatch):
    """RELAZIONE for REPORT, in the usage line and beside the explanation."""
    monkeypatch.setenv("COLUMNS", "200")
    out = call("explain", "--help", "--lang", "it")[1]
    assert "RELAZIONE CODICE\n" in out
    assert "REPORT" not in out
    assert "[--as-of DATA]" in out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [(), ("help",), ("--help",)], ids=" ".join)
def test_the_map_groups_commands_by_who_uses_them(words, language):
    """`ruletrail` alone, `help` and `--help` give one short map of all commands."""
    status, out, err = call(*words, language=language)
    assert (status, err) == (0, "")
    assert len(out.splitlines()) < 40
    for title, names in GROUPS:
        assert title[language] in out
        for name in names:
            assert f"  {name} " in out
            assert COMMANDS[name][language] in out


# -- Calls that are none ---------------------------------------------------------------------------

WRONG = [
    ("evalute x", "`evalute` is not a command", "did you mean `evaluate`?"),
    ("valuta x", "`valuta` is not a command", "did you mean `evaluate`?"),
    ("xyzzy", "`xyzzy` is not a command", "`ruletrail help` lists the commands"),
    ("archive lst", "`lst` is not an action of `ruletrail archive`", "did you mean `list`?"),
    ("archive", "`ACTION` is missing", "`ruletrail archive list`"),
    # what was typed is kept
    (
        "archive --archive a.sqlite list",
        "`--archive` stands before the action",
        "write `ruletrail archive list --archive a.sqlite`",
    ),
    (
        "archive --archive=a.sqlite show 2",
        "`--archive` stands before the action",
        "write `ruletrail archive show --archive=a.sqlite 2`",
    ),
    (
        "archive --archive a.sqlite",
        "`ACTION` is missing",
        "write `ruletrail archive list --archive a.sqlite`",
    ),
    ("archive --foo list", "has no option `--foo`", "`ruletrail archive --help`"),
    (
        "archive show --archive a.sqlite",
        "`N` is missing",
        "`ruletrail archive show 3 --archive a.sqlite`",
    ),
    (
        "archive show x --archive=a.sqlite",
        "`N` takes a whole number",
        "`ruletrail archive show 3 --archive a.sqlite`",
    ),
    (
        "archive export 2 --archive a.sqlite",
        "`-o` is missing",
        "`ruletrail archive export 2 -o record-2 --archive a.sqlite`",
    ),
    (
        "archive export -o out --archive a.sqlite",
        "`N` is missing",
        "`ruletrail archive export 3 -o out --archive a.sqlite`",
    ),
    ("archive export 12", "`-o` is missing", "`ruletrail archive export 12 -o record-12`"),
    ("--vers", "`ruletrail` has no option `--vers`", "did you mean `--version`?"),
    ("evaluate x --fromat json", "`ruletrail evaluate` has no option `--fromat`", "`--format`"),
    ("evaluate --rulebok x", "`ruletrail evaluate` has no option `--rulebok`", "`--rulebook`"),
    ("evaluate x --form json", "has no option `--form`", "`--format`"),
    ("read x --rulebook y --output z", "has no option `--output`", "did you mean `-o`?"),
    ("evaluate x -rulebook y", "has no option `-rulebook`", "did you mean `--rulebook`?"),
    ("evaluate x -format=json", "has no option `-format`", "did you mean `--format`?"),
    ("explain x y -rulebok z", "has no option `-rulebok`", "did you mean `--rulebook`?"),
    # argparse takes it for `-o nly`
    ("batch x -only y", "has no option `-only`", "did you mean `--only`?"),
    ("evaluate x -only", "has no option `-only`", "it is an option of `ruletrail batch`"),
    # most commands have it: it is no option of the one that tells more of it
    ("new a/2025 --library y", "has no option `--library`", "`ruletrail new --help` shows"),
    ("lsp --library y", "has no option `--library`", "`ruletrail lsp --help` shows"),
    ("evaluate x -brief", "has no option `-brief`", "did you mean `--brief`?"),
    ("evaluate x -output", "has no option `-output`", "did you mean `-o`?"),
    ("evaluate x -oanswer", "has no option `-oanswer`", "write `-o answer`"),
    ("-version", "`ruletrail` has no option `-version`", "did you mean `--version`?"),
    ("evaluate x -q", "has no option `-q`", "`ruletrail evaluate --help`"),
    ("evaluate x --format xml", "`--format` cannot be `xml`", "`text`, `json`, `markdown`"),
    ("evaluate x --format htm", "`--format` cannot be `htm`", "did you mean `html`?"),
    ("evaluate x --as-of", "the value of `--as-of` is missing", "`--as-of 2025-06-30`"),
    ("evaluate", "`REPORT` is missing", "`ruletrail evaluate jesi.yaml`"),
    ("explain x", "`CODE` is missing", "`ruletrail explain jesi.yaml x`"),
    ("read x", "`--rulebook` is missing", "--rulebook sociale/2024"),
    ("evaluate a b", "`b` is one word too many", "write `ruletrail evaluate a`"),
    ("explain x a a", "`a` is one word too many", "write `ruletrail explain x a`"),
    ("new mensa 2026", "`2026` is one word too many", "write `ruletrail new mensa/2026`"),
    ("list mensa", "`mensa` is one word too many", "write `ruletrail list`"),
    ("archive list 3", "`3` is one word too many", "write `ruletrail archive list`"),
    ("batch x.csv --resume=1", "`--resume` takes no value", "`ruletrail batch --help`"),
    ("archive show x", "`N` takes a whole number, not `x`", "`ruletrail archive show 3`"),
    ("archive show 0", "`N` is a number from 1 up, not `0`", "`ruletrail archive show 3`"),
    ("batch x.csv --workers x", "`--workers` takes a whole number, not `x`", "`--workers 4`"),
    ("batch", "`INPUT` is missing", "`ruletrail batch 2024.csv -o out.csv"),
    ("batch --explain-plan", "`--rulebook` is missing", "`ruletrail batch --explain-plan"),
    ("batch x.jsonl --sheet a", "`--sheet` is for .xlsx only", "examples"),
    ("batch x.jsonl --encoding cp1252", "`--encoding` is for CSV only", "examples"),
    (
        "verify x --rulebook y",
        "`--rulebook` goes with `--replay` only",
        "`--replay --rulebook soci",
    ),
    (
        "test x --threshold 101",
        "`--threshold` takes a percentage from 0 to 100",
        "`--threshold 90`",
    ),
    (
        "seal x --sealed-at now",
        "`--sealed-at` takes a time like",
        "`--sealed-at 2025-05-30T10:00:00Z`",
    ),
    (
        "archive verify --expect-head x",
        "`--expect-head` takes `sha256:` and 64",
        "`--expect-head sha256:000",
    ),
    ("completion csh", "`SHELL` cannot be `csh`", "did you mean"),
    ("evaluate x --lang fr", "`--lang` cannot be `fr`", "`it`, `en`"),
]


def test_what_is_to_be_written_says_nothing_of_the_language():
    """It stands in the language that was asked for, whoever asked, and however."""
    for words in (("--lang", "en"), ("--lang=en",)):
        _, _, err = call("explain", "x", "a", "b", *words)
        assert err.splitlines()[1] == "  → write `ruletrail explain x a`"


@pytest.mark.parametrize(("line", "said", "hint"), WRONG, ids=[line for line, _, _ in WRONG])
def test_a_wrong_call_says_what_was_meant(line, said, hint, tmp_path, monkeypatch):
    """One problem without a place in a file, in words that are ours, with a way out."""
    monkeypatch.chdir(tmp_path)
    status, out, err = call(*line.split())
    first, second = err.splitlines()
    assert (status, out) == (2, "")
    assert first.startswith("ruletrail: error: invalid command: ")
    assert first.endswith(" [usage]")
    assert said in first
    assert hint in second
    _, _, italian = call(*line.split(), language="it")
    assert italian.startswith("ruletrail: errore: il comando non è scritto bene: ")
    assert not any(word in italian for word in (" is ", " takes ", " the ", "expected", "invalid"))


def test_a_wrong_call_is_the_same_problem_for_programs():
    """One object as from every command; what has no place stands at its beginning."""
    status, out, _ = call("evaluate", "x", "--format", "json", "--nothing")
    (problem,) = json.loads(out)["problems"]
    assert status == 2
    assert (problem["code"], problem["file"]) == ("usage", "ruletrail")
    assert (problem["line"], problem["column"]) == (1, 1)


def test_the_language_may_stand_before_the_command():
    """As one writes it to have all in one language."""
    assert call("--lang", "it", "list")[0] == 0
    assert "`REPORT`" not in call("--lang", "it", "evaluate")[2]
    assert call("--lang", "it")[1].startswith("ruletrail ")


def test_no_example_names_a_file_of_the_source_tree():
    """Whoever installed the package has the rulebooks by their references alone."""
    lines = [line for lines in EXAMPLES.values() for line in lines]
    lines += [text.example for texts in TEXTS.values() for text in texts.values()]
    assert [line for line in lines if "rulebooks/" in line] == []


@pytest.mark.parametrize(
    ("language", "word", "page", "opening"),
    [
        ("it", "esempio", "guide", "Un esempio è una relazione"),
        ("it", "esempi", "guide", "Un esempio è una relazione"),
        ("it", "examples", "guide --lang en", "An example is a report"),
        ("en", "examples", "guide", "An example is a report"),
        ("en", "example", "guide", "An example is a report"),
        ("en", "esempi", "guide --lang it", "Un esempio è una relazione"),
    ],
)
def test_a_word_that_a_section_of_the_guide_is_about_finds_it_first(language, word, page, opening):
    """One that is a word of the language too, which finds what its pages say after that."""
    status, out, _ = call("help", word, "--lang", language)
    first = out.partition("\n\n")[2].partition("\n\n\n")[0]
    assert status == 0
    assert out.splitlines()[0] == word
    assert f"`ruletrail help {page}`:\n\n{opening}" in first


@pytest.mark.parametrize(
    ("word", "example"),
    [
        ("round", "round: {decimals: 2, mode: half_even}"),
        ("display", "display: {decimals: 2, grouping: true}"),
        ("expect", "expect: children <= people"),
        ("optional", "optional: [waiting]"),
    ],
)
def test_help_of_a_key_shows_how_it_is_written(word: str, example: str):
    status, out, _ = call("help", word, "--lang", "it")
    assert status == 0
    assert example in out


def test_every_command_says_its_exit_statuses():
    """Also those that go on until somebody ends them, each as it is ended."""
    assert STATUSES.keys() == set(NAMES)
    _, out, _ = call("serve", "--help", "--lang", "en")
    assert "0 ended by Ctrl-C" in out
    assert "130" not in out


@pytest.mark.parametrize(
    ("language", "said"), [("it", "il comando è sbagliato"), ("en", "the command is wrong")]
)
@pytest.mark.parametrize(
    "command", [name for name, said in STATUSES.items() if "2 no" not in said["en"]]
)
def test_a_status_says_that_the_command_may_be_wrong(command, language, said):
    assert STATUSES[command][language].endswith(said)


def test_help_of_what_is_not_there_says_what_was_meant():
    """A command or a page, whatever is nearest."""
    status, _, err = call("help", "evalute", "--lang", "en")
    assert (status, "did you mean `evaluate`?" in err) == (2, True)


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_limits_of_a_proof_are_those_that_its_help_names(language: str):
    """Somebody who raises a limit must know from where."""
    _, out, _ = call("prove", "--help", "--lang", language)
    shown = " ".join(out.split())
    without = {
        "it": "senza questa opzione {}. Esempio: {}",
        "en": "without this option {}. Example: {}",
    }[language]
    limits = {
        "--work ": LIMITS.work,
        "--work-all ": LIMITS.work_in_all,
        "--timeout ": int(LIMITS.seconds),
        "--timeout-all ": int(LIMITS.seconds_in_all),
    }
    for option, limit in limits.items():
        assert without.format(limit, option) in shown
    # from where on more work brings more time
    for words, (seconds, in_all) in (
        (["--work", "120"], (60, 180)),
        (["--work", "122"], (61, 183)),
        (["--work", "80"], (60, 120)),
        (["--work", "82"], (60, 123)),
        (["--work-all", "240"], (60, 120)),
        (["--work-all", "242"], (60, 121)),
    ):
        found = usual_limits(words)
        assert (found.seconds, found.seconds_in_all) == (seconds, in_all), words


def usual_limits(words: list[str]) -> Limits:
    """Give the limits that `prove` takes with some options."""
    parser = argparse.ArgumentParser()
    prove_command.add_arguments(parser)
    return prove_command.limits_of(parser.parse_args(words))


@pytest.mark.parametrize("word", ["-only", "-output", "-oanswer", "-o-brief"])
def test_a_long_word_after_one_hyphen_writes_no_file(word, tmp_path, monkeypatch):
    """Python's parser would take `-only` for `-o nly`; what has an ending is a file's name."""
    monkeypatch.chdir(tmp_path)
    assert call("evaluate", JESI, word)[0] == 2
    assert list(tmp_path.iterdir()) == []
    assert call("evaluate", JESI, "-oanswer.txt")[0] == 0
    assert [each.name for each in tmp_path.iterdir()] == ["answer.txt"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_key_is_not_what_a_heading_has_in_the_plural(language: str):
    """`day` is a key: the section "Rows, days and bands" of the guide says nothing of it."""
    out = call("help", "day", "--lang", language)[1]
    assert "help guide" not in out
    assert out.index("help language-2") < out.index("the date field, or the rule that gives")
