"""Many random rulebooks through every way to an answer: `make agreement COUNT=10000`.

Each seed makes a rulebook of language 1 or 2, those of 2 with lists of rows and some of them with
values that change with a day, and some reports. The reference, both compiled functions, columns and
the checker must say the same of all; what does not agree is printed with its seed, and the exit
status is 1. `--from` begins at another seed.
"""

import argparse
import sys
import time

from ruletrail.compiled import CompiledRulebook
from support.evaluators import (
    check_trail,
    compare_answer,
    compare_columns,
    compare_functions,
    general_answer,
    usual_answer,
)
from support.rulebook_generator import MAKERS, dated, generate

_EVERY = 100
"""Seeds between two lines that say how far it is."""


def agree(seed: int) -> None:
    """Assert that every way gives the same answer to the reports of a seed's rulebook."""
    language = 1 if seed % 4 == 0 else 2
    case = generate(
        seed,
        reports=3,
        language=language,
        lists=True,
        also=[kind for kind in MAKERS if kind != "day" or language > 1] if seed % 5 == 0 else (),
        numbers="any" if seed % 2 else "small",
    )
    case = dated(case, seed) if language > 1 and seed % 2 else case
    plan = case.load()
    compiled, reports = CompiledRulebook(plan.linked), case.read(plan)
    for report in reports:
        check_trail(compare_functions(compiled, report))
        if compiled.is_covered:
            compare_answer(compiled, general_answer(compiled, report), report)
            answer = usual_answer(compiled, report)
            if answer is not None:
                compare_answer(compiled, answer, report)
    compare_columns(compiled, reports)


def main() -> int:
    """Run the seeds that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    wrong, begun = [], time.perf_counter()
    for done, seed in enumerate(range(options.first, options.first + options.count), start=1):
        try:
            agree(seed)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is told with its seed
            wrong.append(seed)
            sys.stdout.write(f"seed {seed}: {type(error).__name__}: {str(error)[:400]}\n")
        if done % _EVERY == 0:
            took = time.perf_counter() - begun
            sys.stdout.write(f"{done} rulebooks, {len(wrong)} wrong, {took:.0f} s\n")
            sys.stdout.flush()
    sys.stdout.write(f"{options.count} rulebooks, {len(wrong)} wrong: {wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
