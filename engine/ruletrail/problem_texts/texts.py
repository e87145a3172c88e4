"""What each problem says: severity, sentence and hint; the words and hints that many share."""

from collections.abc import Mapping
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.problem_texts.doors import DOORS


@dataclass(frozen=True, slots=True)
class Text:
    """How bad a problem is, what it says and what to do, by language."""

    severity: Literal["error", "warning", "info"]
    sentences: Mapping[str, str]
    hints: Mapping[str, str]


def error(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of an error."""
    return Text("error", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def warning(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a warning."""
    return Text("warning", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


WORDS: Mapping[str, Mapping[str, str]] = {
    "number": {"it": "un numero", "en": "a number"},
    "integer": {"it": "un numero intero", "en": "a whole number"},
    "text": {"it": "un testo", "en": "a text"},
    "string": {"it": "un testo", "en": "a text"},
    "boolean": {"it": "un vero/falso", "en": "a true/false"},
    "object": {"it": "una mappa di chiavi", "en": "a map of keys"},
    "array": {"it": "un elenco", "en": "a list"},
    "null": {"it": "un valore nullo", "en": "a null"},
    "other": {"it": "un'altra forma", "en": "another form"},
    "end": {"it": "la fine del documento", "en": "the end of the document"},
    "stdout": {"it": "lo standard output", "en": "standard output"},
    "stderr": {"it": "lo standard error", "en": "standard error"},
    "it": {"it": "italiano", "en": "Italian"},
    "en": {"it": "inglese", "en": "English"},
    # what is wrong with the words of a command
    "no-command": {"it": "{word} non è un comando", "en": "{word} is no command"},
    "no-option": {
        "it": "`ruletrail {command}` non ha l'opzione {word}",
        "en": "`ruletrail {command}` has no option {word}",
    },
    "no-option-at-all": {
        "it": "`ruletrail` non ha l'opzione {word}",
        "en": "`ruletrail` has no option {word}",
    },
    "no-argument": {"it": "manca {word}", "en": "{word} is missing"},
    "no-value": {"it": "manca il valore di {option}", "en": "the value of {option} is missing"},
    "one-too-many": {"it": "{word} è di troppo", "en": "{word} is one word too many"},
    "flag-with-value": {"it": "{option} non vuole un valore", "en": "{option} takes no value"},
    "not-choice": {"it": "{option} non può essere {word}", "en": "{option} cannot be {word}"},
    "not-whole": {
        "it": "{option} vuole un numero intero, non {word}",
        "en": "{option} takes a whole number, not {word}",
    },
    "not-between": {
        "it": "{option} va da {least} a {most}, non {word}",
        "en": "{option} goes from {least} to {most}, not {word}",
    },
    "not-percent": {
        "it": "{option} vuole una percentuale da 0 a 100, non {word}",
        "en": "{option} takes a percentage from 0 to 100, not {word}",
    },
    "not-time": {
        "it": "{option} vuole un'ora come `2025-05-30T10:00:00Z`, non {word}",
        "en": "{option} takes a time like `2025-05-30T10:00:00Z`, not {word}",
    },
    "not-digest": {
        "it": "{option} vuole `sha256:` e 64 cifre esadecimali, non {word}",
        "en": "{option} takes `sha256:` and 64 hexadecimal digits, not {word}",
    },
    "not-record": {
        "it": "nessun record ha il numero {word}", "en": "no record has the number {word}",
    },
    "only-with": {
        "it": "{option} vale solo insieme a {other}", "en": "{option} goes with {other} only",
    },
    "only-for": {"it": "{option} vale solo per {other}", "en": "{option} is for {other} only"},
    **{f"kind-{kind}": {"it": it, "en": en} for kind, (it, en, *_) in DOORS.items()},
}  # fmt: skip
"""Words of ours that stand in sentences; some have placeholders, for details of the problem."""

HINTS: Mapping[str, Mapping[str, str]] = {
    name: {"it": it, "en": en}
    for name, it, en in (
        ("did-you-mean", "intendevi `{suggestion}`?", "did you mean `{suggestion}`?"),
        ("write-instead", "scrivi {instead}", "write {instead}"),
        ("file-missing", "il file non esiste: controlla nome e cartella",
            "the file does not exist: check its name and folder"),
        ("file-is-folder", "è una cartella: indica il file che contiene",
            "it is a folder: name the file inside it"),
        ("parquet-damaged", "il file è rovinato o non è Parquet: fallo scrivere di nuovo",
            "the file is damaged, or is no Parquet: have it written again"),
        ("file-not-regular", "non è un file comune: indica un file, non una pipe o un dispositivo",
            "it is no ordinary file: name a file, not a pipe or a device"),
        ("link-outside", "è un collegamento che porta fuori: metti al suo posto il file stesso",
            "it is a link that leads out: put the file itself in its place"),
        ("marks-differ", "differiscono solo i luoghi (file, riga, colonna): il testo è spostato",
            "only the places (file, line, column) differ: the rulebook's text was moved"),
        ("input-closed", "lo standard input è chiuso: indica un file, o aprilo con `<` o una pipe",
            "standard input is closed: name a file, or open it with `<` or a pipe"),
        ("disk-full", "non c'è più spazio: liberane, o scegli un altro posto",
            "there is no room left: make some, or choose another place"),
        ("stream-closed",
            "è chiuso alla scrittura: mandalo in un file o in una pipe, con `>` o `|`",
            "it is closed to writing: send it to a file or a pipe, with `>` or `|`"),
        ("no-file", "non è un file: indicane uno, o `-` per lo standard output",
            "it is no file: name one, or `-` for standard output"),
        ("trail-name",
            "le tracce delle righe si chiamano così in quella cartella: scegli un altro nome",
            "the trails of rows are called so in that folder: choose another name"),
        ("usage-of", "`ruletrail {command} --help` mostra come si usa, con esempi",
            "`ruletrail {command} --help` shows how to use it, with examples"),
        ("usage-map", "`ruletrail help` elenca i comandi, `ruletrail help COMANDO` ne spiega uno",
            "`ruletrail help` lists the commands, `ruletrail help COMMAND` explains one"),
        ("one-of-these", "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
        ("empty-word", "un argomento è vuoto: scrivi ciò che ci va, o toglilo",
            "an argument is empty: write what belongs there, or leave it out"),
        ("number-in-quotes", "scrivi {number} senza virgolette: fra virgolette è un testo",
            "write {number} without quotes: in quotes it is a text"),
        ("number-with-comma", "scrivi {number}, con il punto al posto della virgola decimale",
            "write {number}, with a point in place of the decimal comma"),
        ("number-comma-or-thousands",
            "scrivi {number} se la virgola separa i decimali, {whole} se separa le migliaia",
            "write {number} if the comma separates decimals, {whole} if it separates thousands"),
        ("number-with-thousands",
            "scrivi {number}, senza separatori delle migliaia e con il punto decimale",
            "write {number}, without thousands separators and with a decimal point"),
        ("number-alone", "scrivi {number}, senza unità di misura né altro",
            "write {number}, without a unit or anything else"),
        ("number-form", "scrivi solo cifre e, se serve, un punto: `1234.50`",
            "write digits only and, where needed, a point: `1234.50`"),
        ("number-form-comma",
            "scrivi cifre, la virgola decimale e semmai un punto ogni tre cifre: `1.234,50`",
            "write digits, the decimal comma and at most a point every three digits: `1.234,50`"),
        ("csv-decimal",
            ("nelle prime righe del file tutti i numeri sono interi e il segno decimale non si "
             "capisce: dillo con `--decimal comma` o `--decimal point`"),
            ("in the file's first rows all numbers are whole and do not tell the decimal sign: say "
             "it with `--decimal comma` or `--decimal point`")),
        ("csv-encoding",
            ("salvalo di nuovo in UTF-8; se viene da Excel in italiano prova "
             "`--encoding cp1252`"),
            "save it again as UTF-8; if it comes from Excel, try `--encoding cp1252`"),
        ("boolean-form", "scrivi `true` o `false`", "write `true` or `false`"),
        ("like-example", "scrivi per esempio {example}", "write for example {example}"),
        ("number-not-whole", "scrivi un numero senza decimali", "write a number without decimals"),
        ("text-in-quotes", "scrivilo fra virgolette, come testo", "write it in quotes, as a text"),
        *((f"door-{kind}", it, en) for kind, (*_, it, en) in DOORS.items()),
    )
}  # fmt: skip
