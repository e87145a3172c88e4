"""Forged trails by thousands against the table of `docs/trail.md`: `make forgeries COUNT=20000`.

Each seed makes a trail of a random rulebook of language 2, with lists of rows, values that change
with a day and tables too long to be kept. Single changes are made in it, one of each class, and all
digests anew. A change that passes and is of no class of the table is printed with its seed, and the
exit status is 1. `--from` begins at another seed. The table and the judgement are those of
`tests/verification/test_changes.py`.
"""

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import ruletrail
from ruletrail.answers import Evaluation
from ruletrail.verification import verify_trail
from ruletrail.verification.readings import TRAIL_VERSIONS
from ruletrail.verification.trail_form import find_violation
from support.places import ROOT, TESTS
from support.rulebook_generator import Case, dated, generate
from support.rulebooks import REFERENCE, Raw, load_text, rows_of, rulebook_text, schema_of
from support.signing import sign
from support.trail_changes import Change, Changes, Class, sampled

HERE = TESTS / "verification"
WRITTEN: Mapping[str, str] = {
    "small": "small", "kinds": "kinds", "paper": "paper", "blank": "paper", "lookups": "lookups",
    "second": "second", "dated": "dated", "rows": "rows", "norows": "rows", "unused": "unused",
}  # fmt: skip
"""Reports that lie in `tests/verification`, and their rulebooks."""

_DEEDS = {"another value": "other"}
"""Words of the table that are not those of the changes."""

_ROW = re.compile(r"^\| (`[^|]*`) \| ([^|]*) \| [^|]* \| ([^|]*) \|$", re.MULTILINE)
_CHOICE = re.compile(r"\{([^{}]*)\}")


@cache
def table() -> Mapping[Class, str]:
    """Read from the docs which classes pass, and what finds them."""
    text = (ROOT / "docs" / "trail.md").read_text("utf-8")
    text = text.partition("### What a trail only states")[2].partition("### Limits")[0]
    return {
        (place, _DEEDS.get(deed, deed)): finder.strip("`")
        for places, deeds, finder in _ROW.findall(text)
        for pattern in re.findall(r"`([^`]*)`", places)
        for place in write_out(pattern)
        for deed in deeds.split(", ")
    }


