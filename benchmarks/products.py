"""Look for a rulebook that is long in two ways at once, and takes a command as long as the product.

Every pair of `support.products` is written at a size and given to each command, in a process of its
own, whose processor time counts. Of what takes long the time at half of both sizes stands beside
it: half as long is a long document, a quarter is a product. What is bounded by a published count of
work may be a product up to there.
"""

import argparse
import contextlib
import os
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.command_line import call
from support.products import SOURCES, USES, write_product

SIZE, SECONDS = 120, 1.0
MOST_SECONDS = 60
"""Processor time after which a command is ended."""

_TARGETS = ("q", "q1", "C1", "P1")
"""What the uses of `support.products` call a decision, a check and a part."""

Words = tuple[str, ...]


def commands(folder: Path) -> Iterator[Words]:
    """Give the commands that a pair is given to, in an order in which their files are there."""
    book, report, stored = (str(folder / name) for name in ("r.yaml", "report.json", "o.json"))
    by = ("--rulebook", book)
    written = Path(book).read_text(encoding="utf-8")
    yield "check", book
    yield "test", book
    yield "evaluate", report, *by, "--format", "json", "-o", stored
    yield "verify", stored
    yield "evaluate", report, *by, "--brief", "--margins"
    yield "evaluate", report, *by, "--full"
    yield "evaluate", report, *by, "--format", "html"
    yield "needed", report, *by
    for target in [code for code in _TARGETS if f"  {code}: " in written][:1]:
        yield "whatif", report, target, *by
    yield "explain", report, "X1" if "  X1: " in written else "A", *by
    yield "batch", str(folder / "rows.jsonl"), *by, "-o", str(folder / "rows.out.jsonl")
    yield "docs", book
    yield "graph", book
    yield "fmt", "--check", book
    yield "diff", str(folder / "old" / "r.yaml"), book
    yield "check", "--fix", book


def write(folder: Path, source: str, use: str, size: int) -> None:
    """Write the files of a pair, the rulebook before it for `diff`, and rows for `batch`."""
    for kept, length in (folder, size), (folder / "old", size - size // 10):
        kept.mkdir(parents=True)
        for name, text in write_product(source, use, length, size).items():
            (kept / name).write_text(text, encoding="utf-8")
    old = folder / "old" / "r.yaml"
    old.write_text(old.read_text(encoding="utf-8").replace("1.0.0", "0.9.0"), encoding="utf-8")
    report = (folder / "report.json").read_text(encoding="utf-8")
    (folder / "rows.jsonl").write_text((report + "\n") * 20, encoding="utf-8")


def time_command(words: Words) -> float:
    """Run a command in a process of its own; gives its processor time in seconds."""
    process = os.fork()
    if not process:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with contextlib.suppress(SystemExit):
            call(*words, "--lang", "en")
        os._exit(0)
    used = os.wait4(process, 0)[2]
    return used.ru_utime + used.ru_stime


def time_all(folder: Path, asked: Iterable[str]) -> list[tuple[Words, float]]:
    """Measure the commands of the asked names, one after the other."""
    chosen = set(asked)
    return [
        (words, time_command(words))
        for words in commands(folder)
        if not chosen or words[0] in chosen
    ]


def show(source: str, use: str, size: int, seconds: float, asked: Sequence[str]) -> None:
    """Measure a pair, and print what takes longer."""
    with tempfile.TemporaryDirectory() as kept:
        whole, half = Path(kept, "whole"), Path(kept, "half")
        write(whole, source, use, size)
        found = time_all(whole, asked)
        if all(time < seconds for _, time in found):
            return
        write(half, source, use, size // 2)
        for (words, time), (_, less) in zip(found, time_all(half, asked), strict=True):
            if time >= seconds:
                shown = " ".join(word for word in words if not word.startswith(kept))
                print(f"| {source} {use} | `{shown}` | {less:.1f} | {time:.1f} |", flush=True)


def main(arguments: Sequence[str]) -> None:
    """Print a table of the pairs that take longer than asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.products", description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="of each of the two ways")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="what is shown takes so long"
    )
    parser.add_argument("--sources", nargs="*", choices=SOURCES, default=[], metavar="SOURCE")
    parser.add_argument("--uses", nargs="*", choices=USES, default=[], metavar="USE")
    parser.add_argument("--commands", nargs="*", default=[], metavar="COMMAND")
    asked = parser.parse_args(arguments)
    call("check", __file__)  # so that what all commands import is imported before
    print("| pair | command | seconds at half | at the size |\n|---|---|--:|--:|", flush=True)
    for use in asked.uses or USES:
        for source in asked.sources or SOURCES:
            show(source, use, asked.size, asked.seconds, asked.commands)


if __name__ == "__main__":
    main(sys.argv[1:])
