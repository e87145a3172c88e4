# ruff: noqa: INP001 - a tool beside the pages it writes, not a package
"""Write the pages of docs/problems/.

One for each problem code, from the catalogue and the documents of the tests.

Run it after a change of the catalogue: `PYTHONPATH=engine python docs/problems/pages.py`. Nobody
edits a page by hand; `tests/test_problem_pages.py` holds every page against this file, and runs the
wrong and the right example.
"""

import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ruletrail.formulas import FUNCTIONS
from ruletrail.problem_texts import TEXTS, Text

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = ROOT / "tests" / "problems"
TWINS = ROOT / "tests" / "lints"
_BEFORE_EXAMPLE = 10
"""Lines of a page before its example: title, severity, and both sentences with their hints."""
LONGEST_SHOWN = 1500
"""A file longer than this says nothing to a reader; its page has no example."""


@cache
def _read(path: Path) -> Any:
    # hundreds of pages are written of a few files: each is read once, and by PyYAML's fast reader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_mended() -> Mapping[str, list[list[str]]]:
    """Read how wrong examples are mended."""
    mended: Mapping[str, list[list[str]]] = _read(HERE / "mended.yaml")
    return mended


def read_causes() -> Mapping[str, Mapping[str, str]]:
    """Read why problems arise, in both languages, by codes or what codes begin with."""
    causes: Mapping[str, Mapping[str, str]] = _read(HERE / "causes.yaml")
    return causes


def find_cause(code: str, causes: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return why a problem arises, as the longest beginning says; empty where none fits."""
    fitting = (begin for begin in causes if code == begin or _begins(code, begin))
    longest = max(fitting, key=len, default="")
    return causes.get(longest, {})


def _begins(code: str, begin: str) -> bool:
    return begin.endswith("-") and code.startswith(begin)


def read_case(code: str) -> Mapping[str, Any] | None:
    """Read the document that triggers a code, where there is one that a reader can follow."""
    path = CASES / f"{code}.yaml"
    if not path.is_file():
        return None
    case: Mapping[str, Any] = _read(path)
    return case if case.get("files") and not {"bytes", "generate"} & set(case) else None


def mend(
    code: str, files: Mapping[str, str], mended: Mapping[str, list[list[str]]]
) -> dict[str, str] | None:
    """Return the mended files of a case: a lint's first twin, or the pieces exchanged.

    None when it has no mending.
    """
    twins = TWINS / f"{code}.yaml"
    if twins.is_file():
        first: dict[str, str] = _read(twins)["twins"][0]
        return first
    if code not in mended:
        return None
    right = dict(files)
    for old, new in mended[code]:
        if not any(old in text for text in right.values()):
            raise ValueError(f"{code}: {old!r} is in no file of the case")
        right = {name: text.replace(old, new) for name, text in right.items()}
    return right


def write_page(code: str, text: Text, mended: Mapping[str, list[list[str]]]) -> str:
    """Write one page: what is said, and an example, or why it arises and what leads out of it."""
    lines = [f"# {code}", "", f"*{text.severity}*", ""]
    for language in ("it", "en"):
        lines += [
            f"**{language}** {_plain(text.sentences[language])}  ",
            f"→ {_plain(text.hints[language].replace('{expected}', _expected(code)))}",
            "",
        ]
    case = read_case(code)
    right = mend(code, case["files"], mended) if case is not None else None
    if case is not None and right is not None:
        wrong = case["files"]
        changed = [
            name
            for name in wrong
            if wrong[name] != right.get(name) and len(wrong[name]) < LONGEST_SHOWN
        ]
        lines += ["## Sbagliato / Wrong", "", *_blocks({name: wrong[name] for name in changed})]
        lines += ["## Giusto / Right", "", *_blocks({name: right[name] for name in changed})]
        lines += [f"`ruletrail {' '.join(case['command'])}`", ""]
    has_example = case is not None and right is not None
    cause = find_cause(code, read_causes()) if not has_example or code in read_causes() else {}
    if cause:
        why = ["## Perché / Why", ""]
        for language in ("it", "en"):
            said = f"**{language}** {cause[language]}"
            why += [*textwrap.wrap(said, 100, break_long_words=False, break_on_hyphens=False), ""]
        lines[_BEFORE_EXAMPLE:_BEFORE_EXAMPLE] = why
    return "\n".join(lines).rstrip() + "\n"


def _expected(code: str) -> str:
    """List what the table of operations says there is, for the problem about what is not there."""
    return ", ".join(FUNCTIONS) if code == "unknown-function" else "{expected}"


def _plain(sentence: str) -> str:
    """Show the placeholders of a sentence as `…` and its doubled braces as one."""
    out, skip = [], False
    doubled = sentence.replace("{{", "\x00").replace("}}", "\x01")
    for char in doubled:
        if char == "{":
            skip = True
            out.append("…")
        elif char == "}":
            skip = False
        elif not skip:
            out.append(char)
    return "".join(out).replace("\x00", "{").replace("\x01", "}")


def _blocks(files: Mapping[str, str]) -> Iterator[str]:
    for name, text in files.items():
        kind = "json" if name.endswith(".json") else "yaml"
        yield from (f"`{name}`", "", f"```{kind}", text.rstrip("\n"), "```", "")


def write_index() -> str:
    """Write the list of all codes."""
    lines = ["# Problemi / Problems", ""]
    lines += ["**it** Ogni problema ha un codice che non cambia.", ""]
    lines += ["**en** Every problem has a code that does not change.", ""]
    lines += ["| codice / code | | |", "|---|---|---|"]
    for code, text in sorted(TEXTS.items()):
        lines.append(
            f"| [{code}]({code}.md) | {text.severity} "
            f"| {_plain(text.sentences['it']).replace('|', '/')} |"
        )
    return "\n".join(lines) + "\n"


def write_pages() -> dict[str, str]:
    """Write all pages, by file name."""
    mended = read_mended()
    pages = {f"{code}.md": write_page(code, text, mended) for code, text in TEXTS.items()}
    return {"README.md": write_index(), **pages}


if __name__ == "__main__":
    written = write_pages()
    for stale in {path.name for path in HERE.glob("*.md")} - set(written):
        (HERE / stale).unlink()
    for name, page in written.items():
        (HERE / name).write_text(page, encoding="utf-8")
