"""The first screen: how the report stands, what to do, which parts are due and why, the amounts.

Every form of a page begins with it, and the brief text is nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Problem
from ruletrail.rendering.answers import (
    MOST_NAMED,
    SEVERITIES,
    Answer,
    ByHand,
    Due,
    Idle,
    Trouble,
    find_required_texts,
    join_ranges,
    list_holders,
    parts_by_field,
)
from ruletrail.rendering.blocks import (
    Block,
    Item,
    Items,
    Paragraph,
    Tone,
    find_codes,
    mark_code,
    plain,
)
from ruletrail.rendering.cited_codes import list_texts, write_cited
from ruletrail.rendering.conclusions import (
    doubt_of,
    explain_idle,
    explain_outcome,
    explain_section,
    join_reason,
    word_of,
)
from ruletrail.rendering.contradictions import (
    begin_sentence,
    list_contradictions,
    name_disagreement,
    warn_of_copies,
)
from ruletrail.rendering.exceptions import explain_exceptions, formula_of, has_formula
from ruletrail.rendering.expressions import list_reads, read_expression, with_numbers
from ruletrail.rendering.loose_fields import Loose
from ruletrail.rendering.readings import (
    Reading,
    Step,
    describe_non_value,
    fact_of,
    label_of,
    language_of_sentence,
    name_code,
    name_outcome,
    name_report,
    name_to_seal,
    say_sentence,
    show_declared,
    show_with_unit,
    title_of,
    unit_of,
)
from ruletrail.rendering.reasons import give_reason, list_lengths, list_shortfalls
from ruletrail.rendering.rooms import Room
from ruletrail.rendering.standings import is_always, list_standings, say_wait
from ruletrail.rendering.texts import cut_at_word
from ruletrail.rendering.unknown_sentences import Alike
from ruletrail.values import Missing, is_non_value

TONES: Mapping[str, Tone] = {"complete": "good", "incomplete": "open", "invalid": "bad"}
CHECK_TONES: Mapping[str, Tone] = {"error": "bad", "warning": "open", "info": "note"}
_Needing = Mapping[str, list[str]]
_BRIEF_FIELDS, _BRIEF_NAMED = 6, 4
_FEW, _LONGEST_AGAIN, _LONGEST_LINE = 2, 40, 76
_STANDARD_INPUT = "-"


def write_first_screen(reading: Reading, answer: Answer, room: Room | None) -> Iterator[Block]:
    """Write what a reader must know first; a brief screen, for which there is `room`, or all."""
    blocks = tuple(_write_blocks(reading, answer, room))
    yield from blocks
    counted = "; ".join(_count_rest(reading, answer))
    said = f"{counted[0].upper()}{counted[1:]}." if counted else ""
    said += reading.say("inferred_told") if _tells_inferred(reading, blocks) else ""
    if said:
        yield Paragraph(said.strip(), "note")
    if room is None or room.has_codes:
        yield from write_cited(reading, blocks)


def _tells_inferred(reading: Reading, blocks: Sequence[Block]) -> bool:
    """Tell whether a screen calls a rule inferred, which it then explains."""
    many = reading.say("doubt_inferred_of", names="")
    begins = [said.rstrip(": )") for said in (reading.say("doubt_inferred"), many)]
    return any(begin in text for text in list_texts(blocks) for begin in begins)


def _write_blocks(reading: Reading, answer: Answer, room: Room | None) -> Iterator[Block]:
    tasks, numbers = list_tasks(reading, answer, room)
    brief, most = room is not None, room.tasks if room is not None else len(tasks)
    warning = warn_of_copies(reading, answer.contradictions)
    if warning:
        yield Paragraph(warning, "bad", "banner")
    yield describe_status(reading, answer, len(tasks))
    if tasks:
        yield Paragraph(reading.say("to_do"), weight="title")
        yield from _numbered(reading, tasks, most, room.lines if room is not None else 0)
    if answer.sections:
        # a part that is always due has no reason of its own
        is_told = any(map(is_always, answer.sections)) and (room is None or room.has_undue_reasons)
        title = "sections_always" if is_told else "sections"
        yield Paragraph(reading.say(title), weight="title")
        told = {code: at for code, at in numbers.items() if brief and at <= most}
        yield Items(list_standings(reading, answer, told, room))
    # what an outcome means is told where no work comes before it
    is_said = not (brief and tasks)
    decisions = _decisions(reading, answer, room, is_said=is_said)
    results = (*decisions, *_amounts(reading, answer))
    if results:
        yield Paragraph(reading.say("results"), weight="title")
        yield Items(results)
    left_open = list(_list_left_open(reading, answer))
    if left_open:
        yield Paragraph(reading.say("left_open"), weight="title")
        yield from _shorten(reading, left_open, _BRIEF_FIELDS if brief else len(left_open))


def _list_left_open(reading: Reading, answer: Answer) -> Iterator[Item]:
    """Say what keeps the report from being complete and asks nothing of anybody."""
    holding = parts_by_field(answer) if answer.unasked else {}
    for code, fields in answer.unasked.items():
        step = reading.steps[code]
        named = _name_ranges(fields, MOST_NAMED)
        found = list_holders(holding, fields)
        parts = ", ".join(map(mark_code, found))
        undue = reading.say_count("of_undue", len(found), parts=parts)
        details = {"step": title_of(reading, code), "fields": named, "undue": undue}
        yield Item(reading.say_count(f"waits_{step['kind']}", len(fields), **details), tone="open")
    for by_hand in answer.by_hand:
        if not by_hand.is_task:
            yield from (_leave_open(reading, by_hand, code) for code in by_hand.steps)


def _leave_open(reading: Reading, by_hand: ByHand, code: str) -> Item:
    """Say of a sentence that nobody knows whether the form prints it, and in which case."""
    text = reading.say("print_or_not", step=title_of(reading, code))
    why = begin_sentence(reading.say("judge_why", why=by_hand.why))
    return Item(text, (*_describe_judgement(reading, reading.steps[code]), why), tone="open")


def _shorten(reading: Reading, items: list[Item], most: int) -> Iterator[Block]:
    yield Items(tuple(items[:most]))
    if len(items) > most:
        yield Paragraph(reading.say_count("more_left_open", len(items) - most), "note")


def _numbered(reading: Reading, tasks: list[Item], most: int, lines: int) -> Iterator[Block]:
    """Write the first points with their numbers, and of all others the count and a line each.

    Of codes of checks in brackets a reader has less than of such lines. Where there is room for no
    point in full, the first is a line too: what it says begins with what to do.
    """
    shown = tasks[:most] or [_say_in_a_line(replace(tasks[0], short=""))]
    yield Items(tuple(shown), numbered=True)
    hidden = tasks[len(shown) :]
    if hidden:
        is_told = bool(reading.wording.file)
        named = "" if lines else _name_checks(reading, hidden)
        details = {"named": named, "report": name_report(reading)}
        phrase = "more_tasks_told" if is_told else "more_tasks"
        yield Paragraph(reading.say_count(phrase, len(hidden), **details), "note")
        if lines:
            yield Items(tuple(_say_in_a_line(task) for task in hidden[:lines]))


def _say_in_a_line(task: Item) -> Item:
    return Item(cut_at_word(task.short or task.text, _LONGEST_LINE), tone=task.tone)


def _name_checks(reading: Reading, tasks: list[Item]) -> str:
    """Name the failed checks that a few things to do are about; of many they would say little."""
    failed = {step["id"] for step in reading.checks if step["outcome"] == "failed"}
    details = [detail for task in tasks for detail in task.details]
    codes = [code for detail in details for code, *_ in find_codes(detail) if code in failed]
    is_few = 0 < len(codes) <= _BRIEF_NAMED
    return f" ({', '.join(map(mark_code, codes))})" if is_few else ""


# -- How it stands ---------------------------------------------------------------------------------


def describe_status(reading: Reading, answer: Answer, tasks: int) -> Paragraph:
    """Say the status in plain words, and never that all is well where something is not."""
    if answer.status == "invalid":
        errors = [step for step in answer.failed if step["severity"] == SEVERITIES[0]]
        causes = (
            ("invalid_check", len(errors)),
            ("invalid_declared", len(answer.differing)),
            ("invalid_error", len(answer.troubles)),
        )
        why = "; ".join(reading.say_count(phrase, count) for phrase, count in causes if count)
        return Paragraph(reading.say("status_invalid", why=why), "bad", "banner")
    if answer.status == "complete" and not answer.is_settled:
        return Paragraph(_say_to_review(reading, answer, tasks), "open", "banner")
    status = "by_hand" if answer.is_by_hand else answer.status
    said = reading.say(f"status_{'left_open' if answer.is_left_open and not tasks else status}")
    return Paragraph(said, TONES[answer.status], "banner")


def _say_to_review(reading: Reading, answer: Answer, tasks: int) -> str:
    """Say what a complete report still needs: of a text that a part needs, that it is not there."""
    required = list(find_required_texts(reading, answer))
    if not required:
        return reading.say_count("status_to_review", tasks)
    fields = ", ".join(map(mark_code, required[:MOST_NAMED]))
    said = reading.say_count("status_textless", len(required), fields=fields)
    others = tasks - len(required)
    return f"{said} {reading.say_count('review_others', others)}" if others else said


def state_in_a_line(reading: Reading, answer: Answer) -> str:
    """Say in part of a line what the first screen begins with."""
    tasks, _ = list_tasks(reading, answer, Room())
    said = describe_status(reading, answer, len(tasks)).text
    if answer.status != "invalid":
        said = said.partition(":")[0]
    warning = name_disagreement(reading, answer.contradictions)
    return "; ".join(_begin_small(each.rstrip(".")) for each in (said, warning) if each)


def _begin_small(text: str) -> str:
    return text[:1].lower() + text[1:]


# -- What to do ------------------------------------------------------------------------------------


def list_tasks(
    reading: Reading, answer: Answer, room: Room | None
) -> tuple[list[Item], dict[str, int]]:
    """List what to do, the worst first, and the number that each section has among the points.

    Contradictions refer to the numbers of what they deny.

    Values that are read otherwise than they may be meant come first: all else may follow from them.
    What the form prints and no sentence accounts for takes long to compare, so it comes after the
    checks that name their values; and all of them come before the tasks that they may have caused.
    """
    errors = [step for step in answer.failed if step["severity"] == SEVERITIES[0]]
    slips, brief = [*_reread(reading, answer.slips, room)], room is not None
    first = len(slips) + (1 if answer.contradictions else 0)
    texts, required = (*answer.blank, *answer.hollow), find_required_texts(reading, answer)
    tasks = [
        *(_trouble(reading, each, brief=brief) for each in answer.troubles),
        *(_check(reading, step) for step in errors),
        *(_correct(reading, step) for step in answer.differing),
        *(
            _write_required(reading, each, is_blank=each[0] in answer.blank, brief=brief)
            for each in required.items()
        ),
        *(_check(reading, step) for step in answer.failed if step["severity"] != SEVERITIES[0]),
        *_compare(reading, answer.unknown, room),
    ]
    numbers: dict[str, int] = {}
    for due in answer.due:
        tasks.append(_fill_in(reading, due, answer.needing, brief=brief))
        numbers[due.section["id"]] = first + len(tasks)
    tasks += [_write_text(reading, answer, code) for code in texts if code not in required]
    tasks += [_declare(reading, each, answer.needing, brief=brief) for each in answer.loose]
    for idle in answer.idle:
        tasks.append(_take_out(reading, idle, is_first=idle is answer.idle[0]))
        numbers.setdefault(idle.section["id"], first + len(tasks))
    contradictions = list_contradictions(reading, answer.contradictions, numbers, room)
    by_hand = (_judge(reading, each) for each in answer.by_hand if each.is_task)
    return [*slips, *contradictions, *tasks, *by_hand], numbers


def _reread(reading: Reading, slips: Sequence[Problem], room: Room | None) -> Iterator[Item]:
    """Show as one point what was read otherwise than it may be meant, as it is written."""
    if len(slips) < _FEW:
        for each in slips:
            said, way_out = _tell_slip(reading, each)
            yield Item(reading.say("look_at", what=said), (way_out,), tone="open")
        return
    most = room.sentences if room is not None else len(slips)
    values = [
        Item(said, (out,), tone="open")
        for said, out in map(partial(_tell_slip, reading), slips[:most])
    ]
    if len(slips) > most:
        values.append(Item(reading.say_count("more_slips", len(slips) - most), tone="open"))
    yield Item(reading.say("reread", count=len(slips)), items=tuple(values), tone="open")


def _tell_slip(reading: Reading, slip: Problem) -> tuple[str, str]:
    """Say in the words of the remark what a value is read as, and what to write instead.

    Of the subject and of printed sentences the line says which text it is.
    """
    said = replace(slip, label="").message(reading.language)
    if slip.field is not None:
        said = f"{name_code(reading, slip.field)}: {said}"
    elif slip.mark.line:
        said = reading.say("in_line", line=str(slip.mark.line), what=said)
    return f"{said}.", f"{begin_sentence(slip.hint(reading.language))}."


def _compare(reading: Reading, unknown: Sequence[str], room: Room | None) -> Iterator[Item]:
    """Show what the form prints and the rulebook does not know, for the reader to judge."""
    if not unknown:
        return
    most = room.sentences if room is not None else len(unknown)
    said = Alike(reading)
    is_cut = room is not None and room.cuts_quotes
    sentences = [show_unknown(reading, text, said, is_cut=is_cut) for text in unknown[:most]]
    if len(unknown) > most:
        more = reading.say_count("more_sentences", len(unknown) - most)
        sentences.append(Item(more, tone="open"))
    text = reading.say_count("compare_by_hand", len(unknown))
    yield Item(text, items=tuple(sentences), tone="open")


def show_unknown(reading: Reading, text: str, said: Alike, *, is_cut: bool = False) -> Item:
    """Quote a printed text that no sentence accounts for, beside one that begins like it."""
    quoted = said.cut(text) if is_cut else text
    alike = said.find(text)
    like = (begin_sentence(reading.say("resembles", text=alike)),) if alike else ()
    return Item(reading.say("quoted_sentence", text=quoted), like, tone="open")


def _trouble(reading: Reading, trouble: Trouble, *, brief: bool) -> Item:
    """Say what cannot be computed, with the formula and its numbers; briefly the first alone."""
    text = reading.say("look_into_error", cause=describe_non_value(reading, trouble.error))
    most = MOST_NAMED if brief else len(trouble.roots)
    details = [_show_root(reading, reading.steps[code]) for code in trouble.roots[:most]]
    if len(trouble.roots) > most:
        details.append(reading.say_count("more_uncomputed", len(trouble.roots) - most))
    right = (
        (reading.say("zeros_right", report=name_to_seal(reading)),) if trouble.is_of_zeros else ()
    )
    stated = [_say_stated(reading, code) for code in trouble.stated[:most]]
    details += [*stated, *right, *_concern(reading, trouble.others)]
    return Item(text, tuple(details), tone="bad")


def _say_stated(reading: Reading, code: str) -> str:
    declared = show_declared(reading, code, reading.steps[code]["declared"]["value"])
    return reading.say("zeros_denied", code=mark_code(code), declared=declared)


def _concern(reading: Reading, codes: Sequence[str]) -> Iterator[str]:
    """Say what else something reaches, if anything that a reader knows."""
    named = name_steps(reading, codes)
    if named:
        yield reading.say("concerns", steps=named)


def _show_root(reading: Reading, step: Step) -> str:
    clause, code = formula_of(step), name_code(reading, step["id"])
    expression = read_expression(reading, step, clause) if has_formula(step) else None
    if expression is not None:
        return f"{code}: {with_numbers(expression)}"
    if step["kind"] == "decision":
        return f"{code}: {explain_outcome(reading, step)}"
    return code if has_formula(step) else f"{code}: {explain_exceptions(reading, step)}"


def _check(reading: Reading, step: Step) -> Item:
    severity = step["severity"]
    message = say_sentence(reading, step) if "message" in step else step["label"]
    text = reading.say("correct_check" if severity == SEVERITIES[0] else "look_at", what=message)
    named = f"{reading.say(f'severity_{severity}')} {mark_code(step['id'])}"
    named += doubt_of(reading, step)
    # a check's own sentence says it all; one that has none is told by its condition
    why = "" if "message" in step else f": {explain_outcome(reading, step)}"
    short = _say_briefly(reading, step, message)
    details = (*list_lengths(reading, step), begin_sentence(named + why))
    return Item(text, details, tone=CHECK_TONES[severity], short=short)


def _say_briefly(reading: Reading, step: Step, message: str) -> str:
    """Say in a line what a failed check found; of a long sentence its beginning may say nothing.

    A label says what is to be, and so that it is not; cut, it might say the contrary. The word of
    the outcome before it may deny its own: `not passed: the average does not pass the limit`.
    """
    label = f"{begin_sentence(word_of(reading, step))}: {step['label'] or message}"
    if step["label"] and step["outcome"] == "failed":
        label = reading.say("not_so", label=step["label"])
    is_read = reading.language == reading.document["rulebook"]["locale"] or "message" not in step
    is_label = is_read and len(plain(message)) > _LONGEST_LINE >= len(plain(label))
    return label if is_label or "message" not in step else message


def _correct(reading: Reading, step: Step) -> Item:
    code = step["id"]
    declared = show_declared(reading, code, step["declared"]["value"])
    details = {"code": name_code(reading, code), "declared": declared}
    idle = explain_idle(reading, step)
    if idle:
        return Item(reading.say("correct_idle", why=idle, **details), tone="bad")
    details["computed"] = show_with_unit(reading, code, fact_of(step["value"]))
    return Item(_say_correct(reading, step, details), tone="bad")


def _say_correct(reading: Reading, step: Step, details: Mapping[str, str]) -> str:
    """Say what is to be corrected: the declared value, or one of those that it is computed from."""
    origins = {code: read["from"] for code, read in step["reads"].items()}
    reads = [code for code in list_reads(reading, step) if origins[code] in ("report", "rule")]
    if not reads:
        return reading.say("correct_declared", **details)
    if str(formula_of(step).get("formula", "")).startswith("sum("):
        return reading.say("correct_addends", **details)
    if len(reads) > _BRIEF_NAMED:
        return reading.say("correct_many", count=len(reads), **details)
    return reading.say("correct_reads", reads=", ".join(map(mark_code, reads)), **details)


def _fill_in(reading: Reading, due: Due, needing: _Needing, *, brief: bool) -> Item:
    """Say that a section is to be filled in, why, what follows from it, and what is empty."""
    step = due.section
    phrase = "complete_section" if step["filled"] else "fill_in_section"
    text = reading.say(phrase, section=title_of(reading, step["id"]))
    amounts = tuple(_amount(reading, code) for code in due.amounts)
    why = "" if is_always(step) else explain_section(reading, step)
    doubt = doubt_of(reading, step, why)
    reason = (reading.say("due_because", doubt=doubt, reason=why),) if why else ()
    gap = (_gap(reading, due.not_encoded),) if due.not_encoded else ()
    fields = tuple(_list_fields(reading, due.empty, needing, brief=brief))
    return Item(text, (*reason, *amounts, *gap), fields, "open")


def _gap(reading: Reading, why: str) -> str:
    return begin_sentence(reading.say("fields_by_hand", why=why))


def _list_fields(
    reading: Reading, codes: tuple[str, ...], needing: _Needing, *, brief: bool
) -> Iterator[Item]:
    """List fields to fill in by their labels, and what each of them is needed for."""
    most, named = (_BRIEF_FIELDS, _BRIEF_NAMED) if brief else (len(codes), MOST_NAMED)
    # of one that is left out the name takes no more room than the count
    most += len(codes) == most + 1
    before = ""
    for code in codes[:most]:
        needed = name_steps(reading, needing.get(code, []), named)
        is_told = brief and needed == before and len(needed) > _LONGEST_AGAIN
        steps = reading.say("as_above") if is_told else needed
        why = (begin_sentence(reading.say("needed_by", steps=steps)),) if needed else ()
        yield Item(name_field(reading, code), why, tone="open", code=code)
        before = needed
    if len(codes) > most:
        yield Item(reading.say("more_fields", count=len(codes) - most), tone="open")


def _declare(reading: Reading, loose: Loose, needing: _Needing, *, brief: bool) -> Item:
    """Say which values an open question waits for, though no due section asks for them."""
    text = reading.say("declare")
    if loose.section is not None:
        section = title_of(reading, loose.section["id"])
        phrase = "declare_section" if loose.is_decisive else "declare_if_due"
        text = reading.say(phrase, section=section)
    if brief and loose.is_for_later and len(loose.codes) > _FEW:
        # nobody is to write them yet: their codes will do
        named = _name_ranges(loose.codes, MOST_NAMED)
        return Item(f"{text}: {named}", tone="open")
    return Item(text, (), tuple(_list_fields(reading, loose.codes, needing, brief=brief)), "open")


def _write_text(reading: Reading, answer: Answer, code: str) -> Item:
    """Say of a field without words that it needs a text: what asks for one is content with none."""
    phrase = "write_text" if code in answer.blank else "write_empty_text"
    return Item(reading.say(phrase, field=name_code(reading, code)), tone="open")


def _write_required(
    reading: Reading, required: tuple[str, Step], *, is_blank: bool, brief: bool
) -> Item:
    """Say the same of a field that a due part needs, and why: it is not to be taken out."""
    code, part = required
    phrase = "write_required_text" if is_blank else "write_empty_text"
    section = title_of(reading, part["id"])
    why = "" if is_always(part) else explain_section(reading, part, is_brief=brief)
    doubt = doubt_of(reading, part, why)
    said = (
        reading.say("required_because", section=section, doubt=doubt, reason=why)
        if why
        else reading.say("required_by", section=section)
    )
    return Item(reading.say(phrase, field=name_code(reading, code)), (said,), tone="open")


def _take_out(reading: Reading, idle: Idle, *, is_first: bool) -> Item:
    """Say that fields are filled in for nothing; one field with its label, many as ranges.

    Where to explain that, the first one says for all.
    """
    if len(idle.filled) == 1:
        named = name_code(reading, idle.filled[0])
    else:
        named = _name_ranges(idle.filled, len(idle.filled))
    section = title_of(reading, idle.section["id"])
    text = reading.say_count("take_out", len(idle.filled), fields=named)
    reason = explain_section(reading, idle.section)
    doubt = doubt_of(reading, idle.section, reason)
    why = reading.say("take_out_why", section=section, doubt=doubt, why=reason)
    where = (_say_where(reading),) if is_first else ()
    return Item(text, (why, *where), tone="open")


def _say_where(reading: Reading) -> str:
    """Say where a report has room for an explanation: JSON has none, and not all are files."""
    file = reading.wording.file
    if not file or file == _STANDARD_INPUT:
        return reading.say("explain_where_any")
    is_json = file.lower().endswith(".json")
    return reading.say("explain_where_json" if is_json else "explain_where")


def _name_ranges(codes: tuple[str, ...], most: int) -> str:
    named = [
        mark_code(first) if first == last else f"{mark_code(first)}-{mark_code(last)}"
        for first, last in join_ranges(codes)
    ]
    return ", ".join(named[:most]) + (" …" if len(named) > most else "")


def _judge(reading: Reading, by_hand: ByHand) -> Item:
    """Say what somebody has to judge, of what kind it is, and why nothing here does."""
    first, others = reading.steps[by_hand.steps[0]], by_hand.steps[1:]
    text = reading.say(_name_judgement(first), step=title_of(reading, first["id"]))
    printed = (
        begin_sentence(reading.say("printed_all_the_same", text=each)) for each in by_hand.printed
    )
    why = begin_sentence(reading.say("judge_why", why=by_hand.why))
    details = (*_describe_judgement(reading, first), why, *printed, *_concern(reading, others))
    return Item(text, details, tone="open")


def _name_judgement(step: Step) -> str:
    if "text_not_encoded" in step and "condition" in step:
        return "judge_text"
    return f"judge_{'rule' if step['kind'] == 'rows' else step['kind']}"


def _describe_judgement(reading: Reading, step: Step) -> Iterator[str]:
    """Say among which outcomes to choose, or which case it is whose sentence nobody knows."""
    # the cases of a rule are its exceptions, which have no outcomes
    cases = step.get("cases", ()) if step["kind"] == "decision" else ()
    outcomes = [name_outcome(reading, step["id"], each["outcome"]) for each in cases]
    if outcomes:
        yield begin_sentence(
            reading.say("judge_outcomes", outcomes=", ".join(dict.fromkeys(outcomes)))
        )
    if "text_not_encoded" in step and step.get("condition", "true") != "true":
        reason = give_reason(reading, step, step, follow=False)
        yield begin_sentence(reading.say("judge_case", reason=reason))


def name_field(reading: Reading, code: str) -> str:
    """Write a field's code, what the form calls it, and its unit."""
    unit = unit_of(reading, code)
    return name_code(reading, code) + (f", {unit}" if unit else "")


