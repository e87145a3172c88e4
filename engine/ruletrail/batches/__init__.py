"""Many reports: a file of rows in, one row out for each, in order, whatever the rows hold.

A bad row becomes a row that says what is wrong and harms no other; the output appears whole or not
at all, and a run that was killed continues where it stopped. This package reads and writes tables;
what a report means is decided below, by the same readers and evaluators that answer one report.
pyarrow is imported only for Parquet.
"""

from ruletrail.batches.checkpoints import Partial, Start
from ruletrail.batches.jobs import Job
from ruletrail.batches.rows import BEGIN, Answered, Chunk, Place, RawRow, cut_chunks
from ruletrail.batches.running import Summary, run_batch
from ruletrail.batches.sources import FORMATS, Source, check_header, open_source
from ruletrail.batches.trail_filter import Filter, parse_filter
from ruletrail.batches.writing import Layout, layout_of

__all__ = [
    "BEGIN",
    "FORMATS",
    "Answered",
    "Chunk",
    "Filter",
    "Job",
    "Layout",
    "Partial",
    "Place",
    "RawRow",
    "Source",
    "Start",
    "Summary",
    "check_header",
    "cut_chunks",
    "layout_of",
    "open_source",
    "parse_filter",
    "run_batch",
]
