"""The command line. Thin: parse arguments, call, render, exit status.

Each command is a module of this package with `add_arguments` and `run`; only the one that was
called is imported, so that `--help` and `list` start fast.
"""

import argparse
import atexit
import gc
import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

from ruletrail.cli.consoles import (
    DONE,
    INTERRUPTED,
    NO_ANSWER,
    ONE_DASH,
    OUR_DEFECT,
    Console,
    OutputLostError,
    list_values,
    open_console,
)
from ruletrail.files import has_working_folder
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import (
    ProblemsError,
    find_shortage,
    misuse,
    quote,
    refusal,
    term,
    unwritable,
)
from ruletrail.values import read_whole
from ruletrail.versions import ENGINE_VERSION

COMMANDS: Mapping[str, Mapping[Locale, str]] = {
    "evaluate": {"it": "valuta una relazione e spiega il risultato",
                 "en": "evaluate a report and explain the answer"},
    "explain": {"it": "i passi dietro un valore o una decisione",
                "en": "the steps behind one value or decision"},
    "whatif": {"it": "che cosa cambierebbe un esito, e di quanto",
               "en": "what would change an outcome, and by how much"},
    "needed": {"it": "che cosa resta da chiedere, e che cosa non conta più",
               "en": "what is still to be asked, and what cannot matter any more"},
    "read": {"it": "un modulo stampato diventa una relazione",
             "en": "a printed form becomes a report"},
    "check": {"it": "i problemi di uno o più rulebook", "en": "problems in rulebooks"},
    "new": {"it": "comincia un rulebook, con schema ed esempi",
            "en": "begin a rulebook, with schema and examples"},
    "test": {"it": "gli esempi di uno o più rulebook, con la copertura",
             "en": "the examples of rulebooks, with coverage"},
    "prove": {"it": "buchi, sovrapposizioni, errori: su tutte le relazioni, non su alcune",
              "en": "gaps, overlaps, errors: over all reports, not some"},
    "verify": {"it": "ricalcola ogni passo di una traccia",
               "en": "derive every step of a stored trail again"},
    "batch": {"it": "molte relazioni: JSONL, CSV, Parquet, .xlsx",
              "en": "many reports: JSONL, CSV, Parquet, .xlsx"},
    "seal": {"it": "valuta e conserva come record definitivo",
             "en": "evaluate and keep as a final record"},
    "archive": {"it": "i record sigillati: elenco, contenuto, verifica",
                "en": "sealed records: list, show, verify, export"},
    "list": {"it": "i rulebook disponibili", "en": "the rulebooks available"},
    "show": {"it": "il testo di un rulebook, anche risolto",
             "en": "the text of a rulebook, also resolved"},
    "docs": {"it": "un rulebook come pagina da leggere", "en": "a rulebook as a page to read"},
    "diff": {"it": "che cosa cambia tra due versioni di un rulebook",
             "en": "what changes between two versions of a rulebook"},
    "fmt": {"it": "la forma canonica di rulebook, layout ed esempi",
            "en": "rulebooks, layouts and examples in canonical form"},
    "lsp": {"it": "il server per gli editor (Language Server Protocol)",
            "en": "the server for editors (Language Server Protocol)"},
    "serve": {"it": "il servizio HTTP: valutare, spiegare, verificare",
              "en": "the service over HTTP: evaluate, explain, verify"},
    "mcp": {"it": "gli strumenti per un assistente (MCP)",
            "en": "tools for assistants (MCP)"},
    "schema": {"it": "i JSON Schema, per gli editor e i programmi",
               "en": "the JSON Schemas, for editors and programs"},
    "graph": {"it": "che cosa legge che cosa, come grafo", "en": "what reads what, as a graph"},
    "completion": {"it": "il completamento dei comandi per bash, zsh o fish",
                   "en": "completion of commands for bash, zsh or fish"},
    "help": {"it": "questa mappa, come si usa un comando, una pagina del manuale",
             "en": "this map, how a command is used, a page of the manual"},
}  # fmt: skip
"""Every command with its one-line summary; the module of the same name does the work."""

