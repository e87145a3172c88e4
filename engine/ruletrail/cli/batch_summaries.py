"""What a batch came to: how many rows, what is wrong with the first, what words of answers mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from ruletrail.analysis.inference import infer_facts
from ruletrail.batches.column_warnings import collect_column_warnings
from ruletrail.batches.jobs import Job
from ruletrail.batches.running import Summary
from ruletrail.batches.writing import tell_place
from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluate import STATUSES
from ruletrail.formats import Locale, show_count
from ruletrail.problems import Mark, quote

_TEXTS = {
    "it": {
        "rows": ("riga", "righe"),
        "complete": ("completa", "complete"),
        "incomplete": ("da completare", "da completare"),
        "invalid": ("da correggere", "da correggere"),
        "problems": ("con problemi", "con problemi"),
    },
    "en": {
        "rows": ("row", "rows"),
        "complete": ("complete", "complete"),
        "incomplete": ("incomplete", "incomplete"),
        "invalid": ("invalid", "invalid"),
        "problems": ("with problems", "with problems"),
    },
}
"""What rows come to, of one and of several."""
_TO_REVIEW = {
    "it": {
        "some": "di cui {} con controlli da rivedere",
        "all": "tutte con controlli da rivedere",
        "one": "con controlli da rivedere",
    },
    "en": {
        "some": "{} of them with checks to look at",
        "all": "all of them with checks to look at",
        "one": "with checks to look at",
    },
}
"""What is said of complete rows in which a check failed, of some, of all, and of the one."""
_NOT_BY_COLUMNS = {
    "it": {
        "memory": "la memoria non bastava per rispondere per colonne: delle righe hanno avuto "
        "risposta una per una, più lentamente; con più memoria è più rapido",
        "workers": "la memoria non bastava per rispondere per colonne: delle righe hanno avuto "
        "risposta una per una, più lentamente; con più memoria, o con meno `--workers`, è più "
        "rapido",
        "defect": "per un difetto di ruletrail ({}) delle righe hanno avuto risposta una per una e "
        "non per colonne, più lentamente; le risposte sono quelle: basta segnalarlo",
    },
    "en": {
        "memory": "memory was too short to answer by columns: rows were answered one by one, more "
        "slowly; with more memory it is faster",
        "workers": "memory was too short to answer by columns: rows were answered one by one, more "
        "slowly; with more memory, or fewer `--workers`, it is faster",
        "defect": "for a defect of ruletrail ({}) rows were answered one by one and not by "
        "columns, more slowly; the answers are right: it is enough to report it",
    },
}
"""What is said, once, where columns could not answer rows; of one worker there are no fewer."""
_ALL = {
    "it": (
        "tutti i problemi sono nella colonna `problems` di {}",
        "tutti i problemi sono sotto `problems` in {}",
    ),
    "en": ("all problems are in the column `problems` of {}", "all problems are in {}: `problems`"),
}
_WHY = {
    "it": "con `--reasons` il risultato dice anche perché una riga non è completa, oltre a ciò "
    "che manca",
    "en": "with `--reasons` the result also says why a row is not complete, beside what is missing",
}
_BELOW = {
    "it": "le righe si contano sotto l'intestazione: la {} è la riga {} del file",
    "en": "rows are counted below the header: row {} is line {} of the file",
}
_WORDS_CHOSEN = {
    "it": "con `--lang it` il foglio le scrive in italiano",
    "en": "with `--lang en` the sheet says them in words",
}
_CODES_OF_SHEET = {
    "it": "che cosa vogliono dire codici e parole sta nell'ultimo foglio",
    "en": "what codes and words mean stands in the last sheet",
}
_WORDS_OF_NON_VALUES = {
    "missing": "undetermined",
    "not_applicable": "not_applicable",
    "not_encoded": "not_encoded",
    "error": "error",
}
"""What stands for an outcome that there is none of, by what it is instead."""
_WORDS_OF_CELLS = {"it": "le parole del risultato", "en": "the words of the answers"}


def describe(summary: Summary, language: Locale) -> str:
    """Say how many rows there were, and what they came to."""
    texts = _TEXTS[language]

    def count(name: str, number: int) -> str:
        return f"{show_count(number, language)} {texts[name][number != 1]}"

    names = ("problems", "complete", "incomplete", "invalid")
    found = [count(name, n) for name in names if (n := getattr(summary.counts, name))]
    complete, reviewed = summary.counts.complete, summary.counts.to_review
    if reviewed:
        which = "some" if reviewed < complete else "all" if complete > 1 else "one"
        said = _TO_REVIEW[language][which].format(show_count(reviewed, language))
        found.insert(found.index(count("complete", complete)) + 1, said)
    return ", ".join([count("rows", summary.rows), *found])


@contextmanager
def column_notes(workers: int, console: Console) -> Iterator[None]:
    """Say once and in a sentence what warnings say to programs, also where the run fails."""
    with collect_column_warnings() as found:
        try:
            yield
        finally:
            texts = _NOT_BY_COLUMNS[console.language]
            for defect in dict.fromkeys(each.defect for each in found):
                kind = "defect" if defect else "workers" if workers > 1 else "memory"
                console.note(texts[kind].format(defect))


def tell(summary: Summary, job: Job, output: str, console: Console) -> Iterator[str]:
    """Say of the first rows with problems what is wrong; and what the words of answers mean."""
    language, is_workbook = console.language, job.layout.form == "xlsx"
    texts, counts = _TEXTS[language], summary.counts
    for row, problem in counts.told:
        yield f"{texts['rows'][0]} {show_count(row, language)}: {tell_place(problem, language)}"
        yield f"  → {problem.hint(language)}"
    row, mark = (counts.told[0][0], counts.told[0][1].mark) if counts.told else (0, Mark(""))
    if mark.line > row > 0 and job.form.header:
        shown = (show_count(number, language) for number in (row, mark.line))
        yield _BELOW[language].format(*shown)
    if counts.problems:
        yield _ALL[language][job.layout.form == "jsonl"].format(quote(output))
    if (counts.incomplete or counts.invalid) and not job.layout.has_reasons:
        yield _WHY[language]
    is_foreign = language != "en" and not (is_workbook and console.chosen)
    words = list(_list_words(job, summary)) if is_foreign else []
    if words:
        from ruletrail.cli.status_words import name_outcome, name_status  # noqa: PLC0415 - shown

        named = [
            f"{word} = {(name_status if word in STATUSES else name_outcome)(word, language)}"
            for word in words
        ]
        yield f"{_WORDS_OF_CELLS[language]}: {', '.join(named)}"
        if is_workbook:
            yield _WORDS_CHOSEN[language]
    if is_workbook:
        yield _CODES_OF_SHEET[language]


def _list_words(job: Job, summary: Summary) -> Iterator[str]:
    """List the words that answers stand in: the statuses that occur, and what else may."""
    layout, counts = job.layout, summary.counts
    found = [name for name in STATUSES if getattr(counts, name)]
    if not found:
        return
    yield from found
    yield from ("due", "not_due") if layout.sections else ()
    yield from ("passed", "failed") if layout.checks else ()
    facts = infer_facts(job.linked)
    nodes = (node for code in layout.outcomes if (node := facts.get(code)) is not None)
    possible = frozenset[str]().union(*(node.non_values for node in nodes))
    # of complete reports nothing is open, and an error makes one invalid
    is_open = bool(counts.incomplete or counts.invalid)
    met = {"missing": is_open, "not_encoded": is_open, "error": bool(counts.invalid)}
    for kind, word in _WORDS_OF_NON_VALUES.items():
        if kind in possible and met.get(kind, True):
            yield word
