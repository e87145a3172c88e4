"""`ruletrail help [COMMAND]`: the map of all commands, or how one is used."""

import argparse

from ruletrail.cli.consoles import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("topic", metavar="COMMAND", nargs="*")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the map, or the help of the command or action that is named."""
    console.write(options.find_parser(options.topic, console.language).format_help())
    return 0
