"""What the processes of a service do: every piece of work that may take long, as a plain function.

A process keeps the rulebooks that it was sent, by their key. Nothing here knows of HTTP. What is
wrong comes back as `Refused`, its problems written for programs already, because looking for what
somebody may have meant takes time too.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

from ruletrail.answers import Evaluation
from ruletrail.api import Plan, name_meant, search_libraries
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import cut_blocks
from ruletrail.batches.parts import rows_of
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import BEGIN
from ruletrail.batches.sources import BY_ROWS
from ruletrail.batches.writing import layout_of
from ruletrail.caches.compiled_functions import (
    decode_functions,
    decode_trails,
    encode_functions,
    encode_trails,
)
from ruletrail.caches.linked_rulebooks import decode_linked, encode_linked
from ruletrail.counterfactuals import WhatIf, ask_what_if, read_settings
from ruletrail.documents import (
    REPORT_LIMITS,
    SCHEMA_LIMITS,
    Nulls,
    decode_text,
    read_document,
    reading_unsaved,
)
from ruletrail.formats import Locale
from ruletrail.intake import is_whole
from ruletrail.library import Libraries, Listing, Source, load_compiled
from ruletrail.library.cached_loading import list_inputs
from ruletrail.library.listings import find_wrong, read_listing
from ruletrail.library.sources import find_schema, show_schema
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    quote,
    refusal,
    sort_problems,
    without_consequences,
)
from ruletrail.references import Reference
from ruletrail.rendering import explain_step, read_wording, render_changes
from ruletrail.rendering.problems import problems_json
from ruletrail.reports import read_reference
from ruletrail.rulebook_docs import write_handbook
from ruletrail.service.answers import write_answer
from ruletrail.service.described_rulebooks import write_rulebook
from ruletrail.service.settings import MOST_QUICK_STEPS, Commands
from ruletrail.trails import Trail
from ruletrail.verification import StoredTrail, check_trail, list_long_tables, read_trail

_MOST_HELD = 64
ROWS = "reports.jsonl"
"""What marks call many reports."""
NOWHERE = Path("/dev/null/rulebook.yaml")
"""A place where no file can be: what lies beside a text that was sent is nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no answer: problems as programs read them."""

    problems: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Packed:
    """A rulebook as bytes, to be sent to a process that does not have it yet."""

    linked: bytes
    functions: bytes | None
    trails: bytes | None = None
    """The code that writes trails, where it was worth making."""

    def unpack(self) -> Plan:
        """Make the plan again; nothing is compiled."""
        linked = decode_linked(self.linked)
        if linked is None:
            raise TypeError("bytes that were written for this are a rulebook")
        compiled = decode_functions(self.functions, linked) if self.functions is not None else None
        if compiled is None:
            return Plan(linked)
        if self.trails is not None:
            codes = decode_trails(self.trails)
            compiled.read_trail_codes = lambda: codes
        return Plan.of_functions(compiled)


_HELD: OrderedDict[str, Plan] = OrderedDict()


def with_plan(
    key: str, packed: Packed | None, language: Locale, act: Callable[..., Any], *given: Any
) -> Any:
    """Do something with a rulebook; None if it is not here and was not sent."""
    if key not in _HELD:
        if packed is None:
            return None
        _keep(key, packed.unpack())
    _HELD.move_to_end(key)
    return attempt(language, act, _HELD[key], *given)


def _keep(key: str, plan: Plan) -> None:
    _HELD[key] = plan
    if len(_HELD) > _MOST_HELD:
        _HELD.popitem(last=False)


def key_of(source: Source, linked: LinkedRulebook) -> str:
    """Tell a rulebook from all others: its file, by which it is marked, and both digests."""
    return f"{source.path} {linked.digest} {linked.schema_digest}"


def attempt(language: Locale, act: Callable[..., Any], *given: Any) -> Any:
    """Do something; problems are written in the language of who asked."""
    try:
        return act(*given)
    except ProblemsError as error:
        return Refused(problems_json(error.problems, language))


# -- Reports ---------------------------------------------------------------------------------------


def read_asked(body: bytes) -> tuple[Reference, Mark]:
    """Read which rulebook a report names, and where it does."""
    node, problems = read_document(body, "report", REPORT_LIMITS)
    if node is None or not is_whole(problems):
        raise ProblemsError(sort_problems(problems))
    reference, mark, found = read_reference(node)
    if reference is None or found:
        found = name_meant(found, node)
        raise ProblemsError(sort_problems([*problems, *without_consequences(problems, found)]))
    return reference, mark


def answer_report(plan: Plan, body: bytes, nulls: Nulls, with_trail: bool) -> bytes:  # noqa: FBT001 - sent to a process by place
    """Evaluate one report and write the answer."""
    evaluation = plan.evaluate(body, nulls=nulls)
    trail = trail_of(plan, evaluation).to_json() if with_trail else ""
    return write_answer(evaluation, plan.linked.digest, trail)


def write_trail(plan: Plan, body: bytes, nulls: Nulls) -> bytes:
    """Evaluate one report and write its trail, the bytes that the command line writes."""
    return f"{trail_of(plan, plan.evaluate(body, nulls=nulls)).to_json()}\n".encode()


def trail_of(plan: Plan, evaluation: Evaluation) -> Trail:
    """Return a trail; of a large rulebook from the record, which needs no code to be made first."""
    is_large = len(plan.linked.steps) > MOST_QUICK_STEPS
    return Trail(evaluation.record) if is_large else evaluation.trail


def explain(  # noqa: PLR0917 - sent to a process by place
    plan: Plan, body: bytes, nulls: Nulls, code: str, form: str, language: Locale | None
) -> bytes:
    """Explain one code of a report in one of the forms of the command line."""
    evaluation = plan.evaluate(body, nulls=nulls)
    wording = None if form == "json" else read_wording(evaluation.record)
    text = explain_step(evaluation.trail.to_dict(), code, language, form, wording)
    return text.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about what would change an outcome; words as they were sent.

    `values` are `CODE=VALUE` with commas, and stand at `mark`; nothing behind `=` takes one away.
    """

    target: str
    values: str
    want: str
    vary: str
    pairs: bool
    precision: bool
    mark: Mark

    def __post_init__(self) -> None:
        """Refuse what is wrong in itself, before any report is read; raises `ProblemsError`."""
        self.settings()
        self.fields()

    def settings(self) -> dict[str, str]:
        """Cut other values into codes and words; raises `ProblemsError` for what sets none."""
        found: dict[str, str] = {}
        for written in filter(None, self.values.split(",")):
            code, sign, value = map(str.strip, written.partition("="))
            if not sign or not code:
                self._refuse("set", written, "`CODE=VALUE`")
            if found.setdefault(code, value) != value:
                self._refuse("set", self.values, quote(f"{code}={value}"))
        return found

    def fields(self) -> list[str]:
        """Cut the fields to move into codes; raises `ProblemsError` where nothing is wanted."""
        if self.vary and not self.want:
            self._refuse("vary", self.vary, "`want`")
        return [code.strip() for code in self.vary.split(",") if code.strip()]

    def _refuse(self, name: str, text: str, expected: str) -> NoReturn:
        details = {"name": quote(name), "text": quote(text), "expected": expected}
        raise refusal("parameter-wrong", self.mark, **details)


