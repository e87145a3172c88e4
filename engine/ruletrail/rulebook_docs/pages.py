"""A rulebook as a page: entries with formula, source, evidence, what they read and feed."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from ruletrail.analysis.field_domains import read_fragments
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_called, show_date, show_fact
from ruletrail.formulas import Call, Formula, Name, list_of
from ruletrail.formulas.lookups import Days, KeyedTable
from ruletrail.formulas.operations import LOOKUP
from ruletrail.linking import LinkedRulebook, choices_of, formulas_of, label_of_list
from ruletrail.rendering.blocks import Block, Chapter, Item, Items, Page, Paragraph, mark_copied
from ruletrail.rendering.blocks import Table as Grid
from ruletrail.rendering.markdown import write_markdown
from ruletrail.rendering.pages import write_html
from ruletrail.rendering.phrases import say
from ruletrail.rendering.texts import Line, write_lines
from ruletrail.rulebook_docs.rooms import Room
from ruletrail.rulebooks import (
    Basis,
    Check,
    Clause,
    Decision,
    Entry,
    Message,
    Rule,
    Scale,
    Section,
    Sentence,
    Table,
)
from ruletrail.rulebooks.entries import Bands
from ruletrail.schemas import FieldDeclaration
from ruletrail.trails.steps import shape_of, shape_of_unit
from ruletrail.values import NotApplicable, NotEncoded, Value, read_date

_KINDS: Mapping[str, type] = {
    "rules": Rule, "decisions": Decision, "sections": Section, "checks": Check, "messages": Message,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Writer:
    """What writing one handbook needs: the plan, the reader's language, who reads each code."""

    linked: LinkedRulebook
    language: Locale
    readers: Mapping[str, tuple[str, ...]]
    asked: Mapping[tuple[str, int], Mapping[str, None]]
    """The codes that are looked up in a scale or table, as which of its arguments."""
    room: Room

    def say(self, key: str, *parts: str, **named: str) -> str:
        return PHRASES[self.language][key].format(*parts, **named)


def write_handbook(linked: LinkedRulebook, form: str, language: Locale | None = None) -> str:
    """Write a rulebook as `markdown` or `html`; without a language in the rulebook's own."""
    return (write_html if form == "html" else write_markdown)(_make_page(linked, language))


def handbook_lines(
    linked: LinkedRulebook, language: Locale | None = None, *, width: int
) -> list[Line]:
    """Write a rulebook as lines of text for a terminal, each with its tone."""
    return write_lines(_make_page(linked, language), width)


def _make_page(linked: LinkedRulebook, language: Locale | None) -> Page:
    readers, asked = _list_lookups(linked)
    for reader, codes in linked.reads.items():
        for code in codes:
            readers.setdefault(code, {})[reader] = None
    for entry in linked.rulebook.entries.values():
        for code in entry.fields if isinstance(entry, Section) else ():
            readers.setdefault(code, {})[entry.code] = None
    found = {code: tuple(reading) for code, reading in readers.items()}
    writer = _Writer(linked, language or linked.rulebook.locale, found, asked, Room(linked))
    return _page(writer)


_Asked = dict[tuple[str, int], dict[str, None]]


def _list_lookups(linked: LinkedRulebook) -> tuple[dict[str, dict[str, None]], _Asked]:
    """List who calls each scale or table, and what is looked up in it."""
    readers: dict[str, dict[str, None]] = {}
    asked: _Asked = {}
    known = {**linked.rulebook.scales, **linked.rulebook.tables}
    for entry in linked.rulebook.entries.values() if known else ():
        for formula in formulas_of(entry):
            for code in known.keys() & formula.names:
                readers.setdefault(code, {})[entry.code] = None
            for part in formula.parts:
                if isinstance(part, Call) and part.operation is LOOKUP:
                    for at, each in enumerate(part.operands):
                        if isinstance(each, Name):
                            asked.setdefault((part.code, at), {})[each.code] = None
    return readers, asked