_SHORT_LIVED = frozenset({"evaluate", "explain", "fmt", "list", "show"})
"""Commands that do one small thing and end, or make no cycles: Python's search for them costs more
than it finds."""

_MODULES = {"list": "listing"}
_EMPTY = re.compile("|--[a-z-]+=")
"""A word that says nothing, or an option whose value does."""


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Run one command; returns its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None and words[:1] and words[0] in _SHORT_LIVED:
        # the process ends before garbage matters, and most of what is made lives to its end
        gc.disable()
        atexit.register(gc.freeze)
    if console is None:
        console = open_console(words, ends_process=arguments is None)
    try:
        return console.finish(_answer(words, console))
    except KeyboardInterrupt as error:
        console.abandon()
        # by Ctrl-C, or by a signal that asked to end (`endings`)
        return getattr(error, "status", INTERRUPTED)


def _answer(words: list[str], console: Console) -> int:
    """Run a command and show why there is no answer, if there is none; returns the status."""
    try:
        return _run(words, console)
    except ProblemsError as error:
        console.show_problems(error.problems)
        return NO_ANSWER
    except OutputLostError:
        return DONE
    except Exception as error:
        if (refused := _blame_system(error)) is not None:
            console.show_problems(refused.problems)
            return NO_ANSWER
        # the last resort: a defect of ours ends in status 3 and one sentence, never in a traceback
        if os.environ.get("RULETRAIL_DEBUG"):
            raise
        console.show_defect(error)
        return OUR_DEFECT


def _blame_system(error: Exception) -> ProblemsError | None:
    """Tell what the system does not give, where that is why a command failed."""
    if (short := find_shortage(error)) is not None:
        return short
    if isinstance(error, FileNotFoundError) and not has_working_folder():
        # names below it, and processes that are begun in it, end here
        return refusal("working-folder-lost", "ruletrail")
    return None


def _run(words: list[str], console: Console) -> int:
    empty = next((word for word in words if _EMPTY.fullmatch(word)), None)
    if empty is not None:
        raise misuse(quote(f"{empty}''"), advice="empty-word")
    # each parser sees what is written before the command, or after it, and not both
    spoken = list(dict.fromkeys(list_values(words, "--lang")))
    if len(spoken) > 1:
        first, second = map(quote, spoken[:2])
        details = {"option": quote("--lang"), "first": first, "second": second}
        raise misuse(term("option-twice"), advice="option-once", **details)
    try:
        parser = _make_parser(words, console.language)
        options = parser.parse_args(words)
        if options.command is None:
            raise _Said(parser.format_help())  # noqa: TRY301 - as the parser says it of `--help`
    except _Said as said:
        console.write(said.text)
        return DONE
    console.format = getattr(options, "format", None) or "text"
    if options.command not in ("archive", "batch") and getattr(options, "output", None) == "-":
        options.output = None  # standard output
    try:
        _refuse_folder(options)
        status: int = options.run(options, console)
    except ProblemsError as error:
        told = _name_option(_name_tables(error), options, words)
        raise _name_command(told, options) from error
    return status


def _name_tables(error: ProblemsError) -> ProblemsError:
    """Say of a table that `batch` wrote that it is one, where no rows are read."""
    if not any(problem.code == "wrong-file" for problem in error.problems):
        return error
    from ruletrail.cli.answer_tables import name_answers  # noqa: PLC0415 - rare

    return ProblemsError(name_answers(error.problems))


def _refuse_folder(options: argparse.Namespace) -> None:
    """Refuse the name of a folder where a file is written: Python drops the end of `pages/`."""
    if options.command in _OF_FOLDERS:
        return
    for name in ("output", "archive"):
        written = getattr(options, name, None) or ""
        if written.endswith(_FOLDER_ENDS):
            raise unwritable(written)


