"""A file answered as `ruletrail batch` does, by columns from a number of rows on."""

import io
from pathlib import Path
from typing import Any

from ruletrail.batches.carrying import choose_columns, choose_keys
from ruletrail.batches.checkpoints import Start
from ruletrail.batches.dialects import Decimal
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import BEGIN, Counts, Place
from ruletrail.batches.running import run_batch
from ruletrail.batches.sources import FirstRows, open_source, settle_dialect
from ruletrail.batches.writing import layout_of
from ruletrail.documents import Nulls
from ruletrail.linking import LinkedRulebook


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.data: list[bytes] = []

    def add(self, data: bytes, place: Place, counts: Counts) -> None:  # noqa: ARG002 - as a sink is called
        """Keep rows."""
        self.data.append(data)


def answer(
    linked: LinkedRulebook,
    path: Path,
    form: str,
    least: int | None,
    size: BlockSize,
    *,
    decimal: Decimal = "",
    nulls: Nulls = "refused",
) -> Any:
    """Answer a file; returns what was written of each piece, and the counts."""
    source = open_source(str(path), path.suffix[1:], io.BytesIO)
    source = settle_dialect(source, FirstRows(source, size), linked, decimal)
    rulebook = "" if source.form == "jsonl" else linked.rulebook.identity.reference
    types = {field.name: field.type for field in source.schema or ()}
    shape = RowForm(
        source.form, source.name, source.header, source.dialect, rulebook, types=types, nulls=nulls
    )
    choose = choose_keys if source.form == "jsonl" else choose_columns
    carried = choose([], *([] if source.form == "jsonl" else [source.header]), source.name, linked)
    layout = layout_of(linked, form, "en", carried, has_row=True)
    kept = Kept()
    chunks = source.chunks(BEGIN, size)
    job = Job(linked, shape, layout, columns_from=least)
    start = Start(BEGIN)
    summary = run_batch(job, chunks, kept, start=start, workers=1, cores=1, tick=lambda _: None)
    return kept.data, summary
