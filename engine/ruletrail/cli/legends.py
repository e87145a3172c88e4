"""What the codes and words of a workbook of answers mean, as the rows of a sheet of its own.

The first sheet is read by programs, which look for codes; people look them up here.
"""

from collections.abc import Callable, Iterator, Mapping

from ruletrail.batches.jobs import Job
from ruletrail.batches.workbook_writing import Words
from ruletrail.batches.writing import LISTS, MISSING, PROBLEMS, REASONS, ROW, STATUS, Legend
from ruletrail.cli.evaluate import STATUSES
from ruletrail.cli.status_words import OUTCOMES, name_outcome, name_status
from ruletrail.examples.expectations import without_row
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook, label_of, labels_of_outcomes
from ruletrail.linking.linked_rulebook import label_of_list, unit_of
from ruletrail.rulebooks import Decision

_TITLES = {"it": "legenda", "en": "legend"}
_HEADERS = {
    "it": ("codice", "etichetta", "unità", "che cos'è"),
    "en": ("code", "label", "unit", "what it is"),
}
_KINDS: Mapping[str, Mapping[Locale, str]] = {
    "column": {"it": "colonna di queste risposte", "en": "column of these answers"},
    "value": {"it": "valore calcolato", "en": "computed value"},
    "decision": {"it": "decisione", "en": "decision"},
    "section": {"it": "parte del modulo", "en": "part of the form"},
    "check": {"it": "controllo", "en": "check"},
    "list": {"it": "valori calcolati per ogni riga", "en": "values computed for each row"},
    "field": {"it": "dato del modulo", "en": "field of the form"},
    "status": {"it": "parola della colonna {}", "en": "word of the column {}"},
    "word": {"it": "parola di parti, controlli e decisioni",
             "en": "word of parts, checks and decisions"},
    "outcome": {"it": "esito di {}", "en": "outcome of {}"},
}  # fmt: skip
_OWN: Mapping[str, Mapping[Locale, str]] = {
    ROW: {"it": "numero della riga letta, contata sotto l'intestazione",
          "en": "number of the row that was read, counted below the header"},
    STATUS: {"it": "a che punto è la relazione", "en": "how far the report is"},
    MISSING: {"it": "che cosa manca", "en": "what is missing"},
    PROBLEMS: {"it": "perché la riga non è stata valutata", "en": "why the row was not evaluated"},
    REASONS: {"it": "perché la relazione non è completa, oltre a ciò che manca",
              "en": "why the report is not complete, beside what is missing"},
}  # fmt: skip
"""What the columns hold that every table of answers has."""


def name_words(job: Job, language: Locale) -> Words:
    """Say what the words of answers are called, by column: a decision's by their labels."""
    ours = {word: name_outcome(word, language) for word in OUTCOMES}
    entries, words = job.linked.rulebook.entries, {}
    for code in job.layout.outcomes:
        entry = entries[code]
        own = _name_own(entry, language) if isinstance(entry, Decision) else {}
        words[code] = {**ours, **own}
    return {STATUS: {name: name_status(name, language) for name in STATUSES}, **words}


def _name_own(decision: Decision, language: Locale) -> dict[str, str]:
    cases = decision.cases if isinstance(decision.cases, tuple) else ()
    own = {case.outcome: name_outcome(case.outcome, language) for case in cases}
    return {**own, **labels_of_outcomes(decision, language)}


def name_missing(linked: LinkedRulebook) -> Callable[[str], str]:
    """Return what writes the codes of a cell for people, each with its label on its own line."""

    def name(codes: str) -> str:
        return "\n".join(_name_code(linked, code) for code in codes.split(" "))

    return name


def _name_code(linked: LinkedRulebook, code: str) -> str:
    plain = without_row(code)
    label = label_of(linked, plain)
    return code if label == plain else f"{code}: {label}"


def make_legend(job: Job, language: Locale) -> Legend:
    """Return the sheet that says what each code and each word of the answers means."""
    rows = (
        *_list_columns(job, language),
        *_list_fields(job, language),
        *_list_words(job, language),
    )
    return Legend(_TITLES[language], (_HEADERS[language], *rows))


_Row = tuple[str, str, str, str]


def _list_columns(job: Job, language: Locale) -> Iterator[_Row]:
    """List the columns in their order, but for those of the input that were kept."""
    linked, layout = job.linked, job.layout
    kinds = {
        **dict.fromkeys(layout.values, "value"),
        **dict.fromkeys(layout.decisions, "decision"),
        **dict.fromkeys(layout.sections, "section"),
        **dict.fromkeys(layout.checks, "check"),
    }
    lists = {f"{LISTS}.{code}": code for code in layout.lists}
    for column in layout.columns:
        if column in kinds:
            yield _describe(linked, column, _KINDS[kinds[column]][language])
        elif column in lists:
            label = label_of_list(linked, lists[column])
            yield column, label, "", _KINDS["list"][language]
        elif column in _OWN:
            yield column, _OWN[column][language], "", _KINDS["column"][language]


def _list_fields(job: Job, language: Locale) -> Iterator[_Row]:
    """List what the form has, by whose codes it is said what is missing, or wrong."""
    linked = job.linked
    known = set(job.layout.columns)
    for code in (*linked.schema.fields, *linked.schema.lists, *linked.schema.cells):
        if code not in known:
            yield _describe(linked, code, _KINDS["field"][language])


def _describe(linked: LinkedRulebook, code: str, kind: str) -> _Row:
    label = label_of(linked, code)
    return code, "" if label == code else label, unit_of(linked, code) or "", kind


def _list_words(job: Job, language: Locale) -> Iterator[_Row]:
    """List the words that cells hold instead of values: of statuses, of steps, of decisions."""
    of_status = _KINDS["status"][language].format(STATUS)
    for status in STATUSES:
        yield status, name_status(status, language), "", of_status
    if job.layout.outcomes:
        for word in sorted(OUTCOMES):
            yield word, name_outcome(word, language), "", _KINDS["word"][language]
    for code in job.layout.decisions:
        entry = job.linked.rulebook.entries[code]
        named = _name_own(entry, language) if isinstance(entry, Decision) else {}
        for outcome, label in named.items():
            yield outcome, label, "", _KINDS["outcome"][language].format(code)