_OF_FOLDERS = ("archive",)
"""Commands whose outputs are folders."""
_FOLDER_ENDS = tuple(end for sign in {"/", os.sep} for end in (sign, f"{sign}."))


def _name_option(
    error: ProblemsError, options: argparse.Namespace, words: Sequence[str]
) -> ProblemsError:
    """Say of a file after `--rulebook` that it is none: the command may well read it elsewhere."""
    is_option = any(word.partition("=")[0] == "--rulebook" for word in words)
    if not is_option or not any(problem.code == "wrong-file" for problem in error.problems):
        return error
    from ruletrail.cli.usage_problems import name_rulebook_option  # noqa: PLC0415 - rare

    return ProblemsError(name_rulebook_option(each, options.rulebook) for each in error.problems)


def _name_command(error: ProblemsError, options: argparse.Namespace) -> ProblemsError:
    """Let what a command says of its own words point to its own help."""
    if not any(problem.code == "usage" for problem in error.problems):
        return error
    from ruletrail.cli.usage_problems import name_command  # noqa: PLC0415 - rare

    command = " ".join(filter(None, (options.command, getattr(options, "action", ""))))
    return ProblemsError(name_command(problem, command) for problem in error.problems)


def _make_parser(words: list[str], language: Locale) -> "Parser":
    parser = _PARSERS[language](prog="ruletrail")
    parser.add_argument("--version", action="version", version=f"ruletrail {ENGINE_VERSION}")
    parser.add_argument("--lang", choices=LOCALES)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    called = next((word for word in words if word in COMMANDS), None)
    # where the first word settles the command, the other parsers would be made for nothing
    for name in [called] if called is not None and words[0] == called else COMMANDS:
        command = commands.add_parser(name, description=COMMANDS[name][language])
        command.add_argument("--lang", choices=LOCALES, default=argparse.SUPPRESS)
        if name == called:
            module = importlib.import_module(f"ruletrail.cli.{_MODULES.get(name, name)}")
            module.add_arguments(command)
            command.set_defaults(run=module.run, find_parser=find_parser)
    return parser


def find_parser(words: Sequence[str], language: Locale) -> "Parser":
    """Return the parser of a command, or of an action of it; of no words the whole one."""
    parser = _make_parser(list(words), language)
    for word in words:
        parser = parser.choose(word)
    return parser


class _Said(Exception):  # noqa: N818 - what argparse says in place of going on, and no error
    """A help text, or the version."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Formatter(argparse.HelpFormatter):
    """argparse's layout at the terminal's width; its own way to the width imports compressors."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_count_columns() - 2)

    def _split_lines(self, text: str, width: int) -> list[str]:
        """Break lines at spaces only: half an option, or half a digest, cannot be copied."""
        import textwrap  # noqa: PLC0415 - only on demand

        words = " ".join(text.split())
        return textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)


def _count_columns() -> int:
    try:
        columns = read_whole(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns > 0:
        return columns
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):
        return 80