def _page(writer: _Writer) -> Page:
    rulebook = writer.linked.rulebook
    subtitle = [str(rulebook.identity), writer.say(rulebook.status)]
    subtitle += (
        [writer.say("since", _day(rulebook.in_force_from, writer))]
        if rulebook.in_force_from
        else []
    )
    subtitle += (
        [writer.say("until", _day(rulebook.in_force_to, writer))] if rulebook.in_force_to else []
    )
    note = writer.linked.content.get("note")
    lead: tuple[Block, ...] = (Paragraph(str(note), "note"),) if note else ()
    groups = [Item(f"{of.code}: {', '.join(of.members)}") for of in rulebook.groups.values()]
    chapters = [
        _chapter("sources", list(_sources(writer)), writer),
        _tabled("parameters", _parameters(writer), writer),
        _chapter("groups", groups, writer),
        _looked_up("scales", rulebook.scales.values(), writer),
        _looked_up("tables", rulebook.tables.values(), writer),
    ]
    for name, kind in _KINDS.items():
        entries = [entry for entry in rulebook.entries.values() if isinstance(entry, kind)]
        chapters.append(_chapter(name, [_entry(entry, writer) for entry in entries], writer))
    chapters.append(_tabled("fields", _fields(writer), writer))
    kept = tuple(chapter for chapter in chapters if chapter.blocks)
    footer = (writer.say("footer", str(rulebook.identity)),)
    return Page(writer.language, rulebook.title, (" · ".join(subtitle),), lead, kept, footer)


def _day(written: str, writer: _Writer) -> str:
    """Write a day as people do; what is no day as it stands."""
    day = read_date(written)
    return written if day is None else show_date(day, writer.language)


def _chapter(name: str, items: list[Item], writer: _Writer) -> Chapter:
    return Chapter(writer.say(name), (Items(tuple(items)),) if items else ())


def _tabled(name: str, table: Grid, writer: _Writer) -> Chapter:
    return Chapter(writer.say(name), (table,) if table.rows else ())


def _looked_up(name: str, entries: Iterable[Scale | Table], writer: _Writer) -> Chapter:
    """Write each scale or table: what it rests on, who reads it, then its bands or rows."""
    blocks: list[Block] = []
    for entry in entries:
        title = f"{entry.code}: {entry.label}" if entry.label != entry.code else entry.code
        readers = ", ".join(writer.readers.get(entry.code, ()))
        writer.room.take(title, readers)
        details = list(_basis(entry.basis, writer))
        details += [writer.say("read_by", readers)] if readers else []
        if entry.day is not None:
            details.append(writer.say("decided_by", entry.day.code))
        blocks.append(Items((Item(title, tuple(details)),)))
        blocks += _contents(entry, writer)
    return Chapter(writer.say(name), tuple(blocks))


def _contents(entry: Scale | Table, writer: _Writer) -> Iterator[Grid]:
    """Write the bands or rows, version by version where there are some."""
    for at in range(len(entry.contents)):
        version = entry.versions[at] if entry.versions else None
        since = ""
        if version is not None:
            since = "; ".join([_days(version.days, writer), *_basis(version.basis, writer)])
        if isinstance(entry, Scale):
            yield _bands(entry, entry.contents[at], since, writer)
        else:
            yield _rows(entry, entry.contents[at], since, writer)


def _days(days: Days, writer: _Writer) -> str:
    since = writer.say("since", show_fact(days.first, Format(), writer.language))
    if days.last is None:
        return since
    return f"{since} {writer.say('until', show_fact(days.last, Format(), writer.language))}"


