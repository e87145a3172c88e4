"""What is wrong with the words of a command: said in our words, with what was probably meant.

argparse says what it noticed in English sentences; only how these begin is read here.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from ruletrail.cli.consoles import ONE_DASH
from ruletrail.cli.help_texts import (
    COMMON,
    EXAMPLES,
    TEXTS,
    Parser,
    command_of,
    find_text,
    name_of,
    translate_metavar,
)
from ruletrail.cli.leftover_words import (
    is_next_file,
    write_file,
    write_listed,
    write_meant,
    write_other,
    write_output,
    write_title,
)
from ruletrail.cli.whole_numbers import Whole
from ruletrail.documents import RULEBOOK_LIMITS, read_bytes, read_document
from ruletrail.documents.recognising import as_argument, recognise_document
from ruletrail.fast_dataclasses import replace
from ruletrail.files import is_file, is_there
from ruletrail.problems import Mark, Problem, ProblemsError, quote, quote_to_write, term
from ruletrail.suggestions import nearest_name

_ABSENT = "the following arguments are required: "
_EXPECTED = "expected "
_IGNORED = "ignored explicit argument "
_INVALID = "invalid "
_TOGETHER = "not allowed with argument "

_MEANT = {
    "valuta": "evaluate", "run": "evaluate", "eval": "evaluate", "spiega": "explain",
    "why": "explain", "leggi": "read", "convert": "read", "controlla": "check", "lint": "check",
    "validate": "check", "nuovo": "new", "init": "new", "prova": "test", "verifica": "verify",
    "sigilla": "seal", "archivio": "archive", "elenco": "list", "elenca": "list", "ls": "list",
    "mostra": "show", "cat": "show", "format": "fmt", "grafo": "graph", "aiuto": "help",
    "man": "help", "completions": "completion", "--output": "-o", "--out": "-o",
    "--lingua": "--lang", "--locale": "--lang", "--language": "--lang", "--formato": "--format",
    "--breve": "--brief", "--short": "--brief", "--aiuto": "--help",
}  # fmt: skip
"""What other programs, or an Italian, would say."""
_CHOICES_MEANT = {
    **dict.fromkeys(("relazione", "relazioni", "modulo", "form"), "report"),
    **dict.fromkeys(("esempio", "esempi", "example", "examples"), "test"),
    **dict.fromkeys(("traccia", "tracce"), "trail"), "regole": "rulebook", "testo": "text",
    **dict.fromkeys(("italiano", "italian", "ita"), "it"),
    **dict.fromkeys(("inglese", "english", "eng"), "en"),
}  # fmt: skip
"""What people call one of a few words that an option or an argument takes."""
_WRITTEN = frozenset({
    "--html", "--pdf", "--markdown", "--md", "--file", "--print", "--stampa", "--salva", "--save",
})  # fmt: skip
"""What asks for a file of the answer."""
_LONG_DASHES = frozenset("–—−")
"""What word processors make of two hyphens."""
_DELIMITERS = frozenset({"--delimiter", "--separator", "--sep", "--separatore"})
_ONE_REPORT = frozenset({".yaml", ".yml"})
_READ_BY = {
    **dict.fromkeys(("docs", "show", "graph", "prove"), "rulebook"),
    **dict.fromkeys(("evaluate", "explain", "whatif", "needed", "seal"), "report"),
    "verify": "trail",
}
"""What commands that read one document read."""
_NUMBER = re.compile("[1-9][0-9]{0,8}")
"""The number of a record."""
_MOST_LOOKED_AT = 20
"""Files that are opened to see which of them a command reads."""
_COMPARING = frozenset({"compare", "confronta", "differenze"})
"""What asks for the difference of two versions of a rulebook, or of two answers."""


def refuse_command(parser: Parser, word: str) -> ProblemsError:
    """Return the error of a word that is no command, or no action of one."""
    known, details = list(parser.parsers), {"word": quote(word)}
    written = write_file(word)
    if written and not command_of(parser):
        return _refuse(
            "no-command",
            parser,
            {**details, "instead": quote_to_write(written)},
            advice="write-instead",
        )
    near = _nearest(word, known)
    if not command_of(parser):
        advice = "compare-versions" if word.lower() in _COMPARING else ""
        return _refuse("no-command", parser, details, near if not advice else "", advice=advice)
    if not known:
        details["instead"] = quote_to_write(f"ruletrail help {command_of(parser)}")
        return _refuse("no-actions", parser, details, advice="write-instead")
    details["allowed"] = ", ".join(map(quote, known))
    return _refuse("no-action", parser, details, near, advice="one-of-these")


def refuse_early(parser: Parser, words: Sequence[str]) -> ProblemsError | None:
    """Return the error of an option before the action of a command that it belongs to, if it is.

    Without an action the first one is shown, with all that was typed.
    """
    action = next((word for word in words if word in parser.parsers), "")
    shown, option = action or next(iter(parser.parsers)), words[0].partition("=")[0]
    own, theirs = (
        {name for each in one.actions for name in each.option_strings}
        for one in (parser, parser.parsers[shown])
    )
    if option in own or option not in theirs:
        return None
    kept = _without_language(words)
    if action:
        kept.remove(action)
    kept = [_write_option(word) for word in kept]
    instead = quote_to_write(" ".join(["ruletrail", command_of(parser), shown, *kept]))
    word = quote(translate_metavar("ACTION", parser.language))
    details = {"option": quote(option), "word": word, "instead": instead}
    return _refuse(
        "option-early" if action else "no-argument", parser, details, advice="write-instead"
    )


def _write_option(word: str) -> str:
    """Write a word of a command; what stands after the sign of an option is a word of its own."""
    name, sign, value = word.partition("=")
    return f"{name}={as_argument(value)}" if sign and name[:2] == "--" else as_argument(word)


def name_command(problem: Problem, command: str) -> Problem:
    """Let the hint of a usage problem that a command found itself name that command."""
    if problem.code != "usage" or problem.advice or problem.suggestion:
        return problem
    details = {**problem.details, "command": command}
    example = _example_of_option(command, details.get("option", "").strip("`"))
    if example and details["text"] != term("only-for"):
        details["example"] = quote_to_write(example)
        return replace(problem, details=details, advice="like-example")
    return replace(problem, details=details, advice="usage-of")


def name_rulebook_option(problem: Problem, written: str) -> Problem:
    """Let the problem of another file in the place of a rulebook say what the option takes."""
    is_rulebook = problem.details.get("kind") == term("kind-rulebook")
    names = (written, PurePath(written).name)
    if problem.code != "wrong-file" or is_rulebook or problem.mark.file not in names:
        return problem
    return replace(problem, advice="rulebook-option", wording="wrong-file-rulebook")


def _example_of_option(command: str, option: str) -> str:
    """Return how an option of a command is written, alone or with what goes with it."""
    examples = [each.example for each in TEXTS.get(command, {}).values()]
    found = [each for each in examples if option and option in each.split()]
    # its own example is not the one of an option that goes with it
    return min(found, key=lambda each: each.split()[0] != option, default="")


def refuse_choice(parser: Parser, action: argparse.Action, value: object) -> ProblemsError:
    """Return the error of a value that is not among those admitted."""
    word, choices = str(value), [str(choice) for choice in action.choices or ()]
    if not action.option_strings and word not in choices and parser.parsers:
        return refuse_command(parser, word)
    details = {"option": quote(name_of(parser, action)), "word": quote(word)}
    details["allowed"] = ", ".join(map(quote, choices))
    meant = _CHOICES_MEANT.get(word.casefold(), "")
    near = meant if meant in choices else nearest_name(word, choices)
    return _refuse("not-choice", parser, details, near, advice="one-of-these")


def refuse_repeated(
    parser: Parser, action: argparse.Action, values: tuple[object, object]
) -> ProblemsError:
    """Return the error of an option that is written twice, with two values."""
    first, second = (quote(str(value)) for value in values)
    details = {"option": quote(name_of(parser, action)), "first": first, "second": second}
    return _refuse("option-twice", parser, details, advice="option-once")


def refuse_extras(parser: Parser, words: Sequence[str], extras: Sequence[str]) -> ProblemsError:
    """Return the error of words that are left over: an unknown option first of all."""
    # a long dash is no hyphen to argparse: what begins with one may be its argument
    unknown = _find_unknown(parser, [word for word in words if word[:1] in _LONG_DASHES])
    unknown = unknown or _find_unknown(parser, extras)
    if unknown is not None:
        return unknown
    command, words = command_of(parser), _without_language(words)
    # what follows one of a few words is no part of it
    takers = [each for each in parser.actions if each.nargs is None and not each.choices]
    valued = frozenset(option for action in takers for option in action.option_strings)
    meant = write_meant(words, extras[0], valued) or write_title(command, words)
    meant = meant or write_output(command, words, extras[0]) if "-o" in valued else meant
    other = write_other(command, words, extras[0])
    kept = other or ([command, *meant] if meant else _without(command, words, extras))
    is_next = not meant and not other and is_next_file(words, extras)
    written, advice = " ".join(["ruletrail", *kept]), "write-instead"
    if is_next:
        written, advice = _write_first_file(command, kept, extras)
    details = {"word": quote(extras[0]), "instead": quote_to_write(written)}
    return _refuse("one-too-many", parser, details, advice=advice)


def _write_first_file(command: str, kept: Sequence[str], extras: Sequence[str]) -> tuple[str, str]:
    """Write a command that reads one file with the first of those named, and say which hint."""
    fitting = _list_fitting(command, [*kept[1:], *extras])
    if fitting:
        # of a folder's files the first may be one that the command does not read
        kept = [as_argument(fitting[0]) if at == 1 else word for at, word in enumerate(kept)]
    written = " ".join(["ruletrail", *kept])
    if command == "batch" and PurePath(kept[1]).suffix.lower() in _ONE_REPORT:
        written = write_file(kept[1])  # files of one report each hold no rows
    if len(fitting) == 1 and all(is_there(Path(extra)) for extra in extras):
        return written, "write-instead"
    return written, "one-output-each" if "-o" in written.split() else "one-file-each"


def _list_fitting(command: str, words: Sequence[str]) -> list[str]:
    """List the files among the words of a command that are what it reads; empty for unknown."""
    found, kind = [], _READ_BY.get(command, "")
    for name in words[:_MOST_LOOKED_AT] if kind else ():
        if not is_file(Path(name)):
            continue  # nobody is waited for to say that a word is too much
        try:
            data = read_bytes(Path(name), name, RULEBOOK_LIMITS.size)
        except ProblemsError:
            continue
        node, _ = read_document(data, name, RULEBOOK_LIMITS)
        if node is not None and recognise_document(node) == kind:
            found.append(name)
    return found


def _without(command: str, words: list[str], extras: Sequence[str]) -> list[str]:
    """Write a command with one word too many as it was meant, else without what is too much."""
    match command, words:
        case "new", [name, edition] if "/" not in name:
            # the name of a rulebook is one word
            return ["new", f"{name}{'_' if '/' in edition else '/'}{edition}"]
        case "list", [*_] if extras:
            return write_listed(words, extras[0])
    kept, left = words, list(extras)
    for word in list(reversed(words)):
        # the last of its kind is too much, and each of them once
        if word in left:
            left.remove(word)
            del kept[len(kept) - 1 - kept[::-1].index(word)]
    if command.startswith("archive ") and "--archive" not in kept and not extras[0].isdigit():
        # the file, which is not the first word here; records have numbers
        kept = [*kept, "--archive", extras[0]]
    return [command, *kept]


def _without_language(words: Sequence[str]) -> list[str]:
    """Leave out `--lang`, which changes nothing of what was meant."""
    pairs = zip(words, ["", *words], strict=False)
    return [word for word, before in pairs if before != "--lang" and not word.startswith("--lang")]


def refuse_words(
    parser: Parser, words: Sequence[str], argument: str | None, message: str
) -> ProblemsError:
    """Return the error that argparse noticed, of one option or argument or of the whole."""
    unknown = _find_unknown(parser, words)
    if unknown is not None:
        return unknown
    if message.startswith(_ABSENT):
        return _refuse_absence(parser, message.removeprefix(_ABSENT).split(", ")[0], words)
    named = argument.split("/") if argument else []
    action = next((one for one in parser.actions if _is_named(one, named)), None)
    if action is None:
        return _refuse("not-understood", parser)
    details = {"option": quote(name_of(parser, action))}
    if message.startswith(_INVALID):
        word = message.partition(": ")[2].strip("'\"")
        details["word"] = quote(word)
        if command_of(parser).startswith("archive ") and "." in word and action.dest == "number":
            instead = quote_to_write(f"ruletrail {command_of(parser)} 1 --archive {word}")
            return _refuse(
                "not-whole", parser, {**details, "instead": instead}, advice="write-instead"
            )
        what, more = ("not-whole", dict[str, str]())
        if isinstance(action.type, Whole):
            what, more = action.type.name_fault(word)
        return _refuse_like_example(what, parser, action, {**details, **more}, words)
    if message.startswith(_IGNORED):
        return _refuse("flag-with-value", parser, details)
    if message.startswith(_EXPECTED) and not action.option_strings:
        return _refuse_absence(parser, str(action.metavar or action.dest), words)
    if message.startswith(_EXPECTED):
        return _refuse_like_example("no-value", parser, action, details)
    if message.startswith(_TOGETHER):
        details["other"] = quote(message.removeprefix(_TOGETHER).split("/")[-1])
        return _refuse("not-together", parser, details)
    return _refuse("not-understood", parser)  # never its English


def _is_named(action: argparse.Action, names: Sequence[str]) -> bool:
    """Tell whether argparse calls an action so: by its options, else its metavar or name."""
    called = action.option_strings or ["/".join(names)] * (
        "/".join(names) in (action.metavar, action.dest)
    )
    return bool(names) and called[:1] in ([names[0]], ["/".join(names)])


def _refuse_like_example(
    what: str,
    parser: Parser,
    action: argparse.Action,
    details: Mapping[str, str],
    words: Sequence[str] = (),
) -> ProblemsError:
    """Return the error of a value that lacks or is none, with an option, or command, to copy."""
    text = find_text(command_of(parser), action.dest)
    if text is None:
        return _refuse(what, parser, details)
    whole = f"ruletrail {_with_typed(parser, words)}"
    example = {"example": quote_to_write(text.example if action.option_strings else whole)}
    return _refuse(what, parser, {**details, **example}, advice="like-example")


def _with_typed(parser: Parser, words: Sequence[str]) -> str:
    """Return an example of a command with what was typed; of archives file, number and folder."""
    command = command_of(parser)
    if not command.startswith("archive "):
        from ruletrail.cli.absent_arguments import write_command  # noqa: PLC0415 - rare, and slow

        return write_command(parser, words)
    example = next(iter(EXAMPLES.get(command, ())), command)
    typed = [*words]
    archive, folder = (_take_value(typed, option) for option in ("--archive", "-o"))
    number = next(filter(_NUMBER.fullmatch, typed), "")
    if number:
        example = example.replace("3", number)
    if folder:
        example = f"{example.partition(' -o ')[0]} -o {as_argument(folder)}"
    return f"{example} --archive {as_argument(archive)}" if archive else example


def _take_value(words: list[str], option: str) -> str:
    """Take an option and its value out of the words of a command; return the value."""
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name == option:
            found = value if sign else next(iter(words[at + 1 :]), "")
            del words[at : at + (1 if sign else 2)]
            return found
    return ""


def _refuse_absence(parser: Parser, name: str, words: Sequence[str]) -> ProblemsError:
    """Return the error of the first argument that is missing, with a whole command to copy."""
    details = {"word": quote(translate_metavar(name, parser.language))}
    examples = EXAMPLES.get(command_of(parser), ())
    if not examples:
        return _refuse("no-argument", parser, details)
    details["example"] = quote_to_write(f"ruletrail {_with_typed(parser, words)}")
    return _refuse("no-argument", parser, details, advice="like-example")


def _find_unknown(parser: Parser, words: Sequence[str]) -> ProblemsError | None:
    """Return the error of the first word that looks like an option and is none."""
    known = [option for action in parser.actions for option in action.option_strings]
    for word in words:
        name = word.partition("=")[0]
        if name[:1] in _LONG_DASHES:
            plain = f"--{name.lstrip(''.join(_LONG_DASHES))}"
            near = plain if plain in known else _nearest(plain, known)
            return _refuse("no-option", parser, {"word": quote(name)}, near)
        if word == "--" or word in parser.parsers:
            return None
        is_short = len(name) > 1 and name[0] == "-" and name[1] != "-"
        is_joined = is_short and name[:2] in known and ONE_DASH.fullmatch(name) is None
        if not name.startswith("-") or name in ("-", *known) or is_joined:
            continue
        if is_short and name[1:2].isdigit():
            continue  # a negative number
        what = "no-option" if command_of(parser) else "no-option-at-all"
        if name in _DELIMITERS and command_of(parser) == "batch":
            return _refuse(what, parser, {"word": quote(name)}, advice="delimiter-known")
        near = _nearest(name, known)
        if not near:
            return _refuse_elsewhere(what, parser, name)
        return _refuse(what, parser, {"word": quote(name)}, near)
    return None


def _refuse_elsewhere(what: str, parser: Parser, name: str) -> ProblemsError:
    """Return the error of an option like none here: what writes such a file, or has the option."""
    details, texts = {"word": quote(name)}, TEXTS.get(command_of(parser), {})
    short, joined = name[:2], name[2:]
    # one hyphen too few makes no other option of it
    name = f"--{name.lstrip('-')}" if len(name) > len("-x") else name
    if name in _WRITTEN and "output" in texts:
        example = quote_to_write(texts["output"].example)
        return _refuse(what, parser, {**details, "example": example}, advice="like-example")
    owners = [
        command
        for command, known in TEXTS.items()
        if any(name in text.example.split() for text in known.values())
    ]
    # what most commands have is no option of the one that tells more of it
    is_common = name.removeprefix("--").replace("-", "_") in COMMON
    if len(owners) == 1 and not is_common:
        owner = quote(f"ruletrail {owners[0]}")
        return _refuse(what, parser, {**details, "owner": owner}, advice="option-of")
    valued = (action for action in parser.actions if action.nargs is None)
    if not owners and any(short in action.option_strings for action in valued):
        apart = {**details, "instead": quote_to_write(f"{short} {joined}")}
        return _refuse(what, parser, apart, advice="write-instead")
    return _refuse(what, parser, details)


def _nearest(word: str, known: Sequence[str]) -> str:
    # with one hyphen as with two
    meant = _MEANT.get(word.lower(), "") or _MEANT.get(f"-{word.lower()}", "")
    if meant in known or not word.startswith("-"):
        return meant if meant in known else nearest_name(word, known)
    # hyphens are alike in all options: what is short would be near to anything
    names = {option.lstrip("-"): option for option in known if option.startswith("--")}
    bare = word.lstrip("-")
    return names.get(bare if bare in names else nearest_name(bare, names), "")


def _refuse(
    what: str,
    parser: Parser,
    details: Mapping[str, str] | None = None,
    near: str = "",
    *,
    advice: str = "",
) -> ProblemsError:
    """Return the error; `what` names words of ours."""
    command = command_of(parser)
    found = {"text": term(what), "command": command, **(details or {})}
    mark, hint = Mark("ruletrail"), advice or ("usage-of" if command else "usage-map")
    return ProblemsError([Problem("usage", mark, found, near, hint)])
