"""Where a value comes from, in short and back to the paper, and what reads it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ruletrail.linking.unencoded import LONGEST_REASON, speaks_of
from ruletrail.problems import Mark, Problem, ProblemsError, cut, quote
from ruletrail.rendering.blocks import Block, Chapter, Item, Items, Page, Paragraph, mark_code
from ruletrail.rendering.chapters import list_titles
from ruletrail.rendering.conclusions import (
    calculate,
    describe_branches,
    describe_not_encoded,
    explain_outcome,
    put_numbers,
    word_of,
)
from ruletrail.rendering.dated import describe_in_force, with_own_basis
from ruletrail.rendering.exceptions import describe_exceptions, formula_of
from ruletrail.rendering.expressions import list_reads, read_expression, with_names
from ruletrail.rendering.first_screens import name_field
from ruletrail.rendering.list_tables import find_rows, write_rows
from ruletrail.rendering.lookups import draw_lookups
from ruletrail.rendering.readings import (
    Reading,
    Step,
    cell_of,
    describe_non_value,
    fact_of,
    label_of,
    labels_of,
    name_code,
    name_row,
    say_sentence,
    show_reported,
    show_with_unit,
    title_of,
    written_of,
)
from ruletrail.rendering.reasons import draw_step
from ruletrail.rendering.summaries import (
    describe_report,
    describe_rulebook,
    write_draft_warning,
)
from ruletrail.rendering.trees import DEEPEST, MOST_LINES, Tree, steps_behind
from ruletrail.suggestions import (
    MOST_LISTED,
    KnownNames,
    Nearest,
    code_like,
    find_by_words,
    find_titled,
)
from ruletrail.trails.conclusions import cut_code
from ruletrail.values import is_non_value

_MOST_TITLES = 50_000
_LONGEST_ROW = 10
_MOST_READERS = 5


def find_code(reading: Reading, asked: str) -> str:
    """Find the code that somebody asks for: by itself, by how it looks, or by what it is called.

    Raises `ProblemsError` where none fits, or more than one: with why, where the rulebook says that
    it does not know such a code, else with the nearest one that it knows.
    """
    document = reading.document
    known = {*reading.steps, *document["fields"], *document["parameters"], *_list_cells(reading)}
    over, point, name = asked.partition(".")
    if point and f"{over}[*].{name}" in known and asked not in known:
        return f"{over}[*].{name}"  # the rule of a row, in all rows
    rows = find_rows(reading, over) if name and asked not in known else []
    if len(rows) == 1:
        asked = f"{rows[0]}.{name}"  # of a row that is called by its name
    written = asked if asked in known else code_like(asked)
    if written in known:
        return written
    mark, names = Mark("explain", 1, 1), KnownNames(known)
    _refuse_lookup(reading, written)
    found = _without_rows(
        names.alike(asked)
        or [cell for row in rows if (cell := f"{row}.{name}") in known]
        or _find_cells(known, asked)
        or find_titled(asked, {code: labels_of(reading, code) for code in sorted(known)})
    )
    if len(found) == 1:
        return found[0]
    unknown = _find_not_encoded(reading, asked)
    if unknown is not None:
        step, why = unknown
        details = {"text": quote(asked), "why": cut(why, LONGEST_REASON), "step": step}
        raise ProblemsError([Problem("code-not-encoded", mark, details)])
    beyond = _find_beyond(reading, asked)
    if beyond is not None:
        raise ProblemsError([beyond])
    return _find_said(reading, asked, names, found)


def _find_said(reading: Reading, asked: str, names: KnownNames, found: Sequence[str]) -> str:
    """Find the one code whose title has all words that are asked for; else suggest what has some.

    Of one word that is no code and no word of a title, the nearest code is suggested.
    """
    mark, details, is_said = Mark("explain", 1, 1), {"text": quote(asked)}, len(asked.split()) > 1
    is_partly = False
    if not found and (is_said or "_" in asked):
        codes = sorted({*names.first(_MOST_TITLES)})
        whole, partly = find_by_words(asked, {code: labels_of(reading, code) for code in codes})
        found = _without_rows(whole)
        if len(found) == 1 and is_said:
            return found[0]
        is_partly = not found
        # what looks like a code is answered by no other
        found = found or (_without_rows(partly) if is_said else [])
    if not found:
        nearest = "" if is_said else Nearest(asked, names)
        raise ProblemsError([Problem("unknown-step", mark, details, nearest)])
    if len(found) == 1:
        raise ProblemsError([Problem("unknown-step", mark, details, found[0])])
    details["known"] = _list_called(reading, found)
    wording = "" if is_partly else "steps-several"
    several = Problem("unknown-step", mark, details, advice="one-of-codes", wording=wording)
    raise ProblemsError([several])


def _list_called(reading: Reading, codes: Sequence[str]) -> str:
    """List codes with what they are called, where a reader tells them apart by that."""
    called = {code: label_of(reading, code) for code in codes[:MOST_LISTED]}
    is_told = len(set(called.values())) > 1
    listed = [
        f"{quote(code)} ({label})" if label and is_told else quote(code)
        for code, label in called.items()
    ]
    return ", ".join([*listed, *(["…"] if len(codes) > MOST_LISTED else [])])


def _refuse_lookup(reading: Reading, code: str) -> None:
    """Refuse a scale, a table or a group, which is no step of its own, and name what reads it."""
    kept = ("scales", "tables", "groups")
    callers = (
        step
        for step, said in reading.steps.items()
        if any(code in said.get(key, ()) for key in kept)
    )
    readers = list(dict.fromkeys(re.sub(r"\[[0-9]+\]", "", caller) for caller in callers))
    if readers:
        details = {"text": quote(code), "names": ", ".join(map(quote, readers[:_MOST_READERS]))}
        mark = Mark("explain", 1, 1)
        raise ProblemsError(
            [Problem("unknown-step", mark, details, "", "ask-of-readers", wording="no-step")]
        )


def _find_beyond(reading: Reading, asked: str) -> Problem | None:
    """Tell of a row, or a cell of one, that the list does not have how many rows there are."""
    over, _, rest = asked.partition("[")
    row, _, name = rest.partition("]")
    count = len(written_of(reading, over) or ()) if over in reading.lists else 0
    if not count or not row.isdecimal() or (len(row) < _LONGEST_ROW and 1 <= int(row) <= count):
        return None
    details = {"text": quote(asked), "list": quote(over), "count": str(count)}
    details["name"] = quote(f"{over}[1]{name}")
    mark, wording = Mark("explain", 1, 1), "row-beyond"
    return Problem("unknown-step", mark, details, wording=wording, advice="ask-of-a-row")


def _find_cells(known: Iterable[str], asked: str) -> list[str]:
    """List the cells of rows that somebody names without the row, or by their name alone."""
    over, _, name = asked.rpartition(".")
    cells = [(code, *_out_of_row(code)) for code in sorted(known) if "[" in code]
    return [code for code, of, called in cells if called == name and over in ("", of)]


def _without_rows(codes: Sequence[str]) -> list[str]:
    """Leave out the rows of a rule that is listed for all of them together."""
    whole = {_out_of_row(code) for code in codes if "[*]" in code}
    return [code for code in codes if "[*]" in code or _out_of_row(code) not in whole]


def _out_of_row(code: str) -> tuple[str, str]:
    """Cut a code into its list and its name: `homes[2].rent`, `homes[*].rent`."""
    return code.partition("[")[0], code.partition("].")[2]


def _list_cells(reading: Reading) -> Iterator[str]:
    """Yield the lists and the codes of their cells."""
    for over, declared in reading.lists.items():
        yield over
        for row in range(1, len(written_of(reading, over) or ()) + 1):
            yield from (f"{over}[{row}].{name}" for name in declared["fields"])


def _find_not_encoded(reading: Reading, asked: str) -> tuple[str, str] | None:
    """Find what is not encoded for a reason that speaks of a code, alone or within a range."""
    for step in reading.steps.values():
        for why in _list_reasons(step):
            if speaks_of(why, asked):
                return step["id"], why
    return None


def _list_reasons(step: Step) -> Iterator[str]:
    """Yield why parts of a step are not encoded, also where they did not come to matter."""
    waiting: list[Any] = [step]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            for key, value in here.items():
                if key in ("not_encoded", "fields_not_encoded") and isinstance(value, str):
                    yield value
                else:
                    waiting.append(value)
        elif isinstance(here, list):
            waiting.extend(here)


def explain_json(reading: Reading, code: str) -> dict[str, Any]:
    """Write an explanation for programs: the steps behind a code in order, the fields read."""
    code = _find_row(reading, code) or find_code(reading, code)
    steps = _list_behind(reading, code)
    document = reading.document
    names = [*(name for step in steps for name in step["reads"]), *(step["id"] for step in steps)]
    read = dict.fromkeys([*names, code])
    fields = {}
    for name in read:
        declared = document["fields"].get(name) or (cell_of(reading, name) if "[" in name else None)
        if declared is not None:
            written = written_of(reading, name)
            stated = {"missing": [name]} if written is None else written
            fields[name] = {**declared, "declared": stated}
    return {"explain": code, "steps": steps, "fields": fields}


def explain(reading: Reading, code: str) -> Page:
    """Say how an entry came about, or what a field holds and what reads it; of a row, of all."""
    row = _find_row(reading, code)
    code = row or find_code(reading, code)
    title = reading.say(
        "title_explained", code=_name_title(reading, code), report=describe_report(reading)
    )
    chapters = [Chapter(reading.say("used_by"), tuple(_list_readers(reading, code)))]
    roots = _list_steps_of(reading, code)
    if roots:
        tree = Tree(reading)
        grown = Items(tuple(tree.grow(root) for root in roots))
        chapters.insert(0, Chapter(reading.say("in_full"), (grown,)))
    sources = Items(list_titles(reading, _cited(reading, code)))
    chapters.append(Chapter(reading.say("sources"), (sources,)))
    lead = (*write_draft_warning(reading), *_lead(reading, code))
    told = tuple(each for each in chapters if each.blocks and each.blocks != (Items(()),))
    subtitles, footer = (describe_rulebook(reading),), (reading.say("support"),)
    return Page(reading.language, title, subtitles, lead, told, footer)


def _find_row(reading: Reading, asked: str) -> str:
    """Find the row that somebody asks for by its number or its name; empty where it is no row.

    Of a name that an entry has too the entry is meant; one that several rows have is a problem.
    """
    if asked in reading.steps or asked in reading.document["fields"] or asked in reading.lists:
        return ""
    rows = find_rows(reading, asked)
    if len(rows) > 1:
        near = Nearest(asked, KnownNames(rows))
        mark, details = Mark("explain", 1, 1), {"text": quote(asked)}
        raise ProblemsError([Problem("unknown-step", mark, details, near, "one-of-codes")])
    return rows[0] if rows else ""


def _cut_row(code: str) -> tuple[str, int]:
    """Cut the code of a row, `LIST[2]`, into list and number; others have no number."""
    over, _, rest = code.partition("[")
    row = rest.removesuffix("]")
    return (over, int(row)) if rest == f"{row}]" and row.isdigit() else (code, 0)


def _list_steps_of(reading: Reading, code: str) -> list[str]:
    """List the steps that are explained: of a row, those of its rules and checks."""
    if not _cut_row(code)[1]:
        return [code] if code in reading.steps else []
    return [each for each in reading.steps if each.startswith(f"{code}.")]


def _list_behind(reading: Reading, code: str) -> list[Step]:
    """List, in the order of the trail, the steps of what is explained and all they rest on."""
    return steps_behind(reading, _list_steps_of(reading, code))


def _name_title(reading: Reading, code: str) -> str:
    """Write a code at the top of a page; a row, and a cell of one, with the row's name."""
    over, row = _cut_row(code)
    if not row:
        over, row, _ = cut_code(code)
    called = name_row(reading, over, row).partition(". ")[2] if row else ""
    return f"{code} ({called})" if called else code