def _bands(scale: Scale, content: Bands, since: str, writer: _Writer) -> Grid:
    """Write the bands of a scale, constants by their codes."""
    gives = say("lookup_rate" if scale.kind == "marginal" else "lookup_value", writer.language)
    first = say("lookup_point" if scale.kind == "linear" else "lookup_band", writer.language)
    of, unit = (f" ({text})" if text else "" for text in (scale.of, scale.unit))
    caption = (f"{since}: " if since else "") + writer.say(scale.kind)
    caption += writer.say("times", scale.times) if scale.times else ""
    rows = []
    for band in content.bands:
        begin = _constant(band.threshold, scale.of, writer)
        if scale.kind != "linear":
            phrase = "band_above" if band.is_past else "band_from"
            begin = say(phrase, writer.language, begin=begin)
        is_share = scale.kind == "marginal" and isinstance(band.value, Fraction)
        value = (
            _constant(band.value * 100, None, writer)
            if isinstance(band.value, Fraction) and is_share
            else _constant(band.value, scale.unit, writer)
        )
        rows.append((begin, f"{value} %" if is_share else value))
    unit = "" if scale.kind == "marginal" else unit
    return Grid(caption, (first + of, gives + unit), tuple(rows), headed=True)


def _constant(constant: Value, unit: str | None, writer: _Writer) -> str:
    if not isinstance(constant, Fraction):
        return show_fact(constant, Format(), writer.language)
    return show_fact(constant, shape_of_unit(unit).format(constant), writer.language)


MOST_ROWS = 200
"""Rows of a table that a page shows; of a longer one it says how many there are."""


def _rows(table: Table, content: KeyedTable, since: str, writer: _Writer) -> Grid:
    unit = f" ({table.unit})" if table.unit else ""
    columns = (*content.columns, say("lookup_value", writer.language) + unit)

    def show(value: Value, unit: str | None = None) -> str:
        return _constant(value, unit, writer)

    titles = [_titles(table.code, at, writer) for at in range(len(content.columns))]

    def name(key: Value, at: int) -> str:
        if isinstance(key, str) and key in titles[at]:
            return show_called(key, titles[at])
        return show(key)

    rows = []
    for row in content.rows[:MOST_ROWS]:
        keys = (", ".join(name(key, at) for key in cell) for at, cell in enumerate(row.cells))
        rows.append((*keys, show(row.value, table.unit)))
        writer.room.take(*rows[-1])
    gaps = ["–"] * (len(content.columns) - 1)
    if content.otherwise is not None:
        none = writer.say("none_applies")
        other = content.otherwise
        shown = none if isinstance(other, NotApplicable) else show(other, table.unit)
        rows.append((say("lookup_otherwise", writer.language), *gaps, shown))
    left = len(content.rows) - MOST_ROWS
    caption = writer.say("rows_left", str(MOST_ROWS), str(len(content.rows))) if left > 0 else ""
    caption = ": ".join(each for each in (since, caption) if each)
    return Grid(caption, columns, tuple(rows), headed=True)


def _titles(code: str, at: int, writer: _Writer) -> Mapping[str, str]:
    """Give what the form calls the keys of a column: the choices that are looked up in it."""
    found: dict[str, str] = {}
    for each in writer.asked.get((code, at), ()):
        for text, title in choices_of(writer.linked, each).items():
            found.setdefault(text, title)
    return found


def _sources(writer: _Writer) -> Iterator[Item]:
    for source in writer.linked.rulebook.sources.values():
        details = tuple(text for text in (source.url, source.note) if text)
        yield Item(f"{source.id}: {source.title}", details)


def _parameters(writer: _Writer) -> Grid:
    names = ("code", "label", "value", "unit", "source", "evidence")
    columns = tuple(map(writer.say, names))
    rows = []
    for parameter in writer.linked.rulebook.parameters.values():
        shape, basis = shape_of(writer.linked, parameter.code), parameter.basis
        each = [(basis, parameter.any_value, "")]
        if parameter.day is not None:
            decides = f", {writer.say('decided_by', parameter.day.code)}"
            each = [(value.basis, value.value, _days(value.days, writer) + decides)
                    for value in parameter.values]  # fmt: skip
        for own, value, days in each:
            form = shape.format(value) if isinstance(value, Fraction) else Format()
            shown = show_fact(value, form, writer.language) + (f" ({days})" if days else "")
            evidence = own.evidence or basis.evidence
            known = (
                ", ".join(own.sources or basis.sources),
                say(evidence, writer.language) if evidence else "",
            )
            rows.append((parameter.code, parameter.label, shown, parameter.unit or "", *known))
    return Grid("", columns, tuple(rows), headed=True)


