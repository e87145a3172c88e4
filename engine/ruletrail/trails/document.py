"""The whole trail: results first, steps after, digests over all; written when it is asked for."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ruletrail.digests import canonical_json, digest_of, digest_of_bytes
from ruletrail.linking import LinkedRulebook, choices_of, days_of
from ruletrail.problems import refusal
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.trails.bases import Json
from ruletrail.trails.conclusions import (
    CheckConclusion,
    Conclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
)
from ruletrail.trails.lookups import count_least_of_answers
from ruletrail.trails.steps import (
    outcome_word,
    write_fields,
    write_lists,
    write_parameters,
    write_step,
)
from ruletrail.values import ErrorValue, Fact, NotEncoded, gather_missing, is_non_value, to_json
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION

TRAIL_VERSIONS = {1: 1, 2: 2}
"""The version of the trail's form, by that of the language of the rulebook that answered."""

MOST_BYTES = 64 * 1024 * 1024
"""Of a stored trail, with the newline that ends it: more is neither written nor read."""


MANY_STEPS = 300
"""Of fewer the whole trail is written sooner than its least size would be worth counting."""


def refuse_size(linked: LinkedRulebook, size: int) -> None:
    """Refuse a trail that has so many bytes already, before more of it is written."""
    if size > MOST_BYTES:
        raise refusal("trail-too-large", str(linked.rulebook.identity), limit=str(MOST_BYTES))


def refuse_sentences(linked: LinkedRulebook, size: int) -> None:
    """Refuse sentences of so many characters together, before more are filled in.

    A trail has each twice, at its step and in the result, and no character in less than a byte.
    """
    refuse_size(linked, 2 * size)


def refuse_least_size(linked: LinkedRulebook, report: Report) -> None:
    """Refuse the trail of a report that is too large whatever comes out, before its record is made.

    Many rows of a list, many steps that each repeat a scale or a table, or many fields that share
    long choices, make one so large.
    """
    size = sum(count_fields(linked).values())
    refuse_size(linked, size)
    rows = {code: len(listed) for code, listed in report.lists.items()}
    if (rows or linked.lookups) and len(linked.steps) * (1 + sum(rows.values())) >= MANY_STEPS:
        from ruletrail.trails.least_sizes import count_least_bytes  # noqa: PLC0415 - few are so many

        refuse_size(linked, size + sum(count_least_bytes(linked, rows).values()))


def has_room(linked: LinkedRulebook) -> bool:
    """Tell whether any trail has room for what the form's fields are called."""
    return sum(count_fields(linked).values()) <= MOST_BYTES


def count_fields(linked: LinkedRulebook) -> dict[str, int]:
    """Count, for each field and cell of rows, what a trail certainly has of its label and choices.

    Fields may share them by `$ref`, and a trail repeats them: each text is measured once.
    """
    schema, sizes = linked.schema, dict[str, int]()

    def measure(text: str) -> int:
        size = sizes.get(text)
        if size is None:
            size = sizes[text] = len(text.encode())
        return size

    return {
        code: measure(declared.label)
        + sum(
            [
                measure(text) + measure(title)
                for text, title in choices_of(linked, code).items()
                if text != title
            ]
        )
        for code, declared in (*schema.fields.items(), *schema.cells.items())
    }


class Trail:
    """The explanation of one evaluation, written when it is first asked for.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> trail = plan.evaluate("examples/garden/application.yaml").trail
    >>> trail.to_dict()["result"]["decisions"]["outcome"], trail.to_json()[:10]
    ('granted', '{"digest":')
    """

    def __init__(
        self, record: Record | Callable[[], Record], write: Callable[[], bytes] | None = None
    ) -> None:
        """Take the record, or what makes it; `write` returns the same bytes faster, if given."""
        self._record, self._write = record, write

    @cached_property
    def _document(self) -> Json:
        return write_trail(self._record() if callable(self._record) else self._record)

    def to_dict(self) -> Json:
        """Return the trail's document; it is shared, so copy it before changing it."""
        return self._document

    def to_json(self) -> str:
        """Return the trail as canonical JSON, without the newline that ends a stored one."""
        return canonical_json(self._document) if self._write is None else self._write().decode()