def whatif(  # noqa: PLR0917 - sent to a process by place
    plan: Plan, body: bytes, nulls: Nulls, asked: Asked, form: str, language: Locale | None
) -> bytes:
    """Find what would change an outcome of a report, in one of the forms of the command line."""
    evaluation = plan.evaluate(body, nulls=nulls)
    found = find_changes(evaluation, asked)
    wording = None if form == "json" else read_wording(evaluation.record)
    document = {} if form == "json" else evaluation.trail.to_dict()
    text = render_changes(document, found.to_dict(), form, language, wording)
    return text.encode("utf-8", "replace")


def find_changes(evaluation: Evaluation, asked: Asked) -> WhatIf:
    """Find what would change an outcome of an evaluated report."""
    return ask_what_if(
        evaluation.record,
        asked.target,
        values=read_settings(evaluation.record.linked, asked.settings()),
        want=asked.want,
        vary=asked.fields(),
        pairs=asked.pairs,
        precision=asked.precision,
    )


def find_needed(plan: Plan, body: bytes, nulls: Nulls, target: str) -> dict[str, Any]:
    """Find what is still to be asked about one report; an empty target is the whole of it."""
    return plan.needed(body, target or None, nulls=nulls).to_dict()


def answer_rows(plan: Plan, body: bytes, nulls: Nulls, language: Locale | None) -> bytes:
    """Answer reports, one a line, as `ruletrail batch` does."""
    compiled = plan.functions
    spoken = language or plan.linked.rulebook.locale
    layout = layout_of(plan.linked, "jsonl", spoken, has_row=True)
    job = Job(plan.linked, RowForm("jsonl", ROWS, nulls=nulls), layout, columns_from=None)
    answers = (
        job.answer(raw, compiled).content
        for chunk in cut_blocks(BytesIO(body), BEGIN, BY_ROWS)
        for raw in rows_of(chunk.rows)
    )
    return b"".join(content for content in answers if isinstance(content, bytes))


# -- Trails and rulebooks --------------------------------------------------------------------------