def name_steps(reading: Reading, codes: Sequence[str], most: int = MOST_NAMED) -> str:
    """Name steps as the form or their author calls them; checks are no part of a form.

    What stands on the form is told by its code, parts of a part by the part that they belong to.
    """
    named = dict.fromkeys(
        _name_step(reading, code)
        for code in codes
        if reading.steps[code]["kind"] != "check" and not _is_of_checks(reading, code)
    )
    return ", ".join([*named][:most]) + (" …" if len(named) > most else "")


def _is_of_checks(reading: Reading, code: str) -> bool:
    """Tell a rule of the rulebook's own, no part of the form, that checks alone read."""
    if reading.steps[code]["kind"] != "rule" or code in reading.document["fields"]:
        return False
    return reading.kinds_reading(code) == {"check"}


def _name_step(reading: Reading, code: str) -> str:
    while reading.steps[code].get("part_of", "") in reading.steps:
        code = reading.steps[code]["part_of"]
    label = "" if code in reading.document["fields"] else label_of(reading, code)
    return reading.say("quoted_sentence", text=label) if label else mark_code(code)


# -- Outcomes, amounts -----------------------------------------------------------------------------


def _decisions(
    reading: Reading, answer: Answer, room: Room | None, *, is_said: bool
) -> Iterator[Item]:
    for step in answer.decisions:
        title, waits = title_of(reading, step["id"]), say_wait(reading, step)
        has_reason = room is None or room.has_result_reasons
        bare = word_of(reading, step) + doubt_of(reading, step)
        text = f"{title}: {explain_outcome(reading, step) if has_reason else bare}"
        if waits:
            text = join_reason(reading, step, f"{title}: {word_of(reading, step)}", waits)
        tone: Tone = "open" if is_non_value(fact_of(step["value"])) else "plain"
        said = tuple(_sentence(reading, step)) if is_said else ()
        yield Item(text, tuple(list_shortfalls(reading, step)), said, tone=tone)


