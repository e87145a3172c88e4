"""One trial: a rulebook, reports or a table, and everything that is compared for them."""

import pickle
import traceback
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import ruletrail

from . import batches, engine, refusals, tables
from .documents import Report, Rulebook, report_text
from .evaluation import Oracle
from .making import make_rulebook
from .overlays import cut
from .samples import make_report
from .shrinking import Comparison, Disagreement, guarded, shrunk

SIZES = (1, 2, 3, 0, 7, 64, 1000, 3000, 20000)
WEIGHTS = (30, 30, 30, 40, 40, 40, 40, 10, 1)


@dataclass
class Trial:
    """Compares whatever one seed makes."""

    folder: engine.Folder
    counts: Counter = field(default_factory=Counter)
    found: list[Disagreement] = field(default_factory=list)

    def run(
        self, seed: object, reports: int = 40, many: int = 4, language: int | None = None
    ) -> None:
        """Make a rulebook, reports and tables, and compare."""
        rulebook = make_rulebook(seed, language)
        rng = Random(f"trial {seed}")  # noqa: S311
        try:
            plan = self.folder.load(rulebook)
        except ruletrail.ProblemsError as error:
            self.counts["refused"] += 1
            texts = [f"{problem.code}: {problem.message('en')}" for problem in error.problems]
            self.found.append(Disagreement(seed, "refused", rulebook, [], texts))
            return
        except Exception:  # noqa: BLE001 - whatever it raises is a finding
            what = "load raised"
            self.found.append(Disagreement(seed, what, rulebook, [], [traceback.format_exc()]))
            return
        self.counts[f"rulebooks of language {rulebook.language}"] += 1
        self._reports(seed, rulebook, plan, rng, reports)
        row = [make_report(rng, Oracle(rulebook))]
        self._ask(seed, "verified", rulebook, row, self._verified)
        self._tables(seed, rulebook, plan, rng, many)
        if many:
            self._repeated(seed, rulebook, plan, rng)
        rows = [make_report(rng, Oracle(rulebook)) for _ in range(8)]
        self._ask(seed, "refused reports", rulebook, rows, self._refused)
        self._rarer(seed, rulebook, rng)

    def _reports(
        self, seed: object, rulebook: Rulebook, plan: ruletrail.Plan, rng: Random, many: int
    ) -> None:
        """Compare single reports."""
        oracle = Oracle(rulebook)
        gaps = rng.choice([0.0, 0.1, 0.15, 0.3])
        for index in range(many):
            rows = [make_report(rng, oracle, gaps)]
            texts = guarded(lambda rows=rows, index=index: self.one(plan, oracle, rows[0], index))
            self.counts["reports"] += 1
            if texts:
                compare = self._single(index)
                self._report(Disagreement(seed, "report", rulebook, rows, texts), compare)
                break

    def one(self, plan: ruletrail.Plan, oracle: Oracle, report: Report, which: int) -> list[str]:
        """Compare one report in its several ways."""
        answer = oracle.answer(report)
        found, traced = [], {(0, "bytes"), (1, "report"), (3, "bytes"), (7, "mapping")}
        for way, evaluation in engine.ways(plan, self.folder, report, which, oracle):
            self.counts[f"ways: {way}"] += 1
            steps = (which % 10, way) in traced
            self.counts["trails"] += steps
            texts = engine.differences(answer, evaluation, steps=steps)
            found += [f"{way}: {text}" for text in texts]
            if way == "mapping" and which % 50 == 0:
                self.counts["pages"] += engine.write_pages(evaluation)
        return found

    def _single(self, which: int) -> Comparison:
        """Return the comparison of one report, from the rulebook on."""

        def compare(rulebook: Rulebook, rows: list[Report]) -> list[str]:
            plan = self.folder.load(rulebook)
            return self.one(plan, Oracle(rulebook), rows[0], which)

        return compare

    def _tables(
        self, seed: object, rulebook: Rulebook, plan: ruletrail.Plan, rng: Random, many: int
    ) -> None:
        """Compare tables."""
        oracle = Oracle(rulebook)
        for index in range(many):
            size = rng.choices(SIZES, WEIGHTS)[0] or number_of_words(rng, rulebook)
            shape, form = rng.choice(tables.SHAPES), rng.choice(tables.FORMS)
            rows = tables.make_rows(rng, oracle, size, shape)
            key = f"{seed} {index}"
            texts = guarded(
                lambda rows=rows, form=form, key=key: one_table(plan, oracle, rows, form, key)
            )
            self.counts["rows"] += size
            self.counts[f"tables: {form}"] += 1
            self.counts[f"tables: {shape}"] += 1
            if texts:
                what = f"columns, {form}, {shape}, {size} rows"
                compare = lambda book, some, form=form, key=key: one_table(  # noqa: E731
                    self.folder.load(book), Oracle(book), some, form, key
                )
                self._report(Disagreement(seed, what, rulebook, rows, texts), compare)

    def _repeated(
        self, seed: object, rulebook: Rulebook, plan: ruletrail.Plan, rng: Random
    ) -> None:
        """Compare a long table of few different rows."""
        oracle, key = Oracle(rulebook), f"repeated {seed}"
        size = rng.choice([0, 3000, 3000, 30000])
        if size:
            rows = tables.make_rows(rng, oracle, 40, rng.choice(["odd", "random", "cycle"]))
            texts = guarded(lambda: tables.repeated_differences(plan, oracle, rows, size, key))
            self.counts["rows, repeated"] += size
            if texts:
                compare = lambda book, some: tables.repeated_differences(  # noqa: E731
                    self.folder.load(book), Oracle(book), some, size, key
                )
                what = f"columns, repeated, {size} rows"
                self._report(Disagreement(seed, what, rulebook, rows, texts), compare)

    def _verified(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Let the checker derive the trail of a report again."""
        return engine.verified(self.folder, self.folder.load(rulebook), rows[0])

    def _refused(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Compare what is said of reports that the schema refuses."""
        plan = self.folder.load(rulebook)
        found = []
        for index, row in enumerate(rows):
            rng = Random(f"refused {report_text(row)} {index}")  # noqa: S311
            found += refusals.refusal_differences(plan, rulebook, row, rng)
        return found

    def _rarer(self, seed: object, rulebook: Rulebook, rng: Random) -> None:
        """Compare now and then what takes longer: commands, batch, cached and reference plans."""
        oracle = Oracle(rulebook)
        chance = rng.random()
        if chance < 0.08:
            rows = [make_report(rng, oracle)]
            self._ask(seed, "command", rulebook, rows, self._command)
        elif chance < 0.30:
            size = rng.choice([1, 3, 7, 64, 64, 300, 1000])
            rows = tables.make_rows(rng, oracle, size, rng.choice(tables.SHAPES))
            self._ask(seed, "batch", rulebook, rows, self._batch(f"batch {seed}"))
            self.counts["batch rows"] += size
        elif chance < 0.34:
            rows = [make_report(rng, oracle) for _ in range(10)]
            self._ask(seed, "reference", rulebook, rows, self._reference)
        elif chance < 0.40:
            rows = [make_report(rng, oracle) for _ in range(3)]
            self._ask(seed, "loaded again", rulebook, rows, self._again)
        elif chance < 0.48:
            rows = [make_report(rng, oracle)]
            self._ask(seed, "tools", rulebook, rows, self._tools)
        elif chance < 0.60:
            rows = [make_report(rng, oracle) for _ in range(3)]
            self._ask(seed, "overlay", rulebook, rows, self._overlay(f"overlay {seed}"))
        elif chance < 0.70:
            rows = [make_report(rng, oracle) for _ in range(10)]
            self._ask(seed, "printed", rulebook, rows, self._printed(f"printed {seed}"))

    def _ask(
        self,
        seed: object,
        what: str,
        rulebook: Rulebook,
        rows: list[Report],
        compare: Comparison,
    ) -> None:
        """Compare in one of the rarer ways."""
        self.counts[what] += len(rows)
        texts = guarded(lambda: compare(rulebook, rows))
        if texts:
            self._report(Disagreement(seed, what, rulebook, rows, texts), compare)

    def _command(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Compare `ruletrail evaluate` and `verify`."""
        self.folder.load(rulebook)
        return engine.command_differences(self.folder, rows[0], Oracle(rulebook).answer(rows[0]))

    def _overlay(self, key: str) -> Comparison:
        """Return the comparison of a rulebook that extends another."""

        def compare(rulebook: Rulebook, rows: list[Report]) -> list[str]:
            whole, base, over = cut(rulebook, Random(key))  # noqa: S311
            plan = self.folder.load_overlay(base, over, whole)
            oracle = Oracle(whole)
            return [t for index, row in enumerate(rows) for t in self.one(plan, oracle, row, index)]

        return compare

    def _tools(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Run the commands that show something of a rulebook."""
        self.folder.load(rulebook)
        oracle = Oracle(rulebook)
        shown = [code for code in oracle.order if oracle.entries[code][0] != "messages"]
        return engine.tool_differences(self.folder, rows[0], shown[-1] if shown else None)

    def _batch(self, key: str) -> Comparison:
        """Return the comparison of `ruletrail batch`."""

        def compare(rulebook: Rulebook, rows: list[Report]) -> list[str]:
            self.folder.load(rulebook)
            rng = Random(key)  # noqa: S311
            return batches.batch_differences(self.folder, rows, Oracle(rulebook), rng)

        return compare

    def _reference(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Compare the reference evaluator, then what is compiled from the same plan."""
        plan = self.folder.load_reference(rulebook)
        oracle = Oracle(rulebook)
        found = []
        for row in rows:
            found += self._padded(plan, oracle, row)
        plan.compile()
        for row in rows:
            found += self._padded(plan, oracle, row)
        return found

    def _padded(self, plan: ruletrail.Plan, oracle: Oracle, row: Report) -> list[str]:
        """Compare a plan that holds more messages than the oracle knows."""
        evaluation = plan.evaluate(report_text(row).encode())
        return engine.differences(oracle.answer(row), evaluation, steps=True)

    def _again(self, rulebook: Rulebook, rows: list[Report]) -> list[str]:
        """Compare a plan that comes from the cache of plans."""
        self.folder.load(rulebook)
        self.folder.last = None
        plan, oracle = pickle.loads(pickle.dumps(self.folder.load(rulebook))), Oracle(rulebook)  # noqa: S301
        found = [t for index, row in enumerate(rows) for t in self.one(plan, oracle, row, index)]
        return found + one_table(plan, oracle, rows, "lists", "again")

    def _printed(self, key: str) -> Comparison:
        """Return the comparison of sentences that reports carry."""

        def compare(rulebook: Rulebook, rows: list[Report]) -> list[str]:
            plan, oracle = self.folder.load(rulebook), Oracle(rulebook)
            rng = Random(key)  # noqa: S311
            return [t for row in rows for t in engine.printed_differences(plan, oracle, row, rng)]

        return compare

    def _report(self, found: Disagreement, compare: Comparison) -> None:
        """Shrink a disagreement and keep it."""
        self.counts["disagreements"] += 1
        if len(self.found) < 40:
            found = shrunk(found, compare)
        self.found.append(found)


def one_table(
    plan: ruletrail.Plan, oracle: Oracle, rows: list[Report], form: str, key: str
) -> list[str]:
    """Compare a table in a form; `key` says how chance decides about the form."""
    rng = Random(key)  # noqa: S311
    table = tables.table_of(form, rows, oracle, rng)
    answers = tables.Answers(oracle, tables.as_needed(form))
    return tables.column_differences(plan, table, rows, answers)


def number_of_words(rng: Random, rulebook: Rulebook) -> int:
    """Count the words of one of the lists of words of a rulebook."""
    counts = [len(d["enum"]) for d in rulebook.fields.values() if "enum" in d]
    for entry in rulebook.entries("decisions").values():
        counts += [len({case["outcome"] for case in entry.get("cases", [])}) or 1]
    return rng.choice(counts or [2])
