"""`ruletrail lsp`: the language server for editors, over standard input and output."""

import argparse

from ruletrail.cli.check import check_source
from ruletrail.cli.consoles import Console
from ruletrail.editors.server import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--stdio", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until the editor leaves."""
    del options
    # unbuffered: who reads a buffer holds its lock, and the end of the process would wait for it
    stream = getattr(console.input, "raw", console.input)
    return serve(check_source, console.language, stream.read, console.send)
