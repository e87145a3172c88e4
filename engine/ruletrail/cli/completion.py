"""`ruletrail completion bash|zsh|fish`: the program by which a shell completes our commands.

What commands there are, and what may follow them, is taken from the parsers themselves.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Sequence

from ruletrail.cli.consoles import Console
from ruletrail.cli.help_texts import ABOUT, PAGES, Parser, command_of, find_text
from ruletrail.cli.shell_scripts import WRITERS, Command, Follower

_KINDS = {
    "REF|PATH": "references", "RULEBOOK|DIR": "references", "REPORT": "files", "FORM": "files",
    "TRAIL": "files", "FILE": "files", "INPUT": "files", "OUTPUT": "files", "DIR": "folders",
    "FOLDER": "folders", "OLD": "references", "NEW": "references", "DIR|FILE": "files",
    **dict.fromkeys(
        ("DATE", "TIME", "SECONDS", "MILLIONS", "PERCENT", "N", "NAME", "ADDRESS", "sha256:…",
         "CODE", "TARGET", "FIELD=VALUE", "TARGET=OUTCOME", "FIELD,…", "FORMULA", "CONDITION",
         "COLUMN,…", "COLUMN,…|all", "NAME/EDITION"),
        "anything",
    ),
}  # fmt: skip
"""What may stand in the place of what is put in; `anything` where only the user knows."""
_PAGES = (*PAGES, "guide", "problems", "topics")
"""What `help` explains beside commands."""
_DETAIL = re.compile(r"[;:.](?= |$)")
"""Where an explanation goes into detail: not the point of `.xlsx`, nor the colon of `ELENCO:2`."""
_LONGEST = 60
"""Characters of an explanation beside a proposal."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("shell", metavar="SHELL", choices=tuple(WRITERS))


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the script."""

    def find(*words: str) -> Parser:
        parser: Parser = options.find_parser(words, console.language)
        return parser

    console.write_machine(WRITERS[options.shell](list(list_commands(find))))
    return 0


def list_commands(find: Callable[..., Parser]) -> Iterator[Command]:
    """Yield the whole program, then every command, each with its actions after it."""
    whole = find()
    yield describe(whole, list(whole.parsers))
    for name in whole.parsers:
        parser = find(name)
        yield describe(parser, list(whole.parsers))
        yield from (describe(action, ()) for action in parser.parsers.values())


def describe(parser: Parser, commands: Sequence[str]) -> Command:
    """Return what may follow a command; `commands` are the words that `help` explains."""
    words = command_of(parser)
    options: list[Follower] = []
    arguments: list[Follower] = []
    for action in parser.actions:
        text = find_text(words, action.dest)
        about = _shorten(text.sentence(parser.language)) if text is not None else ""
        is_topic = words == "help" and not action.option_strings
        choices = (
            tuple(dict.fromkeys((*commands, *_PAGES)))
            if is_topic
            else tuple(map(str, action.choices or ()))
        )
        names = tuple(action.option_strings)
        follower = Follower(names, about, _kind_of(action, choices), choices)
        (options if names else arguments).append(follower)
    about = parser.description or (_shorten(ABOUT[words][parser.language]) if words else "")
    return Command(words, about, tuple(options), tuple(arguments))


def _kind_of(action: argparse.Action, choices: Sequence[str]) -> str:
    """Name what may stand after an option, or in an argument's place."""
    if action.nargs == 0:
        return "nothing"
    return "words" if choices else _KINDS[str(action.metavar)]


def _shorten(text: str) -> str:
    """Return the beginning of an explanation, up to where it goes into detail."""
    text = _DETAIL.split(text, maxsplit=1)[0]
    return text if len(text) <= _LONGEST else text[: text.rindex(" ", 0, _LONGEST)] + " …"