def _cited(reading: Reading, code: str) -> list[str]:
    """Name the sources that the steps behind a code cite, in the order in which they do."""
    cited: dict[str, None] = {}
    constant = with_own_basis(reading.document["parameters"].get(code, {}))
    for entry in (*_list_behind(reading, code), constant):
        written = entry.get("source", [])
        cited.update(dict.fromkeys([written] if isinstance(written, str) else written))
    return [name for name in cited if name in reading.document["sources"]]


def _lead(reading: Reading, code: str) -> Iterator[Block]:
    step, (over, row) = reading.steps.get(code), _cut_row(code)
    if row:
        label = label_of(reading, over) or over
        yield Paragraph(f"{label}, {name_row(reading, over, row)}", weight="banner")
        yield write_rows(reading, over, [row])
        return
    if step is None:
        yield Paragraph(_describe_leaf(reading, code), weight="banner")
        return
    text = f"{reading.say('in_short')}: {'; '.join(_summarise(reading, step))}"
    yield Paragraph(text, weight="banner")
    count = int(step["value"]) if step["kind"] == "rows" and step["outcome"] == "value" else 0
    if count and "condition" not in step:
        yield write_rows(reading, step["list"], range(1, count + 1))
    if "message" in step:
        yield Paragraph(reading.say("quoted_sentence", text=say_sentence(reading, step)))
    yield from draw_step(reading, step) if step["kind"] in ("decision", "section", "check") else ()
    yield from draw_lookups(reading, step)


