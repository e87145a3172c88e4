"""Help in words: of one command, and the map of all of them by who uses them."""

from collections.abc import Mapping

from ruletrail.cli.help_texts import (
    ABOUT,
    ALWAYS,
    EXAMPLES,
    GROUPS,
    STATUSES,
    Parser,
    command_of,
    find_text,
    translate_metavar,
)
from ruletrail.formats import Locale
from ruletrail.versions import ENGINE_VERSION

_TEXTS = {
    "it": {
        "usage": "uso: ", "arguments": "argomenti", "options": "opzioni", "examples": "esempi",
        "actions": "azioni", "example": "Esempio: {}", "status": "stato di uscita",
        "map": "ruletrail {}: valuta relazioni con regole scritte, e dice il perché di ogni valore",
        "more": "ruletrail help COMANDO  come si usa un comando, con esempi\n"
                "--lang it | en          la lingua, con ogni comando\n"
                "ruletrail --version     la versione",
    },
    "en": {
        "usage": "usage: ", "arguments": "arguments", "options": "options", "examples": "examples",
        "actions": "actions", "example": "Example: {}", "status": "exit status",
        "map": "ruletrail {}: evaluates reports by written rules, and says why for every value",
        "more": "ruletrail help COMMAND  how a command is used, with examples\n"
                "--lang it | en          the language, of any command\n"
                "ruletrail --version     the version",
    },
}  # fmt: skip


def write_help(parser: Parser) -> str:
    """Write what a command does, everything that may be written, examples, exit statuses."""
    command = command_of(parser)
    texts = _TEXTS[parser.language]
    formatter = parser.make_formatter()
    _explain(parser, command)
    formatter.add_usage(None, parser.actions, (), prefix=texts["usage"])
    formatter.add_text(_double(ABOUT[command][parser.language]))
    chosen = [action for action in parser.actions if not action.option_strings]
    optional = [action for action in parser.actions if action.option_strings]
    title = "actions" if parser.parsers else "arguments"
    for heading, actions in ((title, chosen), ("options", optional)):
        formatter.start_section(texts[heading])
        formatter.add_arguments(actions)
        formatter.end_section()
    return formatter.format_help() + _write_end(command, parser.language)


def _explain(parser: Parser, command: str) -> None:
    """Give the actions of a parser, which parses nothing more, their texts for people."""
    example = _TEXTS[parser.language]["example"]
    for action in parser.actions:
        text = find_text(command, action.dest)
        if text is not None:
            said = text.sentence(parser.language)
            shown = f"{said}. {example.format(text.example)}" if text.example else said
            action.help = _double(shown)
        if isinstance(action.metavar, str):
            action.metavar = translate_metavar(action.metavar, parser.language)


def _double(text: str) -> str:
    """Write a text so that argparse, which fills places marked by `%`, leaves it as it is."""
    return text.replace("%", "%%")


def _write_end(command: str, language: Locale) -> str:
    texts = _TEXTS[language]
    lines = [f"\n{texts['examples']}:"]
    for words in EXAMPLES[command]:
        folder = words.partition(" > ")[2].rpartition("/")[0]
        lines += [f"  mkdir -p {folder}"] if folder else []
        lines.append(f"  ruletrail {words}")
    statuses = f"{STATUSES[command][language]}; {ALWAYS[language]}".split("; ")
    if command == "serve":
        statuses.pop()  # Ctrl-C is how it is ended
    lines += [f"\n{texts['status']}:", *(f"  {status}" for status in statuses)]
    return "\n".join(lines) + "\n"


def write_map(commands: Mapping[str, Mapping[Locale, str]], language: Locale) -> str:
    """Write all commands, one line each, grouped by who uses them."""
    texts = _TEXTS[language]
    lines = [texts["map"].format(ENGINE_VERSION), ""]
    width = max(map(len, commands))
    for title, names in GROUPS:
        lines.append(title[language])
        lines += [f"  {name:{width}}  {commands[name][language]}" for name in names]
        lines.append("")
    return "\n".join([*lines, texts["more"]]) + "\n"


__all__ = ["write_help", "write_map"]