def _sentence(reading: Reading, step: Step) -> Iterator[Item]:
    """Say the sentence of an outcome, which holds what follows from it.

    A form that prints sentences has them already, and they are compared with these.
    """
    if "message" in step and not reading.document["report"].get("printed"):
        text, language = say_sentence(reading, step), language_of_sentence(reading, step)
        told = reading.say("quoted_sentence", text=text)
        yield Item(told, language=language if language != reading.language else "")


def _amounts(reading: Reading, answer: Answer) -> Iterator[Item]:
    for code in answer.amounts:
        step = reading.steps[code]
        fact = fact_of(step["value"])
        if is_non_value(fact):
            # what a decision that waits is called
            outcome = "undetermined" if isinstance(fact, Missing) else step["outcome"]
            text = f"{title_of(reading, code)}: {reading.say(outcome)}"
            reason = say_wait(reading, step) or describe_non_value(reading, fact)
            told = join_reason(reading, {**step, "outcome": outcome}, text, reason)
            yield Item(told, tone="open")
        else:
            yield Item(_amount(reading, code))


def _amount(reading: Reading, code: str) -> str:
    """Write a sum of money with its label, and how far it is known."""
    step = reading.steps[code]
    shown = show_with_unit(reading, code, fact_of(step["value"]))
    return f"{title_of(reading, code)}: {shown}{doubt_of(reading, step)}"