def write_out(pattern: str) -> list[str]:
    """Write out the places that a pattern names: `a{,.b,.c}` is `a`, `a.b` and `a.c`."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        return [pattern]
    before, after = pattern[: choice.start()], pattern[choice.end() :]
    return [text for each in choice[1].split(",") for text in write_out(before + each + after)]


@cache
def written_trails() -> Mapping[str, Any]:
    """Make the trails of the reports that lie here, and one of tables that are too long to lie."""
    made = {
        name: ruletrail.load(HERE / f"{book}.yaml").evaluate(HERE / f"{name}.report.yaml")
        for name, book in WRITTEN.items()
    }
    made["long"] = _with_long_tables()
    return {name: json.loads(each.trail.to_json()) for name, each in made.items()}


def _with_long_tables() -> Evaluation:
    """Evaluate what looks up tables of which a trail keeps only the rows that answered."""
    rows = [
        {"k": [Raw(str(at * 10)), Raw(str(at * 10 + 5))], "value": Raw("1")} for at in range(201)
    ]
    table = {"by": ["k"], "rows": rows, "otherwise": Raw("1")}
    begins = ("2020-01-01", "2021-01-01", "2025-01-01")
    versions = [{"from": Raw(day), "rows": rows} for day in begins]
    sections = {
        "tables": {
            "lunga": table, "sola": table, "vana": {"by": ["k"], "rows": rows},
            "nuova": {"by": ["k"], "versions": versions, "otherwise": Raw("1")},
        },
        "rules": {
            "sole": {"formula": "sola(K) + nuova(K)"},
            "ignota": {"not_encoded": "non noto"},
            "vane": {"formula": "is_missing(vana(ignota))"},
            "L.ogni": {"formula": "lunga(L.x)"},
            "di_righe": {"formula": "sum(lunga(L.x + 10))"},
            "scelta": {
                "formula": "lunga(K)", "when": "lunga(K + 10) > 0",
                "exceptions": [{"when": "lunga(K + 20) > 0", "formula": "lunga(K + 30)"}],
            },
            "scelta_di_righe": {
                "formula": "K", "when": "sum(lunga(L.x + 20)) > 0",
                "exceptions": [
                    {"when": "sum(lunga(L.x + 30)) > 0", "formula": "sum(lunga(L.x + 40))"}
                ],
            },
        },
    }  # fmt: skip
    fields = {
        "D": {"type": "string", "format": "date"}, "K": "number",
        "L": rows_of({"x": {"type": "number"}}),
    }  # fmt: skip
    plan = load_text(rulebook_text(sections, language="2", day="D"), schema_of(fields))
    values = {"D": "2024-06-01", "K": 100, "L": [{"x": 1000}, {"x": 1505}]}
    return plan.evaluate({"rulebook": REFERENCE, "fields": values})


def changed(text: str, original: Any, change: Change) -> Any | None:
    """Make a change in a copy of a trail, from its text; None where it changes nothing."""
    document = json.loads(text)
    change.apply(document)
    return None if document == original else document


def has_form(document: Any) -> bool:
    """Tell whether a document has the form of a trail; another is not worth signing."""
    version = document.get("trail")
    is_known = type(version) is int and version in TRAIL_VERSIONS
    return is_known and find_violation(document, version) is None


def passes(document: Any) -> bool:
    """Sign anew and check."""
    return has_form(document) and verify_trail(sign(document).encode(), "trail.json") == []


# -- The large run ---------------------------------------------------------------------------------


def random_trail(seed: int) -> Any:
    """Make the trail of a random rulebook of language 2."""
    numbers = "small" if seed % 2 else "any"
    case = generate(seed, language=2, lists=seed % 3 > 0, numbers=numbers)
    case = _described(dated(case, seed) if seed % 4 else case, seed)
    return json.loads(case.load().evaluate(case.reports[0]).trail.to_json())


def _described(case: Case, seed: int) -> Case:
    """Add what no formula of the generator asks for: how rows are called, days, a long table."""
    rng = random.Random(seed)  # noqa: S311 - the same cases each time
    fields = case.schema["properties"]["fields"]["properties"]
    sections = {kind: dict(entries) for kind, entries in case.sections.items()}
    lists = {code: each["items"] for code, each in fields.items() if each["type"] == "array"}
    sections["lists"] = {
        code: {"label": f"Elenco {code}", "row": f"{{{code}.{next(iter(row['properties']))}}}"}
        for code, row in lists.items()
        if rng.random() < 0.5
    }
    day = case.head.get("day")
    if day is not None and rng.random() < 0.5:
        for code, values in (("Z1", ("uno", "due", "tre")), ("Z2", map(Raw, _SOME_DAYS))):
            sections["parameters"][code] = {
                "values": [
                    {"from": Raw(begin), "value": value}
                    for begin, value in zip(_SOME_DAYS, values, strict=True)
                ]
            }
    if rng.random() < 0.3:
        rows = [{"k": Raw(str(at)), "value": Raw(str(at % 7))} for at in range(201)]
        sections["tables"]["Z3"] = {"by": ["k"], "rows": rows, "otherwise": Raw("8")}
        sections["rules"]["Z4"] = {"formula": f"Z3({rng.randint(190, 210)})"}
    return replace(case, sections=sections)


_SOME_DAYS = ("1950-01-01", "2000-02-29", "2024-01-01")


_MOST = 30_000
"""Characters of a trail: a larger one has more of the same, and each forgery of it takes longer."""


class Run:
    """What a run has counted so far."""

    def __init__(self) -> None:
        """Begin with nothing; keys and values of the trails that lie here are borrowed by all."""
        self.lent = [*written_trails().values(), *map(random_trail, range(3))]
        self.counts: Counter[str] = Counter()
        self.accepted: Counter[Class] = Counter()
        self.outside: dict[Class, tuple[int, Change]] = {}

    def try_seed(self, seed: int) -> None:
        """Make one change of each class in the trail of a seed, and judge what has the form."""
        document = random_trail(seed)
        text = json.dumps(document)
        if len(text) > _MOST:
            return
        lent = random.Random(seed).sample(self.lent, 4)  # noqa: S311 - the same ones each time
        self.counts["trails"] += 1
        for change in sampled(Changes([document, *lent]).of(document), 1, seed):
            forged = changed(text, document, change)
            if forged is None:
                continue
            if not has_form(forged):
                self.counts["formless"] += 1
                continue
            self.counts["forged"] += 1
            if verify_trail(sign(forged).encode(), "trail.json") == []:
                self.counts["accepted"] += 1
                self.accepted[change.belongs_to] += 1
                if change.belongs_to not in table() and change.belongs_to not in self.outside:
                    self.outside[change.belongs_to] = seed, change

    def lines(self) -> Iterator[str]:
        """Say what was found."""
        for (place, deed), (seed, change) in self.outside.items():
            yield f"outside the table: {place} | {deed} (seed {seed}, {change.path})"
        counts = self.counts
        yield (
            f"{counts['forged']} forged trails of {counts['trails']} (and {counts['formless']} "
            f"without the form of one): {counts['accepted']} accepted, of {len(self.accepted)} "
            f"classes, {len(self.outside)} outside the table"
        )


def main() -> int:
    """Forge as many trails as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    run, seed, begun = Run(), options.first, time.perf_counter()
    while run.counts["forged"] < options.count:
        run.try_seed(seed)
        seed += 1
        took = time.perf_counter() - begun
        sys.stdout.write(f"to seed {seed}, {took:.0f} s: {[*run.lines()][-1]}\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join(run.lines()) + "\n")
    return 1 if run.outside else 0


if __name__ == "__main__":
    sys.exit(main())