def _describe_leaf(reading: Reading, code: str) -> str:
    """Say what a field or a constant holds."""
    parameters = reading.document["parameters"]
    if code in parameters:
        value = show_with_unit(reading, code, fact_of(parameters[code]["value"]))
        since = describe_in_force(reading, parameters[code])
        told = reading.say("by_parameter", code=name_code(reading, code), value=value)
        return f"{told}; {since}" if since else told
    if written_of(reading, code) is None:
        return reading.say("field_missing", code=name_field(reading, code))
    value = show_reported(reading, code)
    return reading.say("by_report", code=name_code(reading, code), value=value)


def _list_readers(reading: Reading, code: str) -> Iterator[Block]:
    over, row, name = cut_code(code)
    readers = _find_readers(reading, code)
    field = f"{over}.{name}" if row else code
    parts = [step for step in reading.of_kind("section") if field in step["fields"]]
    if not readers and not parts:
        yield Paragraph(reading.say("used_by_none"))
        return
    told = [(step, _place_in(reading, step, code)) for step in parts]
    told += [(step, "") for step in readers if step not in parts]
    yield Items(
        tuple(
            Item(f"{title_of(reading, step['id'])}: {word_of(reading, step)}{place}")
            for step, place in told[:MOST_LINES]
        )
    )