def write_trail(record: Record) -> Json:
    """Write the trail's document with its digests."""
    document, text = _write_bare(record)
    return {**document, "digest": f"sha256:{digest_of_bytes(text)}"}


def write_trail_text(record: Record) -> bytes:
    """Write the trail's document as canonical JSON, without the newline that ends a stored one."""
    _, text = _write_bare(record)
    return _DIGEST % (digest_of_bytes(text).encode(), text[1:])


_DIGEST = b'{"digest":"sha256:%b",%b'
"""How a trail begins: its digest is the first key in order, whatever else it has."""


def _write_bare(record: Record) -> tuple[Json, bytes]:
    """Write the trail's document without the digest over it, and as canonical JSON."""
    refuse_least_size(record.linked, record.report)
    if record.linked.lookups:
        refuse_size(record.linked, count_least_of_answers(record))
    identity = write_identity(record.linked)
    if days_of(record.linked):
        from ruletrail.trails.dated import write_in_force  # noqa: PLC0415 - few rulebooks have them

        for code, written in write_in_force(record).items():
            identity["parameters"][code] |= written
    steps = write_steps(record)  # before the result: that repeats what is too much in them
    document: Json = {
        **identity,
        "report": write_report(record.report),
        "result": write_result(record),
        "steps": steps,
    }
    text = canonical_json(document).encode()
    # with the digest, and a newline at the end instead of the bracket that opens the text
    refuse_size(record.linked, len(text) + len(_DIGEST % (b"0" * 64, b"")))
    return document, text


def write_identity(linked: LinkedRulebook) -> Json:
    """Write what is the same for every report: form, engine, rulebook, sources, schema, names."""
    identity, rulebook = linked.rulebook.identity, linked.rulebook
    # a trail of language 1 is what it was before there was another language
    language = {} if rulebook.language == 1 else {"language": rulebook.language}
    return {
        "trail": TRAIL_VERSIONS[rulebook.language],
        "engine": {"name": ENGINE_NAME, "version": ENGINE_VERSION},
        "rulebook": {
            **language,
            "name": identity.name,
            "edition": identity.edition,
            "version": identity.version,
            "status": rulebook.status,
            "title": rulebook.title,
            "locale": rulebook.locale,
            "digest": linked.digest,
        },
        "sources": {
            source.id: {
                "title": source.title,
                "kind": source.kind,
                **({"url": source.url} if source.url else {}),
            }
            for source in rulebook.sources.values()
        },
        "schema": {"id": linked.schema.id, "digest": linked.schema_digest},
        "fields": write_fields(linked),
        **({"lists": write_lists(linked)} if linked.schema.lists else {}),
        "parameters": write_parameters(linked),
    }


def write_steps(record: Record) -> list[Json]:
    """Write all steps, each with the digest over itself and the digests of the steps it reads."""
    messages = {message.step: message for message in record.messages}
    places = {code: place for place, code in enumerate(record.linked.rulebook.entries)}
    steps: list[Json] = []
    digests: dict[str, str] = {}
    size = 0
    for conclusion in record.conclusions:
        code = conclusion.code
        place = places[conclusion.entry.code]
        step = {**write_step(record, conclusion, messages.get(code)), "place": place}
        read, bare = _write_for_digest(step, digests)
        size += len(
            bare
        )  # many steps may each name many missing codes, more than there is room for
        refuse_size(record.linked, size)
        step["digest"] = digests[step["id"]] = _digest(read, bare)
        steps.append(step)
    return steps


def digest_step(step: Mapping[str, Any], digests: Mapping[str, str]) -> str:
    """Digest a step without its own digest, together with the digests of the steps it reads."""
    return _digest(*_write_for_digest(step, digests))


