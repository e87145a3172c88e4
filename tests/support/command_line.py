"""The command line, called in this process."""

import io

from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.formats import LOCALES, Locale


def call(*words: object, stdin: bytes = b"", language: Locale = "en") -> tuple[int, str, str]:
    """Run a command as a terminal would; gives its status, results and problems.

    `language` is the system's, for words without `--lang`.
    """
    written = [str(word) for word in words]
    out, err = io.StringIO(), io.StringIO()
    asked = _option(written, "--lang")
    spoken = next((known for known in LOCALES if known == asked), language)
    form = _option(written, "--format") or "text"
    is_chosen = asked in LOCALES
    console = Console(out, err, spoken, form, stdin=io.BytesIO(stdin), chosen=is_chosen)
    status = main(written, console)
    return status, out.getvalue(), err.getvalue()


def _option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1] if name in words[:-1] else ""