def _find_readers(reading: Reading, code: str) -> list[Step]:
    """Find the steps that read a code, or whose sentence shows it.

    Of a row it is those outside it that read one of its cells. What reads a rule of rows in some
    row is told once, of all rows.
    """
    if _cut_row(code)[1]:
        own = f"{code}."
        return [
            step
            for step in reading.steps.values()
            if not step["id"].startswith(own)
            and any(each.startswith(own) for each in step["reads"])
        ]
    over, is_shared, name = code.partition("[*].")
    if not is_shared:
        return [
            step
            for step in reading.steps.values()
            if code in step["reads"] or code in step.get("message", {}).get("arguments", {})
        ]
    found: dict[str, Step] = {}
    for step in reading.steps.values():
        if any(_out_of_row(each) == (over, name) and "[*]" not in each for each in step["reads"]):
            of, shared, called = cut_code(step["id"])
            whole = f"{of}[*].{called}" if shared else step["id"]
            found.setdefault(whole, reading.steps[whole])
    return list(found.values())


def _place_in(reading: Reading, section: Step, code: str) -> str:
    """Say that a code is a field of a part of the form, one of how many."""
    count = len(section["fields"])
    return reading.say_count("field_of", count, code=mark_code(code))


def _summarise(reading: Reading, step: Step) -> Iterator[str]:
    """Say a value's calculation and where its numbers come from; of an outcome, its reason.

    Who reads it may know no code: each stands beside what it is called.
    """
    name = name_code(reading, step["id"])
    expression = read_expression(reading, step, formula_of(step))
    fact, branches = fact_of(step["value"]), list(describe_branches(reading, step))
    if step["kind"] == "rows":
        names = f" = {with_names(expression)}" if expression is not None else ""
        yield f"{name}{names}: {word_of(reading, step)}"
        return
    if step["kind"] == "message":
        # of a non-value no condition says more
        word = describe_non_value(reading, fact) if is_non_value(fact) else word_of(reading, step)
        yield f"{title_of(reading, step['id'])}: {word}"
    elif step["kind"] != "rule":
        yield f"{title_of(reading, step['id'])}: {explain_outcome(reading, step)}"
    elif expression is None or is_non_value(fact):
        yield f"{name}{calculate(reading, step).removeprefix(mark_code(step['id']))}"
    else:
        numbers = put_numbers(expression)
        value = " = ".join([show_with_unit(reading, step["id"], fact), *numbers])
        whole = f"{name}: {value}"
        branches = list(describe_branches(reading, step, whole))
        yield from () if branches else (whole,)
    yield from branches
    if step["kind"] == "section":
        yield from describe_not_encoded(reading, step)
    yield from describe_exceptions(reading, step)
    if step["outcome"] == "not_applicable":
        return  # nothing was computed from its numbers
    if step["kind"] == "rule" and not branches and len(step["reads"]) <= DEEPEST:
        reads = ((code, step["reads"][code]) for code in list_reads(reading, step))
        yield from (_origin(reading, code, read) for code, read in reads if read["from"] != "rows")


def _origin(reading: Reading, code: str, read: Mapping[str, Any]) -> str:
    fact, origin, name = fact_of(read["value"]), read["from"], name_code(reading, code)
    if is_non_value(fact):
        if origin in ("report", "list"):
            return reading.say("by_missing", code=name)
        return reading.say("by_gap", code=name, gap=describe_non_value(reading, fact))
    if origin in ("decision", "section", "check"):
        phrase, word = f"by_{origin}", word_of(reading, reading.steps[code])
        phrase = "by_gap" if origin == "check" else phrase
        return reading.say(phrase, code=name, value=word, gap=word)
    value = show_with_unit(reading, code, fact)
    if origin == "rule" and str(reading.steps[code].get("formula", "")).startswith("sum("):
        count = len(reading.steps[code]["reads"])
        return reading.say_count("by_sum", count, code=name, value=value)
    if origin == "list":
        return reading.say_count("by_list", int(read["value"]), code=name, value=value)
    return reading.say(f"by_{origin}", code=name, value=value)