def read_verified(data: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Derive every step of a trail again; returns what the trail says of itself, and what is wrong.

    Raises `ProblemsError` where it is no trail.
    """
    stored = read_trail(data, "trail")
    problems = check_trail(stored)
    return {} if problems else _describe(stored), problems


def _describe(stored: StoredTrail) -> dict[str, Any]:
    document = stored.document
    identity, tables = document["rulebook"], list_long_tables(document)
    return {
        **({"rows_not_proved": tables} if tables else {}),
        "steps": len(document["steps"]),
        "rulebook": f"{identity['name']}/{identity['edition']}@{identity['version']}",
        "status": document["result"]["status"],
        "digest": document["digest"],
    }


def verify(data: bytes, language: Locale) -> dict[str, Any]:
    """Verify a trail; the answer of the command line, or `verified: false` with problems."""
    said, problems = read_verified(data)
    return _write_verdict(said, problems, language, replayed=False)


def replay(
    plan: Plan, data: bytes, reference: str, language: Locale, commands: Commands
) -> dict[str, Any]:
    """Evaluate the report of a trail again, which was found to be right as such."""
    stored = read_trail(data, "trail")
    problems, _ = commands.replay(plan, stored, reference)
    return _write_verdict(_describe(stored), problems, language, replayed=True)


def _write_verdict(
    said: dict[str, Any], problems: list[Problem], language: Locale, *, replayed: bool
) -> dict[str, Any]:
    if problems:
        return {"verified": False, "problems": problems_json(problems, language)}
    digest = {"digest": said["digest"]}
    rest = {key: value for key, value in said.items() if key != "digest"}
    if replayed:
        rest.pop("rows_not_proved", None)
    return {"verified": True, **rest, "replayed": replayed, **digest}


def check(source: Source, language: Locale, commands: Commands) -> list[dict[str, Any]]:
    """Find all that is wrong with a rulebook of the library."""
    return problems_json(sort_problems(commands.check(source)), language)


def check_text(
    text: bytes, libraries: Libraries, language: Locale, commands: Commands
) -> list[dict[str, Any]]:
    """Find all that is wrong with a rulebook that was sent; it lies nowhere.

    What it names is looked up in the libraries, and nothing beside it.
    """
    written = decode_text(text, NOWHERE.name)
    with reading_unsaved({NOWHERE: written}):
        return check(source_of_text(libraries), language, commands)


def source_of_text(libraries: Libraries) -> Source:
    """Take a rulebook that lies nowhere; its text is read by `reading_unsaved`, at `NOWHERE`."""
    return Source(NOWHERE, NOWHERE.name, libraries[0], None, libraries)


def write_page(plan: Plan, language: Locale | None) -> bytes:
    """Write a rulebook as a page of HTML."""
    return write_handbook(plan.linked, "html", language).encode("utf-8", "replace")


# -- Loading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a library: what it says of itself; no listing where that cannot be read."""

    source: Source
    listing: Listing | None
    doubtful: Reference | None
    """The edition that nothing answers without a version, as nobody can tell whether this does."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rulebook that loads: what it is made of, and all that is told of it."""

    inputs: list[tuple[str, str]] | None
    key: str
    """What processes keep it by."""
    packed: Packed
    steps: int
    digest: str
    described: dict[str, Any]
    schema: bytes


def survey(folders: tuple[str, ...]) -> tuple[Libraries, list[Found]]:
    """List the files of all libraries; raises `ProblemsError` where a library is none any more."""
    libraries = search_libraries(folders)
    sources = [library.source(path, libraries) for library in libraries for path in library.files()]
    return libraries, [_look_at(source) for source in sources]


def _look_at(source: Source) -> Found:
    """Take what a file says of itself, unless it lies where no reference finds it."""
    listing = read_listing(source)
    place, library = source.path, source.library
    is_placed = (
        listing is not None
        and library is not None
        and place in library.candidates(listing.reference)
    )
    return Found(source, listing if is_placed else None, find_wrong(source)[1])


def load(source: Source, known: list[tuple[str, str]] | None) -> Loaded | None:
    """Load a rulebook; None if it is made of what it was made of before."""
    try:
        inputs = list_inputs(source)
    except ProblemsError:  # loading says all that is wrong, and not only what is in the way here
        inputs = None
    if inputs is not None and inputs == known:
        return None
    compiled = load_compiled(source)
    linked = compiled.linked
    written = encode_linked(linked)
    if written is None:
        raise TypeError("a rulebook that was linked can be written")
    functions = encode_functions(compiled)
    is_quick = len(linked.steps) <= MOST_QUICK_STEPS
    # who loaded it has it: no request has to wait for it to be sent here
    _keep(key_of(source, linked), Plan.of_functions(compiled))
    trails = encode_trails(compiled) if is_quick and functions is not None else None
    rulebook = linked.rulebook
    file = find_schema(rulebook.report, rulebook.report_mark, source)
    return Loaded(
        inputs,
        key_of(source, linked),
        Packed(written, functions, trails),
        len(linked.steps),
        linked.digest,
        write_rulebook(linked),
        file.read(show_schema(file, source), SCHEMA_LIMITS.size),
    )