class _Once(argparse.Action):
    """Keeps the value of an option, which argparse would replace by a later one in silence."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep a value; another one of the same option raises `ProblemsError`."""
        given: dict[str, Any] = namespace.__dict__.setdefault("given", {})
        if option_string and given.setdefault(self.dest, values) != values:
            from ruletrail.cli.usage_problems import refuse_repeated  # noqa: PLC0415 - rare

            raise refuse_repeated(cast("Parser", parser), self, (given[self.dest], values))
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """argparse in two languages, whose errors are problems like all others.

    What its options mean stands in `help_texts`, which only those who ask for help import.
    """

    language: Locale = "en"

    def __init__(self, **options: Any) -> None:
        """Make a parser; those of its commands are of the same class, and language."""
        # an abbreviation of `--lang` or `--format` would be read too late for what is said early
        settings: dict[str, Any] = {"allow_abbrev": False, "exit_on_error": False}
        super().__init__(**options, **settings, formatter_class=_Formatter)
        self.register("action", None, _Once)

    @property
    def actions(self) -> Sequence[argparse.Action]:
        """Everything that may be written: arguments, options, commands."""
        return self._actions

    @property
    def parsers(self) -> "Mapping[str, Parser]":
        """The parsers of the commands, or of a command's actions, by name."""
        found: dict[str, Parser] = {}
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no other name
                found |= action.choices
        return found

    def make_formatter(self) -> argparse.HelpFormatter:
        """Return what lays out a help text at the terminal's width."""
        return self._get_formatter()

    def choose(self, word: str) -> "Parser":
        """Return the parser of a command or action; an unknown one raises `ProblemsError`."""
        if word not in self.parsers:
            from ruletrail.cli.usage_problems import refuse_command  # noqa: PLC0415 - rare

            raise refuse_command(self, word)
        return self.parsers[word]

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse words; whatever is wrong with them raises `ProblemsError`."""
        # argparse takes `-only` for `-o nly`, and writes a file of that name
        known = self._option_string_actions if self.parsers else ()
        single = [
            word
            for word in args or ()
            if ONE_DASH.fullmatch(name := word.partition("=")[0])
            # the words of a command are its own parser's
            and (not self.parsers or f"-{name}" in known)
        ]
        if single:
            from ruletrail.cli.usage_problems import refuse_extras  # noqa: PLC0415 - rare

            raise refuse_extras(self, args, single)
        if self.parsers and self.prog != "ruletrail" and args and args[0].startswith("--"):
            from ruletrail.cli.usage_problems import refuse_early  # noqa: PLC0415 - rare

            if (refused := refuse_early(self, args)) is not None:
                raise refused
        try:
            found, extras = super().parse_known_args(self._arguments_first(args), namespace)
        except argparse.ArgumentError as error:
            from ruletrail.cli.usage_problems import refuse_words  # noqa: PLC0415 - rare

            raise refuse_words(self, args, error.argument_name, error.message) from error
        if extras:
            from ruletrail.cli.usage_problems import refuse_extras  # noqa: PLC0415 - rare

            raise refuse_extras(self, args, extras)
        return found, extras

    def _arguments_first(self, words: Sequence[str] | None) -> Sequence[str] | None:
        """Put arguments before options: argparse takes no optional argument after these."""
        if words is None or "--" in words or self.parsers:
            return words
        arguments, options, waiting = list[str](), list[str](), iter(words)
        for word in waiting:
            if not word.startswith("-") or word == "-":
                arguments.append(word)
                continue
            options.append(word)
            action = self._option_string_actions.get(word)
            if action is None and "=" not in word:
                return words  # a value may follow what is not known here
            if action is not None and action.nargs is None:
                options += [value for value in [next(waiting, None)] if value is not None]
        return [*arguments, *options]

    def format_help(self) -> str:
        """Write what the command does, every argument and option explained, and examples."""
        from ruletrail.cli.help_pages import write_help, write_map  # noqa: PLC0415 - only on demand

        is_whole = self.prog == "ruletrail"
        return write_map(COMMANDS, self.language) if is_whole else write_help(self)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            from ruletrail.cli.usage_problems import refuse_choice  # noqa: PLC0415 - rare

            raise refuse_choice(self, action, value)

    def _print_message(self, message: str, file: object = None) -> NoReturn:
        """Hand over a help text or the version; argparse would write it, and swallow a failure."""
        del file
        raise _Said(message)

    def error(self, message: str) -> NoReturn:
        """Raise a usage problem in place of printing and leaving."""
        raise argparse.ArgumentError(None, message)


class ItalianParser(Parser):
    """A parser that speaks Italian."""

    language = "it"


_PARSERS: dict[Locale, type[Parser]] = {"it": ItalianParser, "en": Parser}