def _field(writer: _Writer, field: FieldDeclaration) -> tuple[str, ...]:
    """Describe one field, or one cell of a list's rows."""
    readers = ", ".join(writer.readers.get(field.code, ()))
    choices = _choices(field, writer)
    type_ = ": ".join(filter(None, (writer.say(field.type), choices)))
    row = (field.code, field.label, type_, field.unit or "", readers)
    writer.room.take(*row)
    return row


def _choices(field: FieldDeclaration, writer: _Writer) -> str:
    """List all that a field may hold, none by its name alone: formulas compare the value."""
    called = {text: field.titles.get(text, "") for text in field.words}
    called = called or _numbers_listed(field, writer)
    names = [
        f"{name} ({text})" if name and name != text else text
        for text, name in islice(called.items(), MOST_ROWS)
    ]
    left = len(called) - MOST_ROWS
    return "; ".join([*names, *([writer.say("choices_left", str(left))] if left > 0 else [])])


def _numbers_listed(field: FieldDeclaration, writer: _Writer) -> dict[str, str]:
    """Give what the numbers are called that a field lists; empty where they have no name."""
    fragments = read_fragments(writer.linked.schema, field.code)
    listed = [
        *((each, "") for fragment in fragments for each in fragment.get("enum", ())),
        *(
            (each["const"], str(each.get("title", "")))
            for fragment in fragments
            for each in fragment.get("oneOf", ())
            if isinstance(each, Mapping) and "const" in each
        ),
    ]
    shape = shape_of(writer.linked, field.code)
    found: dict[str, str] = {}
    for value, name in listed:
        if type(value) in (int, Decimal):
            number = Fraction(value)
            found[show_fact(number, shape.format(number), writer.language)] = name
    return found


def _fields(writer: _Writer) -> Grid:
    columns = tuple(map(writer.say, ("code", "label", "type", "unit", "readers")))
    schema = writer.linked.schema
    rows = [_field(writer, field) for field in schema.fields.values()]
    for listed in schema.lists.values():
        readers = ", ".join(writer.readers.get(listed.code, ()))
        kind = writer.say("list_of_rows", str(listed.most))
        rows.append((listed.code, listed.label, kind, "", readers))
        rows += [_field(writer, cell) for cell in listed.cells.values()]
    return Grid("", columns, tuple(rows), headed=True)


def _entry(entry: Entry, writer: _Writer) -> Item:
    details = [*_own(entry, writer), *_basis(entry.basis, writer)]
    if over := list_of(entry.code):
        details.insert(0, writer.say("each_row", label_of_list(writer.linked, over)))
    readers = writer.readers.get(entry.code, ())
    names = dict.fromkeys(name for formula in formulas_of(entry) for name in formula.names)
    called = [name for name in names if name in writer.linked.rulebook.lookups]
    reads = [*writer.linked.reads[entry.code], *called]
    details += [writer.say("reads", ", ".join(reads))] if reads else []
    details += [writer.say("read_by", ", ".join(readers))] if readers else []
    writer.room.take(*details)
    items = tuple(_cases(entry, writer))
    title = f"{entry.code}: {entry.label}" if entry.label != entry.code else entry.code
    return Item(title, tuple(details), items)


def _own(entry: Entry, writer: _Writer) -> Iterator[str]:
    match entry:
        case Rule():
            yield from _clause("formula", entry.formula, writer)
            yield from _clause("when", entry.when, writer)
            if entry.rounding is not None:
                mode, decimals = say(entry.rounding.mode, writer.language), entry.rounding.decimals
                key = "cut" if entry.rounding.mode == "down" else "round"
                key += {0: "_none", 1: "_one"}.get(decimals, "")
                yield writer.say(key, decimals=str(decimals), mode=mode)
            if entry.unit is not None:
                yield writer.say("in_unit", entry.unit)
        case Decision():
            if isinstance(entry.cases, NotEncoded):
                yield writer.say("not_encoded", entry.cases.why)
            else:
                yield writer.say(entry.policy)
        case Section():
            yield from _section(entry, writer)
        case Check():
            yield from _clause("expect", entry.expect, writer)
            yield writer.say(entry.severity)
            yield from _sentence("says", entry.message, writer)
        case Message():
            yield from _clause("shown", entry.when, writer)
            if isinstance(entry.text, NotEncoded):
                yield writer.say("not_encoded", entry.text.why)
            else:
                yield from _sentence("says", entry.text, writer)