def _count_rest(reading: Reading, answer: Answer) -> Iterator[str]:
    """Count what is in order and needs no line of its own; checks as the status counts them."""
    outcomes = [step["outcome"] for step in reading.checks]
    for phrase, outcome in (("checks_passed", "passed"), ("checks_failed", "failed")):
        if outcome in outcomes:
            # where none passed nothing before says what is counted
            alone = "_alone" if outcome == "failed" and "passed" not in outcomes else ""
            yield reading.say_count(f"{phrase}{alone}", outcomes.count(outcome))
    yield from _count_declared(reading)
    printed = ", ".join(_count_printed(reading, answer))
    if printed:
        yield printed


def _count_printed(reading: Reading, answer: Answer) -> Iterator[str]:
    """Count what the form prints: the sentences of this answer, and apart all others."""
    matched = reading.document["result"]["printed"]["matched"]
    undecided = sum(len(each.printed) for each in answer.by_hand)
    others = {
        "printed_disagreeing": len(answer.contradictions),
        "printed_undecided": undecided,
        "printed_waiting_count": len(reading.wording.waiting),
        "printed_unknown": len(answer.unknown),
    }
    if matched or any(others.values()):
        yield reading.say_count("printed_found", matched)
    for phrase, count in others.items():
        if count:
            yield reading.say_count(phrase, count)


def _count_declared(reading: Reading) -> Iterator[str]:
    """Count the declared values that agree, and apart those that only do when rounded or cut."""
    declared: Mapping[str, list[str]] = reading.document["result"]["declared"]
    counts = {"agree": sum(len(declared.get(name, ())) for name in ("equal", "blank"))}
    counts |= {name: len(declared.get(name, ())) for name in ("rounded", "truncated")}
    named = [
        (count, reading.say(f"{name}_1" if count == 1 else name))
        for name, count in counts.items()
        if count
    ]
    if named:
        (count, word), *others = named
        first = reading.say_count("declared_as", count, word=word)
        yield ", ".join([first, *(f"{count} {word}" for count, word in others)])