def _write_for_digest(step: Mapping[str, Any], digests: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Write the digests of the steps that a step reads, and the step without its own."""
    bare = {key: value for key, value in step.items() if key != "digest"}
    reads = {code: digests[code] for code in step["reads"] if code in digests}
    return canonical_json(reads).encode(), canonical_json(bare).encode()


def _digest(read: bytes, bare: bytes) -> str:
    return "sha256:" + digest_of_bytes(b'{"reads":%b,"step":%b}' % (read, bare))


def write_report(report: Report) -> Json:
    """Write what was declared, numbers as their source text, and the digest over it."""
    written: Json = {
        "rulebook": str(report.reference),
        "subject": dict(report.subject),
        "fields": {
            **{code: declared.to_json() for code, declared in report.fields.items()},
            **{
                code: [{name: cell.to_json() for name, cell in row.items()} for row in rows]
                for code, rows in report.lists.items()
            },
        },
    }
    if report.printed:
        written["printed"] = {"messages": list(report.printed)}
    return {**written, "digest": digest_of(written)}


def write_result(record: Record) -> Json:
    """Write the answers: status, values, outcomes, messages, and what has no value and why."""
    by_kind: dict[type, Json] = {Decision: {}, Section: {}, Check: {}}
    values: Json = {}
    for conclusion in record.conclusions:
        kind, fact = type(conclusion.entry), conclusion.fact
        if is_of_row(conclusion):
            continue
        if kind in by_kind:
            by_kind[kind][conclusion.entry.code] = outcome_word(fact)
        elif isinstance(conclusion, RuleConclusion) and not is_non_value(fact):
            values[conclusion.entry.code] = to_json(fact)
    return {
        "status": record.status,
        "values": values,
        **({"lists": _write_lists(record)} if record.linked.schema.lists else {}),
        "decisions": by_kind[Decision],
        "sections": by_kind[Section],
        "checks": by_kind[Check],
        "messages": [{"step": message.step, "text": message.text} for message in record.messages],
        "printed": {"matched": record.printed.matched, "unmatched": list(record.printed.unmatched)},
        "declared": _agreements(record),
        "missing": missing_codes(record),
        "not_encoded": _not_encoded(record),
        "errors": _errors(record),
    }


def is_of_row(conclusion: Conclusion) -> bool:
    """Tell a step of one row, or of what rows share, from a step of the whole report."""
    if isinstance(conclusion, RowsConclusion):
        return True
    return isinstance(conclusion, RuleConclusion | CheckConclusion) and bool(conclusion.row)


def lists_of_values(record: Record) -> dict[str, list[dict[str, Fact]]]:
    """Return what the rules of each row came to where that is a value, for supplied lists."""
    lists: dict[str, list[dict[str, Fact]]] = {
        code: [{} for _ in rows] for code, rows in record.report.lists.items()
    }
    for conclusion in record.conclusions:
        if isinstance(conclusion, RuleConclusion) and conclusion.row:
            over, _, name = conclusion.entry.code.partition(".")
            if not is_non_value(conclusion.fact):
                lists[over][conclusion.row - 1][name] = conclusion.fact
    return lists


def _write_lists(record: Record) -> Json:
    return {
        code: [{name: to_json(fact) for name, fact in row.items()} for row in rows]
        for code, rows in lists_of_values(record).items()
    }


def _agreements(record: Record) -> Json:
    found: dict[str, list[str]] = {}
    for conclusion in record.conclusions:
        if isinstance(conclusion, RuleConclusion) and conclusion.agreement is not None:
            found.setdefault(conclusion.agreement, []).append(conclusion.code)
    return dict(found)


def missing_codes(record: Record) -> list[str]:
    """Name the missing codes, and the empty required fields of due sections; sorted."""
    steps = [each for each in record.conclusions if not isinstance(each, RowsConclusion)]
    codes = gather_missing(each.fact for each in steps)
    for conclusion in steps:
        if isinstance(conclusion, SectionConclusion) and conclusion.fact == "due":
            codes.update(conclusion.empty)
    return sorted(codes)


def _not_encoded(record: Record) -> list[Json]:
    found = []
    for conclusion in record.conclusions:
        if isinstance(conclusion.fact, NotEncoded):
            found.append({"step": conclusion.code, "why": conclusion.fact.why})
        elif (
            isinstance(conclusion, SectionConclusion)
            and conclusion.fact == "due"
            and conclusion.entry.not_encoded is not None
        ):
            found.append({"step": conclusion.entry.code, "why": conclusion.entry.not_encoded.why})
    return found


def _errors(record: Record) -> list[Json]:
    return [
        {"step": conclusion.code, "cause": conclusion.fact.cause, "of": conclusion.fact.of}
        for conclusion in record.conclusions
        if isinstance(conclusion.fact, ErrorValue)
    ]