def _section(section: Section, writer: _Writer) -> Iterator[str]:
    yield from _clause("due", section.due, writer)
    if section.part_of is not None:
        yield writer.say("part_of", section.part_of)
    if section.not_encoded is not None:
        yield writer.say("not_encoded", section.not_encoded.why)
    if section.fields:
        yield writer.say("lists", ", ".join(section.fields))
    if section.optional:
        yield writer.say("optional", ", ".join(section.optional))
    yield from _sentence("says_due", section.when_due, writer)
    yield from _sentence("says_not_due", section.when_not_due, writer)


def _cases(entry: Entry, writer: _Writer) -> Iterator[Item]:
    if isinstance(entry, Rule):
        yield from _exceptions(entry, writer)
    if not isinstance(entry, Decision) or not isinstance(entry.cases, tuple):
        return
    for case in entry.cases:
        named = f"{case.label} ({case.outcome})" if case.label else case.outcome
        if case.when is None:
            text = writer.say("otherwise", named)
        else:
            text = writer.say("outcome", named, *_clause(None, case.when, writer))
        yield Item(text, (*_basis(case.basis, writer), *_sentence("says", case.message, writer)))


def _exceptions(rule: Rule, writer: _Writer) -> Iterator[Item]:
    for each in rule.exceptions:
        when = next(iter(_clause(None, each.when, writer)))
        text = writer.say("exception", each.label or when)
        details = (*_clause("formula", each.formula, writer), *_clause("when", each.when, writer))
        yield Item(text, (*details, *_basis(each.basis, writer)))


def _clause(key: str | None, clause: Clause | None, writer: _Writer) -> Iterable[str]:
    if clause is None:
        return ()
    if not isinstance(clause.content, Formula):
        return (writer.say("not_encoded", clause.content.why),)
    text = clause.content.text
    text = writer.say("always") if text == "true" else mark_copied(text)
    return (text if key is None else writer.say(key, text),)


def _sentence(key: str, sentence: Sentence | None, writer: _Writer) -> Iterator[str]:
    if sentence is not None:
        own = sentence.templates.get(writer.language)
        template = own or sentence.templates[writer.linked.rulebook.locale]
        yield writer.say(key, template.text)


def _basis(basis: Basis, writer: _Writer) -> Iterator[str]:
    if basis.sources:
        yield writer.say("from", ", ".join(basis.sources))
    if basis.evidence is not None:
        yield writer.say("how_known", say(basis.evidence, writer.language))
    if basis.note:
        yield writer.say("note", basis.note)


