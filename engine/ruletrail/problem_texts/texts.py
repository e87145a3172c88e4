"""What each problem says: severity, sentence and hint; the words and hints that many share."""

from collections.abc import Mapping
from typing import Literal

from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.problem_texts.doors import DOORS


@dataclass(frozen=True, slots=True)
class Text:
    """How bad a problem is, what it says and what to do, by language."""

    severity: Literal["error", "warning", "info"]
    sentences: Mapping[str, str]
    hints: Mapping[str, str]
    many: Mapping[str, str] = field(default_factory=dict)
    """What it says once of several entries, `{names}`; empty where each is another matter."""

    def of_many(self, it: str, en: str) -> "Text":
        """Add the sentence that tells people the same of several entries at once."""
        return replace(self, many={"it": it, "en": en})


def error(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of an error."""
    return Text("error", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def info(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a remark."""
    return Text("info", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def warning(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a warning."""
    return Text("warning", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


WORDS: Mapping[str, Mapping[str, str]] = {
    "outcomes-of-section": {"it": "`due` (dovuto), `not_due` (non dovuto)",
        "en": "`due`, `not_due` (not due)"},
    "outcomes-of-check": {"it": "`passed` (superato), `failed` (non superato)",
        "en": "`passed`, `failed`"},
    "open-work": {"it": "il lavoro ammesso non è bastato",
        "en": "the work that is allowed was not enough"},
    "open-time": {"it": "il tempo non è bastato",
        "en": "the time was not enough"},
    "open-limit": {"it": "i numeri possono passare le 400 cifre",
        "en": "numbers may pass 400 digits"},
    "open-lists": {"it": "gli elenchi hanno troppe righe per provarle tutte",
        "en": "lists have too many rows to look at all"},
    "open-table": {"it": "una tabella ha più di 500 righe",
        "en": "a table has more than 500 rows"},
    "open-schema": {"it": "nessuna relazione è ammessa da entrambi gli schemi",
        "en": "no report is admitted by both schemas"},
    "open-texts": {"it": "non si è trovato un testo che superi tutte le prove",
        "en": "no text was found that passes all the tests"},
    "open-unconfirmed": {"it": "ciò che è stato trovato non si conferma valutandolo",
        "en": "what was found is not confirmed by evaluating it"},
    "number": {"it": "un numero", "en": "a number"},
    "integer": {"it": "un numero intero", "en": "a whole number"},
    "text": {"it": "un testo", "en": "a text"},
    "string": {"it": "un testo", "en": "a text"},
    "boolean": {"it": "un valore vero/falso", "en": "a true/false value"},
    "date": {"it": "una data", "en": "a date"},
    "object": {"it": "una mappa di chiavi", "en": "a map of keys"},
    "array": {"it": "un elenco", "en": "a list"},
    "null": {"it": "un valore nullo", "en": "a null"},
    "other": {"it": "un'altra forma", "en": "another form"},
    "in-language-2": {"it": ", con `language: 2`", "en": ", with `language: 2`"},
    "end": {"it": "fine documento", "en": "the end of the document"},
    "stdout": {"it": "lo standard output", "en": "standard output"},
    "stderr": {"it": "lo standard error", "en": "standard error"},
    "nameless-column": {
        "it": "numero {number}, che non ha nome,",
        "en": "number {number}, which has no name,",
    },
    "again": {
        "it": "; lo stesso per altri {count} valori di `for_each`",
        "en": "; the same for {count} more values of `for_each`",
    },
    "again-once": {
        "it": "; lo stesso per un altro valore di `for_each`",
        "en": "; the same for one more value of `for_each`",
    },
    "it": {"it": "italiano", "en": "Italian"},
    "en": {"it": "inglese", "en": "English"},
    # what is wrong with the words of a command
    "no-command": {"it": "{word} non è un comando", "en": "{word} is not a command"},
    "no-action": {
        "it": "{word} non è un'azione di `ruletrail {command}`",
        "en": "{word} is not an action of `ruletrail {command}`",
    },
    "no-actions": {
        "it": "`ruletrail {command}` non ha azioni: {word} è di troppo",
        "en": "`ruletrail {command}` has no actions: {word} is one word too many",
    },
    "not-together": {
        "it": "{option} e {other} non vanno insieme",
        "en": "{option} and {other} do not go together",
    },
    "not-form": {"it": "non so scrivere un {form}", "en": "a {form} cannot be written"},
    "not-understood": {
        "it": "le sue parole non si capiscono", "en": "its words cannot be understood",
    },
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
    "not-setting": {
        "it": "{option} vuole `CODICE=VALORE`, non {word}",
        "en": "{option} takes `CODE=VALUE`, not {word}",
    },
    "two-targets": {
        "it": "{option} riguarda un altro esito di quello che il comando nomina: {word}",
        "en": "{option} is about another target than the one that the command names: {word}",
    },
    "two-rulebooks": {
        "it": "{option} confronta due rulebook, il vecchio e il nuovo",
        "en": "{option} compares two rulebooks, the old one and the new one",
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
    # what a report is called by its status
    "status-complete": {"it": "completa", "en": "complete"},
    "status-incomplete": {"it": "da completare", "en": "incomplete"},
    "status-invalid": {"it": "da correggere", "en": "invalid"},
    # what keeps a report from being complete
    "open-missing": {"it": "manca {what}", "en": "{what} is missing"},
    "open-failed": {"it": "{what}, non superato", "en": "{what}, failed"},
    "open-differs": {
        "it": "{what}, dichiarato diverso da quello calcolato",
        "en": "{what}, declared other than computed",
    },
    "open-not-encoded": {
        "it": "{what}, non codificato: {why}", "en": "{what}, not encoded: {why}",
    },
    "open-error": {
        "it": "{what}, non si può calcolare: {cause}", "en": "{what}, cannot be computed: {cause}",
    },
    "cause-invalid_date": {"it": "nessun giorno del calendario", "en": "no day of the calendar"},
    "cause-division_by_zero": {"it": "divisione per zero", "en": "division by zero"},
    "report-first": {
        "it": "la relazione viene prima del codice", "en": "the report comes before the code",
    },
    "division-by": {
        "it": "{of} vale 0, e per zero non si divide",
        "en": "{of} is 0, by which nothing is divided",
    },
    "cause-no_case": {"it": "nessun caso è vero", "en": "no case is true"},
    "cause-conflict": {"it": "più casi sono veri insieme", "en": "more than one case is true"},
    "cause-limit": {"it": "ha più di 400 cifre", "en": "it has more than 400 digits"},
    **{f"kind-{kind}": {"it": it, "en": en} for kind, (it, en, *_) in DOORS.items()},
}  # fmt: skip
"""Words of ours that stand in sentences; some have placeholders, for details of the problem."""

OWN_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "wrong-file-named": {
        "it": "{file} è {kind}, anche se il nome dice altro",
        "en": "{file} is {kind}, though its name says otherwise",
    },
    "wrong-file-rulebook": {
        "it": "{file} è {kind}, non un rulebook",
        "en": "{file} is {kind}, no rulebook",
    },
    "formula-is-text": {
        "it": "{text} è un elenco, ma una formula o una condizione è un testo solo",
        "en": "{text} is a list, but a formula or a condition is one text",
    },
    "input-not-step": {
        "it": "{text} è un campo del modulo: lo si compila, e non dipende da altro",
        "en": "{text} is a field of the form: it is filled in, and depends on nothing else",
    },
    "label-shown": {
        "it": "per {code} la frase mostrava {text}, e nel linguaggio 2 mostra {label}",
        "en": "for {code} the sentence showed {text}, and in language 2 it shows {label}",
    },
    "no-such-code": {"it": "il codice {key} non è nel modulo", "en": "the form has no code {key}"},
    "table-no-csv": {
        "it": "{file} è {kind}, mentre `file` vuole una tabella CSV",
        "en": "{file} is {kind}, but `file` takes a CSV table",
    },
    "number-of-rows": {
        "it": "il numero di righe è {found}, ma deve essere {bound}",
        "en": "the number of rows is {found}, but it must be {bound}",
    },
    "no-column-of-form": {
        "it": "nessuna colonna si chiama come un campo del modulo",
        "en": "no column is called as a field of the form",
    },
    "no-date": {
        "it": "{text} non è nel formato di una data, anno-mese-giorno",
        "en": "{text} is not in the format of a date, year-month-day",
    },
    "empty-here": {"it": "qui non c'è scritto niente", "en": "nothing is written here"},
    "empty-text": {"it": "il testo è vuoto", "en": "the text is empty"},
    "row-beyond": {
        "it": "{text} non c'è: l'ultima riga di {list} è la {count}",
        "en": "there is no {text}: the last row of {list} is row {count}",
    },
    "row-not-named": {
        "it": "{text} si calcola in ogni riga di un elenco",
        "en": "{text} is worked out in each row of a list",
    },
    "seal-corrects-none": {
        "it": "il record {number} non è di questa relazione, che non ne corregge nessuno",
        "en": "the record {number} is not of this report, which corrects none",
    },
    "constant-of-rule": {
        "it": "{text} si calcola, o si legge nella relazione: in una scala non può stare",
        "en": "{text} is worked out, or read in the report: it cannot stand in a scale",
    },
    "scale-order-on": {
        "it": "dal {day} gli scaglioni di {text} non sono in ordine: questo non comincia dopo il"
        " precedente",
        "en": "from {day} on the bands of {text} are not in order: this one does not begin after"
        " the one before",
    },
    "key-of-none": {
        "it": "{text} non è una chiave della colonna {column} di {code}: nessuna riga risponde",
        "en": "{text} is no key of the column {column} of {code}: no row answers",
    },
    "keys-by-title": {
        "it": "nella tabella {code} nessuno può chiedere {column} {keys}: è come il modulo chiama "
        "una scelta, e una relazione ne porta il codice",
        "en": "nobody can ask the table {code} for {column} {keys}: that is what the form calls a "
        "choice, and a report holds its code",
    },
    "value-called": {
        "it": "{text} è un valore, non una funzione: si legge senza parentesi",
        "en": "{text} is a value, no function: it is read without parentheses",
    },
    "turned-keys": {
        "it": "{text} non è mai una chiave della colonna {column} di {code}, ma di un'altra",
        "en": "{text} is never a key of the column {column} of {code}, but of another one",
    },
    "no-step": {
        "it": "{text} è una scala, una tabella o un gruppo, e da sé non ha un valore",
        "en": "{text} is a scale, a table or a group, and has no value by itself",
    },
    "code-without-value": {
        "it": "{text} è un messaggio, o un controllo di righe, e non ha un valore da leggere",
        "en": "{text} is a message, or a check of rows, and has no value to read",
    },
    "unknown-code-of-value": {
        "it": "il codice {text} non esiste, con {chosen}",
        "en": "the code {text} does not exist, with {chosen}",
    },
}
"""Sentences that a problem says in place of its code's own, where more is known of the case."""

HINTS: Mapping[str, Mapping[str, str]] = {
    name: {"it": it, "en": en}
    for name, it, en in (
        ("did-you-mean", "intendevi `{suggestion}`?", "did you mean `{suggestion}`?"),
        ("did-you-mean-one-of", "intendevi {names}?", "did you mean {names}?"),
        ("one-of-codes", "intendevi uno di questi? {known}", "did you mean one of these? {known}"),
        ("row-number", "di' di quale riga, fra virgolette: {instead}",
            "say of which row, in quotes: {instead}"),
        ("no-such-row", "la prima riga è la 1; quante sono lo cambia `size(ELENCO)`",
            "the first row is 1; how many there are is changed by `size(LIST)`"),
        ("without-brackets", "scrivilo senza parentesi quadre: {instead}",
            "write it without brackets: {instead}"),
        ("formula-of-list",
            ("se devono valere tutti scrivi `a and b`, se ne basta uno `a or b`, per la somma "
            "`a + b`"),
            "write `a and b` if all must hold, `a or b` if one is enough, `a + b` for their sum"),
        ("message-always", 'di\' quando si mostra, `when: esito == "x"`; sempre, `when: "true"`',
            'say when it is shown, `when: outcome == "x"`; always, `when: "true"`'),
        ("number-with-unit",
            ("fra {expected} e {text} manca un operatore, come `*`, `and` o `>=`; se {text} è "
             "un'unità scrivi solo {expected}: la dice `unit`, accanto alla formula o nel modulo"),
            ("an operator is missing between {expected} and {text}, such as `*`, `and` or `>=`; if "
             "{text} is a unit write only {expected}: `unit` says it, beside the formula or in the "
             "form")),
        ("ask-of-readers", "chiedi di ciò che lo legge: {names}",
            "ask about what reads it: {names}"),
        ("ask-of-a-row", "chiedi di una riga che la relazione ha: {name} è della prima",
            "ask about a row that the report has: {name} is of the first"),
        ("label-shown", "rileggi la frase; togliendo `label` si mostra il codice",
            "read the sentence again; without `label` the code is shown"),
        ("day-of-form",
            "è il modulo che dice `format: date`; rileggi che cosa ne fanno formule e frasi",
            "it is the form that says `format: date`; read again what formulas and sentences do"),
        ("left-out-of-own",
            "se va bene così non c'è nulla da fare; altrimenti elenca i codici uno per uno",
            "if that is meant there is nothing to do; otherwise list the codes one by one"),
        ("decimal-or-two-values",
            "per il decimale scrivi {instead}, per due valori metti uno spazio: {apart}",
            "for the decimal write {instead}, for two values put a space: {apart}"),
        ("money-thousands", "se il punto separava le migliaia, scrivi {instead}",
            "if the point was to separate thousands, write {instead}"),
        ("nameless-column",
            "scrivi nella prima riga il codice del campo; una colonna vuota si toglie",
            "write the code of the field in the first row; an empty column is taken out"),
        ("empty-row", "la riga è vuota: toglila", "the row is empty: take it out"),
        ("subject-column", "per dire di chi è la relazione, intitola la colonna {instead}",
            "to say whose report it is, head the column {instead}"),
        ("outcomes-of", "hanno un esito {known}; per un valore c'è `ruletrail explain`",
            "what has one: {known}; for a value there is `ruletrail explain`"),
        ("nothing-else-known", "togli la chiave: qui non è previsto altro",
            "take the key out: nothing else is known here"),
        ("rows-as-list", "un elenco ha una voce per riga, con un trattino davanti: {example}",
            "a list has one item a line, with a hyphen before it: {example}"),
        ("fill-in", "aggiungi {example} con il suo valore", "add {example} with its value"),
        ("null-list", "se non ci sono righe scrivi `[]`; se il dato manca, togli anche il suo nome",
            "where there are no rows write `[]`; where it is missing, take its name out too"),
        ("subject-columns",
            ("aggiungi le colonne `subject.…` che dicono di chi è la riga;"
            " in una relazione sola sono {example}"),
            ("add the columns `subject.…` that say whose the row is;"
            " in a report of its own they are {example}")),
        ("cell-fill",
            "scrivi il suo valore nella colonna {column}; se la colonna non c'è, aggiungila",
            "write its value in the column {column}; if there is no such column, add it"),
        ("rows-too-few", "aggiungi le righe che mancano", "add the rows that are missing"),
        ("rows-too-many", "togli le righe di troppo", "take out the rows that are too many"),
        ("codes-known", "codici del modulo che qui non ci sono: {known}",
            "codes of the form that are not here: {known}"),
        ("single-value", "scrivi qui un valore solo, senza parentesi né altre chiavi",
            "write a single value here, without brackets or other keys"),
        ("write-instead", "scrivi {instead}", "write {instead}"),
        ("one-file-each", "un file alla volta: scrivi {instead}, e così per ognuno degli altri",
            "one file at a time: write {instead}, and the same for each of the others"),
        ("one-output-each",
            "un file alla volta: scrivi {instead}, e così per ognuno degli altri, con un `-o` suo",
            ("one file at a time: write {instead}, and the same for each of the others,"
             " with an `-o` of its own")),
        ("sign-or-value",
            "se il meno è di troppo scrivi {instead}; se è voluto, il modulo non ammette il valore",
            "if the minus slipped in write {instead}; if it is meant, the form does not admit it"),
        ("write-or-move", "scrivi {instead}, o sposta il file in {target}",
            "write {instead}, or move the file to {target}"),
        ("move-file", "non è al suo posto: spostalo in {target}",
            "it is out of place: move it to {target}"),
        ("there-is", "c'è {known}", "there is {known}"),
        ("there-are", "ci sono {known}", "there are {known}"),
        ("version-numbers", "una versione ha tre numeri: {instead}",
            "a version has three numbers: {instead}"),
        ("version-lacks", "manca la versione: {instead}", "the version is missing: {instead}"),
        ("base-of-none",
            ("si estende una versione, come `nome/edizione@1.0.0`; di {base} qui non c'è altro: "
             "`ruletrail list` dice che cosa c'è"),
            ("a version is extended, such as `name/edition@1.0.0`; there is nothing else of {base} "
             "here: `ruletrail list` shows what there is")),
        ("name-alone", "scrivi {instead}: l'edizione sta in `edition`",
            "write {instead}: the edition stands in `edition`"),
        ("values-one-by-one", "scrivi i valori uno per uno: {instead}",
            "write the values one by one: {instead}"),
        ("language-version", "scrivi {instead}; la lingua dei testi sta in `locale`",
            "write {instead}; the language of texts stands in `locale`"),
        ("path-from-schemas", "il percorso parte da `schemas/`: scrivi {instead}",
            "the path begins in `schemas/`: write {instead}"),
        ("add-value", "aggiungi `value` con il valore", "add `value` with the value"),
        ("add-bands", "aggiungi gli scaglioni, per esempio `bands: [{{from: 0, value: 120}}]`",
            "add the bands, for example `bands: [{{from: 0, value: 120}}]`"),
        ("add-kind",
            ("aggiungi `kind`: `step` dà un solo valore, `marginal` un'aliquota a ogni parte, "
            "`linear` la retta fra due punti"),
            ("add `kind`: `step` gives one value, `marginal` a rate to each part, `linear` the "
            "line between two points")),
        ("add-by", "aggiungi le colonne delle chiavi, per esempio `by: [zona]`",
            "add the columns of the keys, for example `by: [zone]`"),
        ("key-of-type",
            "{code} cerca {column}, che è {expected}: scrivi qui il campo o la regola che lo dà",
            "{code} looks up {column}, which is {expected}: write the field or rule that has it"),
        ("number-of-scale", "la scala {code} si legge con un numero",
            "the scale {code} is read with a number"),
        ("part-begins",
            "scrivi `{owner}:` su una riga a sé, qui sopra, senza spazi davanti",
            "write `{owner}:` on a line of its own, above this one, without spaces before it"),
        ("target-of-want",
            "togli {target} dal comando, o scrivi in {option} un suo esito",
            "leave {target} out of the command, or write one of its outcomes in {option}"),
        ("values-below",
            "scrivi sotto {key} i suoi valori, uno per riga, con due spazi davanti",
            "write its values below {key}, one a line, with two spaces before each"),
        ("keys-elsewhere",
            "{key} e altre {count} chiavi vanno sotto `{owner}:`",
            "{key} and {count} other keys belong under `{owner}:`"),
        ("two-keys-elsewhere", "{key} e {other} vanno sotto `{owner}:`",
            "{key} and {other} belong under `{owner}:`"),
        ("key-elsewhere", "{key} va sotto `{owner}:`", "{key} belongs under `{owner}:`"),
        ("key-for-absent", "manca {absent}: se è questo il suo valore, scrivi {instead}",
            "{absent} is missing: if this is its value, write {instead}"),
        ("written-for-key", "al posto di {written} scrivi {key}",
            "in the place of {written} write {key}"),
        ("subscript-of-name",
            ("una scala o una tabella si legge con le parentesi tonde, `scala(x)`; le righe di un "
            "elenco si riassumono, per esempio con `sum(elenco.x)`; le quadre servono dopo `in`"),
            ("a scale or a table is read with round brackets, `scale(x)`; the rows of a list are "
            "gathered, for example by `sum(list.x)`; square ones belong after `in`")),
        ("point-apart", "se è di una riga, scrivilo senza spazi: {instead}",
            "if it is of a row, write it without spaces: {instead}"),
        ("otherwise-none",
            "per le chiavi che non hanno una riga scrivi `otherwise: not_applicable`",
            "for the keys that have no row write `otherwise: not_applicable`"),
        ("otherwise-value",
            ("`otherwise` è un valore come quelli delle righe ({first}), o `not_applicable` senza "
             "virgolette, per le chiavi a cui la tabella non si applica"),
            ("`otherwise` is a value like those of the rows ({first}), or `not_applicable` without "
             "quotes, for the keys to which the table does not apply")),
        ("row-without-value",
            ("una riga dà un valore: togli quella delle chiavi che non ne hanno, e scrivi per loro "
             "`otherwise: not_applicable`, fuori dalle righe"),
            ("a row gives a value: take out that of the keys which have none, and write "
             "`otherwise: not_applicable` for them, outside of the rows")),
        ("percent-of-value",
            ("se {expected} è in per cento scrivi {found}, se è già un rapporto (0.05) scrivi "
             "{expected} senza `%`"),
            ("if {expected} is in per cent write {found}, if it is a ratio already (0.05) write "
             "{expected} without `%`")),
        ("turned-arguments", "gli argomenti sono scambiati: scrivi {instead}",
            "the arguments are the wrong way round: write {instead}"),
        ("band-by-rule",
            ("in una scala stanno solo numeri e parametri: togli questo scaglione, e scrivi la "
             "condizione nella regola che legge la scala, come {instead}"),
            ("a scale holds only numbers and parameters: take this band out, and write the "
             "condition in the rule that reads the scale, such as {instead}")),
        ("scale-by-rule",
            ("in una scala stanno solo numeri e parametri: ciò che cambia da una relazione "
             "all'altra si scrive nella regola che la legge, con una condizione"),
            ("a scale holds only numbers and parameters: what differs from one report to the next "
             "is written in the rule that reads it, with a condition")),
        ("example-or-nothing", "scrivi per esempio {example}; se non serve, togli la chiave",
            "write for example {example}; if there is nothing to write, take the key out"),
        ("empty-here", "scrivi ciò che ci va; se non serve, togli la chiave",
            "write what belongs here; if there is nothing to write, take the key out"),
        ("examples-beside",
            "gli esempi stanno in un file accanto, {instead}, che comincia con `test: 1`",
            "examples stand in a file beside it, {instead}, which begins by `test: 1`"),
        ("code-in-expect",
            ("ciò che dà una regola sta sotto `values`, {instead}; gli esiti sotto `decisions`, "
             "`sections` o `checks`"),
            ("what a rule gives stands below `values`, {instead}; outcomes stand below "
             "`decisions`, `sections` or `checks`")),
        ("day-of-year",
            "scrivi il giorno intero: {first} è il primo di quell'anno, {last} l'ultimo",
            "write the whole day: {first} is the first of that year, {last} the last"),
        ("exception-unless",
            ("un'eccezione ha una condizione sola: scrivi in `when` anche quando non vale, con "
             "`and not (…)`"),
            ("an exception has one condition: say in `when` when it does not hold too, by `and "
             "not (…)`")),
        ("no-iferror",
            ("`default(x, y)` dà y dove x non si applica, `if_missing(x, y)` dove x manca; un "
             "errore resta un errore"),
            ("`default(x, y)` is y where x does not apply, `if_missing(x, y)` where x is missing; "
             "an error stays an error")),
        ("times-by-parameter",
            "scrivi un parametro con il valore {instead}, e qui il suo codice",
            "write a parameter with the value {instead}, and its code here"),
        ("keys-or-text",
            "per più chiavi scrivi un elenco, {instead}; un testo con la virgola va fra virgolette",
            "for several keys write a list, {instead}; a text with a comma goes in quotes"),
        ("add-rows", "aggiungi `rows` con le righe, `file` con un CSV, o `versions` con più di uno",
            "add `rows` with its rows, `file` with a CSV, or `versions` with several"),
        ("entries-as-list",
            "scrivi un elenco: ogni voce comincia con un trattino, per esempio {example}",
            "write a list: every item begins with a dash, for example {example}"),
        ("dated-values", "scrivi `values` al posto di `value`",
            "write `values` in the place of `value`"),
        ("no-average",
            "la media è la somma divisa per quanti sono: `sum(ELENCO.campo) / size(ELENCO)`",
            "the average is the sum divided by how many there are: `sum(LIST.field) / size(LIST)`"),
        ("no-vlookup",
            ("scrivi la tabella in `tables` (`by` dice le chiavi) e chiamala per nome: "
            "`tariffa(zona)`; fasce di numeri sono una scala, in `scales`"),
            ("write the table in `tables` (`by` names its keys) and call it by its name: "
            "`fee(zone)`; bands of numbers are a scale, in `scales`")),
        ("length-or-size",
            "quanti caratteri ha un testo è {instead}, quante righe ha un elenco è {found}",
            "how many characters a text has is {instead}, how many rows a list has is {found}"),
        ("no-sumif",
            ("si contano le righe con `count(ELENCO.campo < 3)`, e si sommano con "
            "`sum(ELENCO.campo if ELENCO.altro < 3 else 0)`"),
            ("rows are counted by `count(LIST.field < 3)`, and summed up by "
            "`sum(LIST.field if LIST.other < 3 else 0)`")),
        ("no-counta",
            ("quante righe ha un elenco lo dice `size(ELENCO)`, in quante c'è un campo "
            "`count(not is_missing(ELENCO.campo))`"),
            ("how many rows a list has is `size(LIST)`, in how many a field is there "
            "`count(not is_missing(LIST.field))`")),
        ("span-of-time",
            ("a una data si sommano anni con `add_years(d, 1)`, mesi con `add_months(d, 1)`, "
            "giorni con `d + 1`; quanti ne passano fra due lo dicono `years_between(a, b)`, "
            "`months_between(a, b)` e `days_between(a, b)`"),
            ("years are added to a day by `add_years(d, 1)`, months by `add_months(d, 1)`, days by "
            "`d + 1`; how many are between two is `years_between(a, b)`, `months_between(a, b)` "
            "or `days_between(a, b)`")),
        ("condition-joined", "qui la condizione è una sola: scrivi {instead}",
            "there is one condition here: write {instead}"),
        ("condition-of-cases",
            "una decisione non ha condizioni sue: scrivila nel `when` di ogni caso",
            "a decision has no condition of its own: write it in the `when` of each case"),
        ("condition-of-readers",
            "qui non si mette una condizione: scrivila nel `when` della regola che legge la voce",
            "no condition stands here: write it in the `when` of the rule that reads the entry"),
        ("own-condition", "leggi ciò da cui dipende: scrivi qui la sua condizione",
            "read what it rests on: write its condition here"),
        ("kind-of-bands",
            "tutti gli scaglioni danno {other}: scrivi {instead}, o correggili uno per uno",
            "all bands give {other}: write {instead}, or mend them one by one"),
        ("row-value",
            "in ogni riga `value` è ciò che la tabella dà; `otherwise` sta accanto a `rows`",
            "in each row `value` is what the table gives; `otherwise` stands beside `rows`"),
        ("keys-by-code", "scrivi nella riga il codice: {instead}",
            "write the code in the row: {instead}"),
        ("keys-known", "le chiavi della colonna sono {known}",
            "the keys of the column are {known}"),
        ("limit-of-day", "il limite di un giorno si scrive {instead}",
            "the limit of a day is written {instead}"),
        ("threshold-thousands",
            "il punto separa i decimali, e {shown} vale {number}: se sono migliaia scrivi {whole}",
            "the point separates decimals, and {shown} is {number}: for thousands write {whole}"),
        ("count-not-sum", "quanti sono veri si conta: scrivi {instead} al posto di `sum(…)`",
            "how many are true is counted: write {instead} in place of `sum(…)`"),
        ("truth-as-number", "se il vero vale uno e il falso zero, scrivi {instead}",
            "if true is one and false is nought, write {instead}"),
        ("not-in-calendar", "quel giorno non c'è nel calendario: scrivine un altro",
            "there is no such day in the calendar: write another"),
        ("beyond-years",
            ("un giorno va da `0001-01-01` a `9999-12-31`; un numero, in una tabella di Arrow o "
            "Parquet, conta i giorni dal `1970-01-01`"),
            ("a day is from `0001-01-01` to `9999-12-31`; a number, in a table of Arrow or "
            "Parquet, counts days from `1970-01-01`")),
        ("day-as-date32",
            ("un giorno sta in una colonna di tipo `date32`: converti questa (`cast` in Arrow, "
            "`CAST(… AS DATE)` in SQL); per il resto usa numeri, testi o valori vero/falso"),
            ("a day stands in a column of type `date32`: cast this one (`cast` in Arrow, `CAST(… "
            "AS DATE)` in SQL); for anything else use numbers, texts or true/false values")),
        ("value-of-day",
            ("dove il dato manca scrivi None; un giorno è una data, un testo come `2025-01-31`, o "
            "un momento a mezzanotte e senza fuso, dal `0001-01-01` al `9999-12-31`"),
            ("where it is missing write None; a day is a date, a text like `2025-01-31`, or a "
            "moment at midnight without a zone, from `0001-01-01` to `9999-12-31`")),
        ("number-of-cell", "scrivi {number}; se sono davvero testi, `types: {{value: text}}`",
            "write {number}; if they are texts indeed, `types: {{value: text}}`"),
        ("percent-of-cell", "scrivi {number}, o come rapporto {share}; il segno sta in `unit`",
            "write {number}, or as a ratio {share}; the sign stands in `unit`"),
        ("template-formula",
            "scrivi una regola con la formula {instead}, e fra graffe il suo codice",
            "write a rule with the formula {instead}, and its code in braces"),
        ("linear-from", "in una scala `linear` ogni punto comincia con `from`: scrivi `from: t`",
            "in a `linear` scale each point begins by `from`: write `from: t`"),
        ("band-ends",
            "uno scaglione finisce dove comincia il seguente: togli la chiave",
            "a band ends where the next one begins: take the key out"),
        ("table-separator",
            "le celle sono separate da {sign}: salvalo con le virgole, e con il punto nei decimali",
            "the cells are separated by {sign}: save it with commas, and a point in decimals"),
        ("exception-formula",
            ("un'eccezione dà un valore, non un esito con un nome: scrivi per esempio "
             "`formula: 0`; gli esiti stanno nei `cases` di una decisione"),
            ("an exception gives a value, no named outcome: write `formula: 0` for instance; "
             "outcomes stand in the `cases` of a decision")),
        ("number-or-parameter", "scrivi un numero, o il codice di un parametro",
            "write a number, or the code of a parameter"),
        ("case-otherwise", "al posto di `when` scrivi `otherwise: true`, nell'ultimo caso",
            "in the place of `when` write `otherwise: true`, in the last case"),
        ("if-then",
            ("«se A allora B» qui è {instead}; un valore che c'è solo se A si scrive con "
             "`when: A`, o `B if A else C`"),
            ('"if A then B" is {instead} here; a value that is there only if A is written with '
             "`when: A`, or `B if A else C`")),
        ("exception-base",
            ("dove nessuna eccezione è vera vale già la `formula` della regola: togli questa, e "
             "scrivi lì che cosa vale"),
            ("where no exception is true the rule's own `formula` holds: take this one out, and "
             "write there what holds")),
        ("exceptions-unordered",
            ("fra le eccezioni non c'è un ordine: togli la chiave, e fai che le condizioni si "
             "escludano, per esempio con `and not (…)`"),
            ("exceptions have no order: take the key out, and let the conditions exclude each "
             "other, for example by `and not (…)`")),
        ("entries-without-dash",
            "togli i trattini: sotto {key} ogni voce è una chiave rientrata, {instead}",
            "take the dashes out: below {key} each entry is an indented key, {instead}"),
        ("without-call", "scrivilo senza parentesi: {instead}",
            "write it without parentheses: {instead}"),
        ("without-call-or-times",
            "scrivilo senza parentesi: {instead}; se va moltiplicato, {product}",
            "write it without parentheses: {instead}; if it is to be multiplied, {product}"),
        ("call-of-nothing",
            ("se è una scala o una tabella, scrivi fra le parentesi ciò che cerca; un codice si "
             "legge senza parentesi; le funzioni sono nella guida del linguaggio"),
            ("if it is a scale or a table, write between the brackets what it looks up; a code is "
             "read without brackets; the functions are in the guide of the language")),
        ("name-after-point", "dopo il punto manca il nome di un campo o di una regola di riga",
            "the name of a field or rule of the row is lacking after the point"),
        ("example-of-rows",
            ("ciò che una riga deve dare sta sotto `values`, con il suo numero: "
             '`"ELENCO[1].regola": 3`'),
            'what a row must give stands below `values`, by its number: `"LIST[1].rule": 3`'),
        ("rows-as-whole",
            ('di una riga si cambia una cella, `"ELENCO[1].campo": 3`; per averne altre '
             'scrivi sotto `change` quante, `"size(ELENCO)": 1`, o tutte, `ELENCO: [{…}]`'),
            ('of a row a cell is changed, `"LIST[1].field": 3`; for fewer or more write below '
             '`change` how many, `"size(LIST)": 1`, or the whole list, `LIST: [{…}]`')),
        ("year-of-day", "una data non è un anno: confronta `year(d)` con {text}, o usa `date(…)`",
            "a date is no year: compare `year(d)` with {text}, or write `date(…)`"),
        ("column-of-texts",
            ("per la cella {cell} la colonna {column} di {code} è di testi: scrivi lì un numero, o "
             "dai qui un testo"),
            ("by the cell {cell} the column {column} of {code} is one of texts: write a number "
             "there, or give a text here")),
        ("column-of-answers",
            ("per la cella {cell} la colonna {column} di {code} è di testi: nella tabella scrivi "
             "`true` o `false`, senza virgolette"),
            ("by the cell {cell} the column {column} of {code} is one of texts: in the table write "
             "`true` or `false`, without quotes")),
        ("function-since",
            "dal linguaggio 2 è una funzione: scegli un altro codice, per esempio con un suffisso",
            "since language 2 it is a function: choose another code, for example with a suffix"),
        ("rows-chosen",
            ("le righe si raccolgono con `sum(ELENCO.campo)`; solo alcune, con "
             "`sum(ELENCO.campo if condizione else 0)`, e si contano con `count(condizione)`"),
            ("rows are gathered by `sum(LIST.field)`; some of them only, by "
             "`sum(LIST.field if condition else 0)`, and counted by `count(condition)`")),
        ("table-as-csv", "scrivi le righe in un file CSV, o nel rulebook sotto `rows`",
            "write the rows in a CSV file, or in the rulebook below `rows`"),
        ("table-to-csv",
            ("cambiare il nome non basta: aprilo con il foglio di calcolo e con «Salva con nome» "
             "scegli CSV in UTF-8, con la virgola fra le celle e il punto nei decimali"),
            ("a new name is not enough: open it in the spreadsheet program and by “Save as” choose "
             "CSV in UTF-8, with commas between cells and a point in decimals")),
        ("empty-line", "togli la riga vuota", "take the empty line out"),
        ("type-of-days", 'una data si scrive `"type": "string", "format": "date"`',
            'a day is written `"type": "string", "format": "date"`'),
        ("size-or-field",
            ("quante righe ha si scrive {instead}; di un suo campo si fa per esempio la somma, "
            "`sum(ELENCO.campo)`"),
            ("how many rows it has is written {instead}; of a field of it make for instance "
            "the sum, `sum(LIST.field)`")),
        ("shown-by-rule",
            "scrivi una regola che riassume le righe, come {instead}, e fra graffe il suo codice",
            "write a rule that gathers the rows, such as {instead}, and its code in braces"),
        ("intervals-as-scale",
            ("le chiavi di {code} sono intervalli, e una tabella cerca un valore esatto: "
            "scrivi una scala, {instead}"),
            ("the keys of {code} are intervals, and a table looks up an exact value: write a "
            "scale, {instead}")),
        ("intervals-as-cases",
            ("le chiavi di {code} sono intervalli, e una tabella cerca un valore esatto: "
            "scrivi una scala, o una decisione con i confronti"),
            ("the keys of {code} are intervals, and a table looks up an exact value: write a "
            "scale, or a decision with the comparisons")),
        ("gathered", "riassumi tutte le righe, per esempio con {instead}",
            "gather all rows, for instance by {instead}"),
        ("gathered-or-row",
            ("riassumi tutte le righe, per esempio con {instead}; se vale per ogni riga la voce si "
            "chiama {row}"),
            ("gather all rows, for instance by {instead}; if it holds for each row, the entry is "
            "called {row}")),
        ("gathered-in-group",
            ("un gruppo elenca codici di tutta la relazione: scrivi una regola che riassume le "
            "righe, come {instead}, e qui il suo codice"),
            ("a group lists codes of the whole report: write a rule that gathers the rows, such as "
            "{instead}, and its code here")),
        ("day-is-named", "scrivi il codice di un campo data o di una regola data, mai di una riga",
            "write the code of a date field or of a date rule, never of a row"),
        ("formula-in-group", "scrivi una regola con questa formula, e qui il suo codice",
            "write a rule with this formula, and its code here"),
        ("yaml-brackets-in-braces",
            "fra graffe, ciò che contiene parentesi quadre o graffe sta fra virgolette: {instead}",
            "within braces, what holds brackets or braces stands in quotes: {instead}"),
        ("add-when-or-otherwise",
            "aggiungi `when`, oppure `otherwise: true` se è il caso di tutti gli altri",
            "add `when`, or `otherwise: true` if it is the case of all others"),
        ("toml-folder", 'scrivi una cartella: `{key} = "cartella"`',
            'write a folder: `{key} = "folder"`'),
        ("yaml-equals", "al posto di {text} vanno i due punti: {instead}",
            "in the place of {text} belongs a colon: {instead}"),
        ("yaml-goes-on-or-key",
            ("se questa riga continua il testo della riga {line}, rientrala di due spazi in più di "
            "quella; se è una voce nuova, mancano i due punti: {instead}"),
            ("if this line goes on with the text of line {line}, indent it by two spaces more than "
            "that; if it is a new entry, a colon is missing: {instead}")),
        ("yaml-quote-number", "{text} davanti a un numero è di troppo: scrivi {number}",
            "{text} before a number is too much: write {number}"),
        ("sheet-error",
            "{text} è un errore del foglio di calcolo: scrivi il valore; se manca, togli la riga",
            ("{text} is an error of the spreadsheet: write the value; if there is none, take the "
            "line out")),
        ("second-document",
            ("se da qui comincia un secondo documento, mettilo in un file suo; se no togli la "
            "ripetizione"),
            ("if a second document begins here, put it in a file of its own; else take the "
            "repetition out")),
        ("yaml-goes-on",
            "questa riga continua il valore della riga {line}: rientrala di due spazi in più",
            "this line goes on with the value of line {line}: indent it by two spaces more"),
        ("yaml-lone-line",
            "la riga {line} è rientrata di {found}, quelle dopo di {count}: rientrala come loro",
            "line {line} is indented by {found}, those after it by {count}: indent it like them"),
        ("yaml-braces-in-text", "il testo contiene graffe: mettilo fra virgolette, {instead}",
            "the text holds braces: put it in quotes, {instead}"),
        ("value-without-unit", "scrivi il numero solo, {number}; l'unità va in `unit`",
            "write the number alone, {number}; the unit belongs in `unit`"),
        ("folder-missing", "la cartella non c'è: creala, o scegli un altro posto",
            "the folder is not there: make it, or choose another place"),
        ("file-read-only",
            "il file è di sola lettura: dagli il permesso di scrittura, o scegli un altro nome",
            "the file is read-only: give yourself the right to write it, or choose another name"),
        ("file-changed", "qualcuno l'ha scritto nel frattempo: ripeti il comando",
            "somebody wrote it meanwhile: run the command again"),
        ("header-of-codes",
            ("una colonna per campo, con il suo codice ({known}), e una relazione per riga; "
             "in un CSV e in un foglio i codici stanno nella prima riga"),
            ("a column for each field, with its code ({known}), and a report in each row; in a "
             "CSV and in a sheet the codes stand in the first row")),
        ("percent-value-sign", "scrivi il numero solo, {number}; il segno `%` va in `unit`",
            "write the number alone, {number}; the sign `%` belongs in `unit`"),
        ("json-quotes", "in JSON un testo sta fra virgolette doppie diritte: {instead}",
            "in JSON a text stands in straight double quotes: {instead}"),
        ("json-comment", "JSON non ha commenti: toglilo", "JSON has no comments: take it away"),
        ("yaml-hash-number", "`#` comincia un commento: scrivi {instead}, senza `#`",
            "`#` begins a comment: write {instead}, without `#`"),
        ("yaml-hash", "`#` comincia un commento: metti il testo fra virgolette, {instead}",
            "`#` begins a comment: put the text in quotes, {instead}"),
        ("yaml-value", "scrivi il valore", "write the value"),
        ("yaml-entry-dash", "le voci sono chiavi, senza trattino: {instead}",
            "entries are keys, without a dash: {instead}"),
        ("compare-versions",
            ("due versioni di un rulebook le confronta `ruletrail diff`, due risposte `ruletrail "
            "whatif` con `--set`"),
            ("`ruletrail diff` compares two versions of a rulebook, `ruletrail whatif` with "
            "`--set` two answers")),
        ("new-name", "usa lettere minuscole senza accenti, cifre, `-` e `_`: {instead}",
            "use lower-case letters without accents, digits, `-` and `_`: {instead}"),
        ("seal-incomplete", "completala; oppure sigillala così con {option}",
            "complete it; or seal it as it is with {option}"),
        ("seal-invalid", "correggila; oppure sigillala così con {option}",
            "correct it; or seal it as it is with {option}"),
        ("archive-empty", "l'archivio non ha ancora record: sigilla senza `--correction-of`",
            "the archive holds no record yet: seal without `--correction-of`"),
        ("archive-missing",
            "controlla nome e cartella; un archivio comincia con `ruletrail seal RELAZIONE`",
            "check its name and folder; an archive begins with `ruletrail seal REPORT`"),
        ("file-missing", "il file non esiste: controlla nome e cartella",
            "the file does not exist: check its name and folder"),
        ("file-is-folder", "è una cartella: indica un file al suo interno",
            "it is a folder: name a file inside it"),
        ("parquet-damaged", "il file è rovinato o non è Parquet: fallo scrivere di nuovo",
            "the file is damaged, or is not Parquet: have it written again"),
        ("file-not-regular", "non è un file comune: indica un file, non una pipe o un dispositivo",
            "it is not an ordinary file: name a file, not a pipe or a device"),
        ("arguments-known", "gli argomenti sono {known}", "the arguments are {known}"),
        ("link-outside", "è un collegamento che porta fuori: metti al suo posto il file stesso",
            "it is a link that leads out: put the file itself in its place"),
        ("marks-differ", "differiscono solo i luoghi (file, riga, colonna): il testo è spostato",
            "only the places (file, line, column) differ: the rulebook's text was moved"),
        ("input-closed", "lo standard input è chiuso: indica un file, o aprilo con `<` o una pipe",
            "standard input is closed: name a file, or open it with `<` or a pipe"),
        ("memory-short",
            ("chiudi altri programmi, usa meno `--workers`, dividi l'ingresso, o alza il limite "
            "della memoria (`ulimit -v`)"),
            ("close other programs, use fewer `--workers`, split the input, or raise the limit of "
            "memory (`ulimit -v`)")),
        ("disk-full", "non c'è più spazio: liberane, o scegli un altro posto",
            "there is no room left: make some, or choose another place"),
        ("stream-closed",
            "è chiuso alla scrittura: mandalo in un file o in una pipe, con `>` o `|`",
            "it is closed to writing: send it to a file or a pipe, with `>` or `|`"),
        ("no-file", "non è un file: indicane uno, o `-` per lo standard output",
            "it is not a file: name one, or `-` for standard output"),
        ("trail-name",
            "le tracce delle righe si chiamano così in quella cartella: scegli un altro nome",
            "the trails of rows are called so in that folder: choose another name"),
        ("usage-of", "`ruletrail {command} --help` mostra come si usa, con esempi",
            "`ruletrail {command} --help` shows how to use it, with examples"),
        ("usage-map", "`ruletrail help` elenca i comandi, `ruletrail help COMANDO` ne spiega uno",
            "`ruletrail help` lists the commands, `ruletrail help COMMAND` explains one"),
        ("empty-report",
            ("una relazione ha almeno `rulebook: nome/edizione`, `subject:` e `fields:` con un "
             "valore per riga"),
            ("a report has at least `rulebook: name/edition`, `subject:`, and `fields:` with a "
             "value a line")),
        ("explain-step", "`ruletrail explain {report} {step}` mostra da dove viene",
            "`ruletrail explain {report} {step}` shows where it comes from"),
        ("write-missing",
            "scrivilo nella relazione; `ruletrail explain {report} {step}` mostra che cosa lo usa",
            "write it into the report; `ruletrail explain {report} {step}` shows what uses it"),
        ("codes-of", "`ruletrail docs {rulebook}` elenca i codici",
            "`ruletrail docs {rulebook}` lists the codes"),
        ("output-forms",
            ("usa {known}, o di' la forma con `--format`; una pagina `.html` si stampa in PDF dal "
             "browser"),
            ("use {known}, or say the form with `--format`; a browser prints an `.html` page to "
             "PDF")),
        ("graph-forms",
            ("usa `.mmd` o `.dot`, o di' la lingua con `--format`; un'immagine la fa Graphviz: "
             "`dot -Tsvg`"),
            ("use `.mmd` or `.dot`, or say the language with `--format`; Graphviz makes a picture: "
             "`dot -Tsvg`")),
        ("one-of-these", "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
        ("empty-word", "un argomento è vuoto: scrivi ciò che ci va, o toglilo",
            "an argument is empty: write what belongs there, or leave it out"),
        ("comma-too-many", "togli la virgola prima di {closer}",
            "take away the comma before {closer}"),
        ("comma-lacks", "manca una virgola prima di {near}", "a comma is missing before {near}"),
        ("comma-lacks-at-end", "manca una virgola alla fine della riga {line}",
            "a comma is missing at the end of line {line}"),
        ("no-today", "una risposta non cambia da un giorno all'altro: leggi il giorno da un campo",
            "no answer changes from one day to the next: read the day from a field"),
        ("unquoted", "togli le virgolette: {text}", "take away the quotes: {text}"),
        ("number-in-quotes", "scrivi {number} senza virgolette: fra virgolette è un testo",
            "write {number} without quotes: in quotes it is a text"),
        ("number-with-comma", "scrivi {number}, con il punto al posto della virgola decimale",
            "write {number}, with a point in place of the decimal comma"),
        ("number-comma-or-thousands",
            "scrivi {number} se la virgola separa i decimali, {whole} se separa le migliaia",
            "write {number} if the comma separates decimals, {whole} if it separates thousands"),
        ("number-or-values",
            ("scrivi {number} se lo spazio separa le migliaia; se sono più valori, ognuno va nel "
            "suo campo"),
            ("write {number} if the space separates thousands; if they are several values, each "
            "belongs in its own field")),
        ("whole-with-thousands", "scrivi {number}, senza separatori delle migliaia",
            "write {number}, without thousands separators"),
        ("whole-without-decimals", "scrivi {number}, senza decimali né separatori",
            "write {number}, without decimals or separators"),
        ("number-with-thousands",
            "scrivi {number}, senza separatori delle migliaia e con il punto decimale",
            "write {number}, without thousands separators and with a decimal point"),
        ("letters-for-digits",
            "scrivi {number}: la lettera O non è uno zero, né la I o la l un uno",
            "write {number}: the letter O is no zero, nor is I or l a one"),
        ("number-alone", "scrivi {number}, senza unità di misura né altro",
            "write {number}, without a unit or anything else"),
        ("number-form-day",
            "è un giorno, che forse un foglio di calcolo ha fatto di un numero: riscrivi il numero",
            "it is a day, which a spreadsheet may have made of a number: write the number again"),
        ("number-in-full", "scrivi il numero per esteso, {number}",
            "write the number out, {number}"),
        ("number-form",
            "scrivi solo cifre e, se serve, un punto: `1234.50`; se il dato manca, togli la riga",
            ("write digits only and, where needed, a point: `1234.50`; if there is no value, take "
             "the line out")),
        ("number-form-whole", "scrivi solo cifre: `1234`; se il dato manca, togli la riga",
            "write digits only: `1234`; if there is no value, take the line out"),
        ("cell-number",
            ("scrivi solo cifre e, se serve, un punto: `1234.50`; se il dato manca, lascia vuota "
             "la cella"),
            ("write digits only and, where needed, a point: `1234.50`; if there is no value, leave "
             "the cell empty")),
        ("cell-number-whole", "scrivi solo cifre: `1234`; se il dato manca, lascia vuota la cella",
            "write digits only: `1234`; if there is no value, leave the cell empty"),
        ("cell-alone",
            ("scrivi nella cella soltanto il numero, e non come testo; se il dato manca, lascia "
             "vuota la cella"),
            ("write the number alone in the cell, and not as text; if there is no value, leave the "
             "cell empty")),
        ("cell-is-text",
            ("è un numero salvato come testo: riscrivilo nel foglio come numero, o aggiungi "
             "{instead} se tutti i numeri salvati come testo sono scritti così"),
            ("it is a number stored as text: write it as a number in the sheet, or add {instead} "
             "if all numbers stored as text are written so")),
        ("cell-is-text-either",
            ("è un numero salvato come testo: riscrivilo nel foglio come numero, o aggiungi "
             "`--decimal comma` o `--decimal point`, secondo come sono scritti i decimali"),
            ("it is a number stored as text: write it as a number in the sheet, or add `--decimal "
             "comma` or `--decimal point`, as the decimals are written")),
        ("unused-of-rows",
            ("se è un risultato di ogni riga, raccoglilo in una regola (`sum`, `count`, …), "
             "mostralo nel messaggio di un controllo delle righe o dichiaralo fra i campi "
             "dell'elenco; altrimenti togli la regola"),
            ("if it is a result of each row, gather it in a rule (`sum`, `count`, …), show it in "
             "the message of a check of the rows or declare it among the fields of the list; "
             "otherwise remove the rule")),
        ("message-text",
            "scrivi un pezzo del testo che la relazione deve mostrare, non il codice della voce",
            "write a part of the text that is to be shown, not the code of the entry"),
        ("digits", "scrivi solo cifre e, se serve, un punto: `12.5`",
            "write digits only and, where needed, a point: `12.5`"),
        ("digits-whole", "scrivi solo cifre: `12`", "write digits only: `12`"),
        ("condition-under-when", "una condizione sta sotto `when`: scrivi {instead}",
            "a condition stands under `when`: write {instead}"),
        ("key-to-indent", "{key} sta sotto `{owner}:`: scrivilo là, più a destra",
            "{key} belongs under `{owner}:`: write it there, further to the right"),
        ("two-keys-to-indent",
            "{key} e {other} stanno sotto `{owner}:`: scrivile là, più a destra",
            "{key} and {other} belong under `{owner}:`: write them there, further to the right"),
        ("keys-to-indent",
            "questa e altre {count} chiavi stanno sotto `{owner}:`: scrivile là, più a destra",
            ("this and {count} other keys belong under `{owner}:`: write them there, further to "
             "the right")),
        ("problem-codes",
            ("i problemi hanno il codice fra parentesi quadre che ne mostra il messaggio, per "
            "esempio `out-of-range`; tutti sono in `docs/problems/`"),
            ("problems have the code in square brackets that their message shows, for example "
            "`out-of-range`; all are in `docs/problems/`")),
        ("no-outcomes", "il rulebook non ne codifica ancora i casi: non si può chiedere nulla",
            "the rulebook does not encode its cases yet: nothing can be asked for"),
        ("one-value", "scrivi {allowed}", "write {allowed}"),
        ("number-of-ratio", "scrivi {number}: di un rapporto 1 a N si scrive solo N",
            "write {number}: of a ratio of 1 to N only N is written"),
        ("number-form-comma-whole",
            ("scrivi cifre e semmai un punto ogni tre: `1.234`; se il dato manca, lascia vuota la "
             "cella"),
            ("write digits and at most a point every three: `1.234`; if there is no value, leave "
             "the cell empty")),
        ("number-form-comma",
            ("scrivi cifre, la virgola decimale e semmai un punto ogni tre cifre: `1.234,50`; se "
             "il dato manca, lascia vuota la cella"),
            ("write digits, the decimal comma and at most a point every three digits: `1.234,50`; "
             "if there is no value, leave the cell empty")),
        ("csv-decimal",
            ("nelle prime righe del file tutti i numeri sono interi e il segno decimale non si "
             "capisce: dillo con `--decimal comma` o `--decimal point`"),
            ("in the file's first rows all numbers are whole and do not tell the decimal sign: say "
             "it with `--decimal comma` or `--decimal point`")),
        ("csv-encoding",
            ("salvalo di nuovo in UTF-8; se viene da Excel in italiano prova "
             "`--encoding cp1252`"),
            "save it again as UTF-8; if it comes from Excel, try `--encoding cp1252`"),
        ("formula-no-left", "prima di {text} manca un valore", "a value is missing before {text}"),
        ("formula-no-right", "dopo {text} manca un valore", "a value is missing after {text}"),
        ("formula-bracket-open", "la parentesi {text} non si chiude: aggiungi {expected}",
            "the bracket {text} is not closed: add {expected}"),
        ("formula-bracket-extra", "togli {text}, o apri prima una {expected}",
            "remove {text}, or open a {expected} before it"),
        ("formula-two-values",
            ("fra {expected} e {text} manca un operatore, come `*`, `and` o `>=`; un'unità di "
             "misura non si scrive nella formula, ma in `unit`"),
            ("an operator is missing between {expected} and {text}, such as `*`, `and` or `>=`; a "
             "unit is not written in the formula, but in `unit`")),
        ("formula-no-else", "completa così: `a if condizione else b`",
            "complete it like this: `a if condition else b`"),
        ("formula-range",
            "gli intervalli non ci sono: elenca i codici, `sum(A, B)`, o dichiarali in un gruppo",
            "there are no ranges: list the codes, `sum(A, B)`, or declare them in a group"),
        ("formula-currency", "togli {text}: la moneta si dichiara con `unit`",
            "remove {text}: the currency is declared by `unit`"),
        ("yaml-colon", "i due punti spezzano il testo: mettilo fra virgolette, {instead}",
            "the colon breaks the text: put it in quotes, {instead}"),
        ("yaml-colon-apart",
            ("i due punti spezzano il testo: se è uno solo scrivi {instead}; in una formula la "
            "divisione è `/`; due chiavi stanno su due righe"),
            ("the colon breaks the text: if it is one, write {instead}; in a formula division is "
            "`/`; two keys stand on two lines")),
        ("yaml-comma-lacks",
            ("se {key} è una chiave, prima ci vuole la virgola: {instead}; se no metti fra "
            "virgolette il testo che contiene i due punti"),
            ("if {key} is a key, it needs a comma before it: {instead}; else put the text that "
            "holds the colon in quotes")),
        ("rulebook-of-table",
            ("indicalo con `--rulebook`, per esempio `--rulebook sociale/2024`; la prima riga, "
            "con i codici dei campi, qui comincia con {text}"),
            ("name it with `--rulebook`, for example `--rulebook sociale/2024`; the first row, "
            "with the codes of the fields, begins with {text} here")),
        ("header-separator",
            ("le colonne si separano con virgola, punto e virgola o tabulazione, non con `|`: "
            "salva di nuovo la tabella"),
            "columns are apart by comma, semicolon or tab, not by `|`: save the table again"),
        ("header-of-excel",
            "togli la prima riga, `sep=`: il separatore si riconosce da solo",
            "take the first line out, `sep=`: the delimiter is recognised without it"),
        ("header-of-sheet",
            ("la prima riga è quella dei codici ({known}), una colonna per campo; se le relazioni "
             "stanno in un altro foglio, indicalo con `--sheet NOME`"),
            ("the first row is that of the codes ({known}), a column for each field; if the "
             "reports stand in another sheet, name it with `--sheet NAME`")),
        ("delimiter-known",
            "il separatore si riconosce da solo: virgola, punto e virgola o tabulazione",
            "the delimiter is recognised without it: comma, semicolon or tab"),
        ("codes-of-form", "codici del modulo: {known}", "codes of the form: {known}"),
        ("rulebook-by-file",
            ("`ruletrail list` mostra quelli disponibili; se hai il suo file, indicalo con "
            "`--rulebook FILE.yaml`"),
            ("`ruletrail list` shows those available; if you have its file, name it with "
            "`--rulebook FILE.yaml`")),
        ("list-cell",
            ("la cella contiene tutte le righe dell'elenco, come JSON: "
            '`[{{"codice": valore, …}}, …]`'),
            'the cell holds all rows of the list, as JSON: `[{{"code": value, …}}, …]`'),
        ("list-column",
            ("le righe dell'elenco {list} stanno tutte nella colonna {list}, come JSON: "
            '`[{{"codice": valore, …}}, …]`'),
            ("all rows of the list {list} stand in the column {list}, as JSON: "
            '`[{{"code": value, …}}, …]`')),
        ("report-other-form",
            "sono due moduli diversi: usa una relazione di {rulebook}, o il rulebook {text}",
            "these are two different forms: use a report of {rulebook}, or the rulebook {text}"),
        ("option-of", "è un'opzione di {owner}", "it is an option of {owner}"),
        ("empty-form", "salva di nuovo il testo del modulo, o indica il suo PDF",
            "save the form's text again, or name its PDF"),
        ("rulebook-option",
            ("dopo `--rulebook` va un rulebook, per esempio `sociale/2024`; `ruletrail list` "
            "mostra quelli disponibili"),
            ("a rulebook goes after `--rulebook`, for example `sociale/2024`; `ruletrail list` "
            "shows those available")),
        ("report-forms", "una relazione è un `.yaml`: scrivi {instead}",
            "a report is a `.yaml`: write {instead}"),
        ("yaml-colon-in-braces", "metti fra virgolette il testo che contiene i due punti",
            "put the text that holds the colon in quotes"),
        ("yaml-indent",
            "il rientro non torna: per stare accanto alla riga {line} deve avere {count} spazi",
            "the indentation does not fit: to stand beside line {line} it needs {count} spaces"),
        ("yaml-indent-one",
            "il rientro non torna: per stare accanto alla riga {line} deve avere uno spazio",
            "the indentation does not fit: to stand beside line {line} it needs one space"),
        ("yaml-indent-none",
            "il rientro non torna: per stare accanto alla riga {line} non deve avere spazi",
            "the indentation does not fit: to stand beside line {line} it needs no spaces"),
        ("yaml-margin",
            "{text} è al margine, fra voci che non lo sono: rientra questa riga di {count} spazi",
            ("{text} stands at the margin among entries that do not: indent this line by {count} "
             "spaces")),
        ("yaml-margin-one",
            "{text} è al margine, fra voci che non lo sono: rientra questa riga di uno spazio",
            "{text} stands at the margin among entries that do not: indent this line by one space"),
        ("yaml-no-break", "il rientro ha spazi insecabili (U+00A0) o simili: metti spazi comuni",
            "the indentation has no-break spaces (U+00A0) or the like: put ordinary spaces"),
        ("yaml-dash-space", "dopo il trattino ci vuole uno spazio: {instead}",
            "a dash needs a space after it: {instead}"),
        ("yaml-key-colon", "alla riga {line} mancano i due punti: {instead}",
            "on line {line} the colon is missing: {instead}"),
        ("yaml-variable", "metti la formula fra virgolette: {instead}",
            "put the formula in quotes: {instead}"),
        ("yaml-variable-key", "metti la chiave fra virgolette: {instead}",
            "put the key in quotes: {instead}"),
        ("remove-quotes", "togli le virgolette: {instead}", "remove the quotes: {instead}"),
        ("value-in-digits",
            "le formule usano il valore come numero: scrivi le cifre, per esempio `8000`",
            "formulas use the value as a number: write the digits, for example `8000`"),
        ("times-code", "per moltiplicare scrivi `*`: {instead}",
            "to multiply write `*`: {instead}"),
        ("code-or-text", "intendevi il codice {expected}? Per un testo scrivi {instead}",
            "did you mean the code {expected}? For a text write {instead}"),
        ("truth-or-text", "per un testo scrivi {instead}, per un vero/falso {expected}",
            "for a text write {instead}, for a true/false value {expected}"),
        ("of-another-kind", "scrivilo sotto {other}", "write it below {other}"),
        ("expected-number",
            ("scrivi un numero, anche come `1/3`, o perché non c'è: `missing`, `not_applicable`, "
             "`not_encoded`, `error`"),
            ("write a number, also as `1/3`, or why there is none: `missing`, `not_applicable`, "
             "`not_encoded`, `error`")),
        ("day-is-text",
            ("una data è un testo: scrivi {instead}; due date si confrontano con `==` e `!=`, non "
             "si ordinano"),
            ("a day is a text: write {instead}; two days are compared by `==` and `!=`, they have "
             "no order")),
        ("field-of-text",
            ('lo schema {file} dice che {text} è un testo: se vi si scrive un numero, metti là '
             '`"type": "number"`; se no, confrontalo con testi, con `==` o `in`'),
            ('the schema {file} says that {text} is a text: if a number is written there, put '
             '`"type": "number"` in it; if not, compare it with texts, by `==` or `in`')),
        ("day-that-decides",
            ("`day` nomina il giorno che decide: un campo con `format: date`, o una regola che dà "
            "una data; mai una riga di un elenco"),
            ("`day` names the day that decides: a field with `format: date`, or a rule that gives "
            "a date; never a row of a list")),
        ("computed-not-filled",
            "{text} si calcola: una sezione elenca i campi che qualcuno compila",
            "{text} is computed: a section lists the fields that somebody fills in"),
        ("blank-is-missing", "se qui si chiede che nulla sia compilato, scrivi {instead}",
            "to ask whether nothing was filled in, write {instead}"),
        ("sign-before-bracket",
            "prima della parentesi manca un segno: per moltiplicare scrivi `*`",
            "a sign is missing before the bracket: to multiply, write `*`"),
        ("condition-in-the-middle", "la condizione sta nel mezzo: scrivi {instead}",
            "the condition stands in the middle: write {instead}"),
        ("bare-text-code",
            ("qui {text} è il codice di una voce, e non può essere uguale: per il testo scrivi "
            "{instead}"),
            ("here {text} is the code of an entry, and cannot be equal: for the text write "
            "{instead}")),
        ("join-parts", "metti tutte le sue voci sotto quella della riga {line}, o correggi il nome",
            "put all its entries below the one on line {line}, or mend the name"),
        ("missing-dash", "manca il trattino: un nuovo elemento comincia con {instead}",
            "a dash is missing: a new item begins with {instead}"),
        ("row-entry-to-join",
            "una regola di ogni riga si scrive {instead}, non sotto il nome dell'elenco",
            "a rule of each row is written {instead}, not below the name of the list"),
        ("key-of-entry", "{key} sta in una voce, per esempio in una regola sotto `rules`",
            "{key} belongs in an entry, for example in a rule below `rules`"),
        ("entry-to-indent", "sembra una voce di {part}: rientrala di due spazi",
            "it looks like an entry of {part}: indent it by two spaces"),
        ("entry-at-margin", "sembra una voce di {part}: spostala lì sotto, rientrata di due spazi",
            "it looks like an entry of {part}: move it below that, indented by two spaces"),
        ("list-of-cases",
            "i casi sono un elenco: scrivi {first}, e sotto, allineato, {second}",
            "cases are a list: write {first}, and below it, aligned, {second}"),
        ("template-code",
            ("le graffe contengono solo un codice: {instead}; i decimali si dichiarano con "
            "`display`"),
            "braces hold a code only: {instead}; decimals are declared by `display`"),
        ("code-list-brackets", "un elenco di valori sta fra parentesi quadre: {instead}",
            "a list of values stands in square brackets: {instead}"),
        ("yaml-dash", "qui non c'è un elenco: togli il trattino e allinea la chiave alle vicine",
            "there is no list here: remove the dash and align the key with those around it"),
        ("yaml-space", "dopo i due punti ci vuole uno spazio: {instead}",
            "a colon needs a space after it: {instead}"),
        ("yaml-no-colon", "dopo la chiave mancano i due punti: {instead}",
            "the colon after the key is missing: {instead}"),
        ("yaml-quotes", "il testo contiene le virgolette che lo chiudono: scrivi {instead}",
            "the text holds the quotes that end it: write {instead}"),
        ("yaml-quotes-inside",
            ("le virgolette si chiudono prima di qui: intorno al testo usa quelle dell'altro tipo, "
            "`'` o `\"`"),
            "the quotes end before this: around the text use those of the other kind, `'` or `\"`"),
        ("yaml-quote-open",
            ("le virgolette aperte qui si chiudono solo alla riga {line}: chiudile dove finisce il "
            "testo"),
            ("the quotes opened here are closed on line {line} only: close them where the text "
            "ends")),
        ("yaml-quote-never", "le virgolette aperte qui non si chiudono: aggiungi quelle finali",
            "the quotes opened here are never closed: add the closing ones"),
        ("yaml-bracket-open", "la parentesi {text} aperta qui non si chiude: aggiungi {expected}",
            "the bracket {text} opened here is not closed: add {expected}"),
        ("yaml-bracket-text",
            ("un valore che comincia con `[` o `{{` finisce con la sua parentesi: in una formula i "
            "codici si scrivono senza parentesi, un testo fra virgolette"),
            ("a value that begins with `[` or `{{` ends with its bracket: in a formula codes are "
            "written without brackets, a text in quotes")),
        ("yaml-brace-code", "le graffe intorno a un codice non servono: scrivi {instead}",
            "braces around a code are not needed: write {instead}"),
        ("yaml-semicolon",
            "fra una chiave e l'altra va la virgola, non il punto e virgola: {instead}",
            "between keys stands a comma, not a semicolon: {instead}"),
        ("yaml-dash-alone",
            "un trattino da solo non è un valore: se il dato manca, togli la riga",
            "a dash alone is no value: if there is none, take the line out"),
        ("yaml-question-alone",
            "un punto interrogativo da solo non è un valore: se il dato manca, togli la riga",
            "a question mark alone is no value: if there is none, take the line out"),
        ("empty-text", "scrivilo fra le virgolette", "write it between the quotes"),
        ("yaml-sign", "un valore che comincia con {text} va fra virgolette: {instead}",
            "a value that begins with {text} stands in quotes: {instead}"),
        ("yaml-escape",
            "fra virgolette doppie la barra `\\` ha un significato suo: usa le virgolette semplici",
            "in double quotes the backslash `\\` has a meaning of its own: use single quotes"),
        ("add-like", "aggiungi per esempio {example}", "add for example {example}"),
        ("code-shape", "usa lettere, cifre e `_`, senza spazi né accenti: {instead}",
            "use letters, digits and `_`, without spaces or accents: {instead}"),
        ("code-of-row", "fra l'elenco e il nome della regola di riga va un punto: {instead}",
            "between the list and the name of the row's rule stands a point: {instead}"),
        ("code-list", "un elenco separa i codici con la virgola: {instead}",
            "a list separates codes by commas: {instead}"),
        ("percent-value",
            'scrivi `value: {number}` con `unit: "%"`; come rapporto sarebbe `value: {share}`',
            'write `value: {number}` with `unit: "%"`; as a ratio it would be `value: {share}`'),
        ("currency-value", "scrivi `value: {number}`; la moneta va in `unit`",
            "write `value: {number}`; the currency belongs in `unit`"),
        ("comma-value",
            "scrivi `value: {number}`; se è davvero un testo mettilo fra virgolette",
            "write `value: {number}`; if it really is a text put it in quotes"),
        ("boolean-form", "scrivi `true` o `false`", "write `true` or `false`"),
        ("like-example", "scrivi per esempio {example}", "write for example {example}"),
        ("number-not-whole", "scrivi un numero senza decimali", "write a number without decimals"),
        ("text-in-quotes", "scrivilo fra virgolette, come testo", "write it in quotes, as a text"),
        *((f"door-{kind}", it, en) for kind, (*_, it, en) in DOORS.items()),
    )
}  # fmt: skip