PHRASES: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "always": "sempre",
        "published": "pubblicato", "draft": "bozza", "since": "in vigore dal {}",
        "until": "fino al {}", "sources": "Fonti", "parameters": "Costanti", "groups": "Gruppi",
        "rules": "Regole", "decisions": "Decisioni", "sections": "Parti del modulo",
        "checks": "Controlli", "messages": "Frasi", "fields": "Campi del modulo", "code": "codice",
        "label": "nome", "value": "valore", "unit": "unità", "source": "fonte",
        "evidence": "attendibilità", "type": "tipo",
        "formula": "formula: {}",
        "when": "si applica quando: {}", "round": "arrotondato a {decimals} decimali: {mode}",
        "round_one": "arrotondato a 1 decimale: {mode}",
        "round_none": "arrotondato all'intero: {mode}",
        "cut": "troncato a {decimals} decimali", "cut_one": "troncato a 1 decimale",
        "cut_none": "troncato all'intero",
        "in_unit": "unità: {}", "reads": "usa: {}", "readers": "dove è usato",
        "read_by": "dove è usato: {}", "note": "nota: {}", "due": "da compilare quando: {}",
        "part_of": "parte di: {}", "lists": "campi: {}", "optional": "possono restare vuoti: {}",
        "expect": "deve valere: {}", "error": "se non è superato la relazione non è valida",
        "warning": "se non è superato è un avviso",
        "info": "se non è superato è una nota",
        "exception": "eccezione: {}",
        "outcome": "{}: quando {}", "otherwise": "{}: altrimenti",
        "exclusive": "i casi si escludono: vale l'unico vero", "first": "vale il primo caso vero",
        "says": "frase: «{}»", "says_due": "frase, se da compilare: «{}»",
        "says_not_due": "frase, se non da compilare: «{}»", "shown": "mostrata quando: {}",
        "not_encoded": "non codificato: {}", "from": "fonte: {}", "how_known": "attendibilità: {}",
        "scales": "Scale", "tables": "Tabelle",
        "step": "il valore dello scaglione in cui cade il numero",
        "marginal": "la somma delle parti in ogni scaglione, ciascuna per la sua aliquota",
        "linear": "la retta fra i due punti più vicini; oltre l'ultimo, il suo valore",
        "times": "; le soglie per {}", "none_applies": "non si applica",
        "rows_left": "le prime {} righe di {}", "decided_by": "secondo {}",
        "choices_left": "e altri {}",
        "list_of_rows": "elenco, al più {} righe", "each_row": "per ogni riga di: {}",
        "number": "numero", "text": "testo", "boolean": "vero/falso", "date": "data",
        "footer": "Scritto da ruletrail dal rulebook {}.",
    },
    "en": {
        "always": "always",
        "published": "published", "draft": "draft", "since": "in force since {}",
        "until": "until {}", "sources": "Sources", "parameters": "Constants", "groups": "Groups",
        "rules": "Rules", "decisions": "Decisions", "sections": "Parts of the form",
        "checks": "Checks", "messages": "Sentences", "fields": "Fields of the form", "code": "code",
        "label": "name", "value": "value", "unit": "unit", "source": "source",
        "evidence": "evidence", "type": "type",
        "formula": "formula: {}", "when": "applies when: {}",
        "round": "rounded to {decimals} decimals: {mode}",
        "round_one": "rounded to 1 decimal: {mode}", "cut": "cut to {decimals} decimals",
        "cut_one": "cut to 1 decimal", "cut_none": "cut to the whole number",
        "round_none": "rounded to the whole number: {mode}", "in_unit": "unit: {}",
        "reads": "uses: {}", "readers": "used by", "read_by": "used by: {}", "note": "note: {}",
        "due": "due when: {}", "part_of": "part of: {}", "lists": "fields: {}",
        "optional": "may stay empty: {}", "expect": "must hold: {}",
        "error": "if it fails the report is invalid", "warning": "if it fails it is a warning",
        "info": "if it fails it is a remark", "exception": "exception: {}",
        "outcome": "{}: when {}",
        "otherwise": "{}: otherwise", "exclusive": "the only true case holds",
        "first": "the first true case holds", "says": "sentence: “{}”",
        "says_due": "sentence, when due: “{}”", "says_not_due": "sentence, when not due: “{}”",
        "shown": "shown when: {}", "not_encoded": "not encoded: {}", "from": "source: {}",
        "how_known": "evidence: {}", "scales": "Scales", "tables": "Tables",
        "step": "the value of the band that the number falls into",
        "marginal": "the sum of the parts in each band, each at its rate",
        "linear": "the line between the two nearest points; past the last one, its value",
        "times": "; thresholds times {}", "none_applies": "not applicable",
        "rows_left": "the first {} rows of {}", "decided_by": "by {}",
        "choices_left": "and {} more",
        "list_of_rows": "list, {} rows at most", "each_row": "for each row of: {}",
        "number": "number", "text": "text", "boolean": "true/false", "date": "date",
        "footer": "Written by ruletrail from the rulebook {}.",
    },
}  # fmt: skip
