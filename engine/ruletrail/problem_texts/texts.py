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

    hints_of_many: Mapping[str, str] = field(default_factory=dict)
    """What to do about several entries, where the hint of one speaks of one; else empty."""

    def of_many(self, it: str, en: str, hint_it: str = "", hint_en: str = "") -> "Text":
        """Add the sentence that tells people the same of several entries at once."""
        hints = {"it": hint_it, "en": hint_en} if hint_it else {}
        return replace(self, many={"it": it, "en": en}, hints_of_many=hints)


def error(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of an error."""
    return Text("error", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def info(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a remark."""
    return Text("info", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def warning(it: str, en: str, hint_it: str, hint_en: str) -> Text:
    """Make the entry of a warning."""
    return Text("warning", {"it": it, "en": en}, {"it": hint_it, "en": hint_en})


def hints(*rows: tuple[str, str, str]) -> dict[str, Mapping[str, str]]:
    """Make the hints of some problems, each with its name, in Italian and in English."""
    return {name: {"it": it, "en": en} for name, it, en in rows}


WORDS: Mapping[str, Mapping[str, str]] = {
    "grouped": {"it": "{whole_it}", "en": "{whole_en}"},
    "in-one-place": {"it": "in un punto", "en": "in one place"},
    "in-places": {"it": "in {count} punti", "en": "in {count} places"},
    "cent": {"it": "un centesimo", "en": "one cent"},
    "cents": {"it": "{hundredths} centesimi", "en": "{hundredths} cents"},
    "outcomes-of-section": {"it": "`due` (dovuto), `not_due` (non dovuto)",
        "en": "`due`, `not_due` (not due)"},
    "outcomes-of-check": {"it": "`passed` (superato), `failed` (non superato)",
        "en": "`passed`, `failed`"},
    "open-work": {"it": "il lavoro ammesso non è bastato",
        "en": "the work that is allowed was not enough"},
    "open-time": {"it": "il tempo non è bastato",
        "en": "the time was not enough"},
    "open-in-all": {"it": "(in tutto)", "en": "(in all)"},
    "open-limit": {"it": "i numeri possono passare le 400 cifre",
        "en": "numbers may pass 400 digits"},
    "open-lists": {"it": "gli elenchi hanno troppe righe per provarle tutte",
        "en": "lists have too many rows to look at all"},
    "open-table": {"it": "una tabella ha più di 500 righe",
        "en": "a table has more than 500 rows"},
    "open-schema": {"it": "nessuna relazione è ammessa da entrambi gli schemi",
        "en": "no report is admitted by both schemas"},
    "curved-quotes": {"it": "virgolette curve ({signs})", "en": "curved quotes ({signs})"},
    "bullet": {"it": "un pallino ({signs})", "en": "a bullet ({signs})"},
    "long-dash": {"it": "un trattino lungo ({signs})", "en": "a long dash ({signs})"},
    "other-space": {"it": "uno spazio speciale ({signs})", "en": "an odd space ({signs})"},
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
    "backtick": {"it": "un accento grave", "en": "a backtick"},
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
    "one-of-sources": {"it": "una fonte", "en": "a source"},
    "one-of-parameters": {"it": "un parametro", "en": "a parameter"},
    "one-of-groups": {"it": "un gruppo", "en": "a group"},
    "one-of-scales": {"it": "una scala", "en": "a scale"},
    "one-of-tables": {"it": "una tabella", "en": "a table"},
    "one-of-lists": {"it": "un elenco di righe", "en": "a list of rows"},
    "one-of-rules": {"it": "una regola", "en": "a rule"},
    "one-of-decisions": {"it": "una decisione", "en": "a decision"},
    "one-of-sections": {"it": "una sezione", "en": "a section"},
    "one-of-checks": {"it": "un controllo", "en": "a check"},
    "one-of-messages": {"it": "una frase", "en": "a message"},
    "of-parameters": {"it": "i parametri", "en": "the parameters"},
    "of-groups": {"it": "i gruppi", "en": "the groups"},
    "of-lookups": {"it": "le scale e le tabelle", "en": "the scales and tables"},
    "of-rules": {"it": "le regole", "en": "the rules"},
    "of-sources": {"it": "le fonti", "en": "the sources"},
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
    "option-twice": {
        "it": "{option} è scritta due volte, con {first} e con {second}",
        "en": "{option} is written twice, with {first} and with {second}",
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
    "empty-between-commas": {
        "it": "in {option} {word} c'è un nome vuoto tra due virgole",
        "en": "{option} {word} has an empty name between commas",
    },
    "option-early": {
        "it": "{option} sta prima dell'azione a cui appartiene",
        "en": "{option} stands before the action that it belongs to",
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
    "not-from": {
        "it": "{option} è un numero da {least} in su, non {word}",
        "en": "{option} is a number from {least} up, not {word}",
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
    "not-wanted": {
        "it": "{option} vuole di che cosa è l'esito e quale deve essere, non solo {word}",
        "en": "{option} takes what the outcome is of and which it should be, not {word} alone",
    },
    "want-cut": {
        "it": "{option} non è tutta in una parola: {word}",
        "en": "{option} is not one word as a whole: {word}",
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
    # why a row of many is not complete
    "reason-differs": {
        "it": "{code}: dichiarato {declared}, calcolato {computed}",
        "en": "{code}: declared {declared}, computed {computed}",
    },
    "reason-idle": {
        "it": "{code}: dichiarato {declared}, ma non si applica",
        "en": "{code}: declared {declared}, but does not apply",
    },
    "reason-failed": {"it": "{code}: controllo non superato", "en": "{code}: check failed"},
    "reason-error": {"it": "{code}: errore", "en": "{code}: error"},
    "reason-not_encoded": {"it": "{code}: non codificato", "en": "{code}: not encoded"},
    # what keeps a report from being complete
    "open-missing": {"it": "manca {what}", "en": "{what} is missing"},
    "open-missing-many": {
        "it": "{what}, a cui mancano {count} campi: {codes}",
        "en": "{what}, which lacks {count} fields: {codes}",
    },
    "open-failed": {"it": "{what}, non superato", "en": "{what}, failed"},
    "open-differs": {
        "it": "{what}, dichiarato diverso da quello calcolato",
        "en": "{what}, declared other than computed",
    },
    "open-waits": {
        "it": "{what}, che aspetta {codes}, di parti non dovute",
        "en": "{what}, which waits for {codes}, of parts that are not due",
    },
    "open-waits-one": {
        "it": "{what}, che aspetta {codes}, di una parte non dovuta",
        "en": "{what}, which waits for {codes}, of a part that is not due",
    },
    "open-later": {
        "it": "{what}, parte di cui non si sa ancora se è dovuta: se lo sarà, serviranno "
        "anche {codes}",
        "en": "{what}, a part that is not known to be due yet: should it be, {codes} are needed "
        "too",
    },
    "open-later-one": {
        "it": "{what}, parte di cui non si sa ancora se è dovuta: se lo sarà, servirà "
        "anche {codes}",
        "en": "{what}, a part that is not known to be due yet: should it be, {codes} is needed "
        "too",
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
    "reads-itself": {"it": "la voce {code} legge sé stessa", "en": "the entry {code} reads itself"},
    "page-too-large": {
        "it": "la pagina avrebbe più di {limit} caratteri",
        "en": "the page would have more than {limit} characters",
    },
    "of-whole-report": {
        "it": "lo schema chiede troppi controlli di una relazione intera, al massimo {limit}"
        " milioni, e questa parte ne chiede più delle altre",
        "en": "the schema asks too many checks of a whole report, at most {limit} million, and this"
        " part asks more than the others",
    },
    "archive-name": {
        "it": "{file} sarebbe un archivio nuovo, ma con {text} finiscono i file di un altro tipo",
        "en": "{file} would be a new archive, but files of another kind end with {text}",
    },
    "wrong-file-named": {
        "it": "{file} è {kind}, anche se il nome dice altro",
        "en": "{file} is {kind}, though its name says otherwise",
    },
    "input-no-field": {
        "it": "{text} non è un campo della relazione",
        "en": "{text} is no field of the report",
    },
    "divisor-is-zero": {
        "it": "il divisore {text} è zero: questo valore non si può mai calcolare",
        "en": "the divisor {text} is zero: this value can never be computed",
    },
    "list-not-read": {
        "it": "{code} è di un elenco di righe, che un layout non legge",
        "en": "{code} is of a list of rows, which no layout reads",
    },
    "placeholder-of-no-row": {
        "it": "{text} non è un codice della riga, e il nome di una riga prende solo quelli",
        "en": "{text} is no code of the row, and the name of a row takes those only",
    },
    "placeholder-lookup": {
        "it": "{text} è {kind}: da sola non ha un valore da mostrare",
        "en": "{text} is {kind}: by itself it has no value to show",
    },
    "inputs-in-one": {
        "it": "{text} è più di un campo",
        "en": "{text} is more than one field",
    },
    "rows-otherwise": {
        "it": "questo testo non si legge come il modulo di {rulebook}",
        "en": "this text cannot be read as the form of {rulebook}",
    },
    "absent-of-several": {
        "it": "nel modulo non ci sono i righi di {codes}",
        "en": "the form does not hold the rows of {codes}",
    },
    "money-decimals-rows": {
        "it": "{code} ha più di due decimali in {count} righe ({rows}), per prima {text}: il punto "
        "è il segno decimale",
        "en": "{code} has more than two decimals in {count} rows ({rows}), first {text}: the point "
        "is the decimal sign",
    },
    "thousands-point-exact": {
        "it": "{text} ha tre decimali: il punto separa i decimali, non le migliaia",
        "en": "{text} has three decimals: a point separates decimals, no thousands",
    },
    "thousands-point-rows": {
        "it": "{code} ha un punto e tre cifre in {count} righe ({rows}), per prima {text}: il"
        " punto separa i decimali, non le migliaia",
        "en": "{code} has a point and three digits in {count} rows ({rows}), first {text}: a point"
        " separates decimals, no thousands",
    },
    "thousands-point-row": {
        "it": "{code} ha un punto e tre cifre nella riga {rows}, {text}: il punto separa i"
        " decimali, non le migliaia",
        "en": "{code} has a point and three digits in row {rows}, {text}: a point separates"
        " decimals, no thousands",
    },
    "money-decimals-row": {
        "it": "{code} ha più di due decimali nella riga {rows}, {text}: il punto è il segno "
        "decimale",
        "en": "{code} has more than two decimals in row {rows}, {text}: the point is the decimal "
        "sign",
    },
    "wrong-file-rulebook": {
        "it": "{file} è {kind}, non un rulebook",
        "en": "{file} is {kind}, no rulebook",
    },
    "trail-end": {
        "it": "il file della traccia non finisce con un solo a capo",
        "en": "the file of the trail does not end with exactly one newline",
    },
    "scale-begins-later": {
        "it": "{code} comincia con {text}, e le si può chiedere un numero da {least} in su: ciò che"
        " sta prima può capitare, e non ha alcun valore",
        "en": "{code} begins with {text}, and can be asked for a number from {least} up: what lies"
        " before may occur, and has no value",
    },
    "scale-begins-past": {
        "it": "{code} comincia con {text}, e le si può chiedere un numero sopra {least}: ciò che"
        " sta prima può capitare, e non ha alcun valore",
        "en": "{code} begins with {text}, and can be asked for a number above {least}: what lies"
        " before may occur, and has no value",
    },
    "text-cut-in-braces": {
        "it": "fra graffe virgole e due punti spezzano il testo che comincia con {text}",
        "en": "in braces commas and colons cut the text that begins with {text}",
    },
    "unused-inherited": {
        "it": "{edition} non usa, fra {kind} del rulebook esteso: {names}",
        "en": "{edition} does not use, of {kind} of the rulebook extended: {names}",
    },
    "overlay-unit-clash": {
        "it": "l'unità di {code}, {before} nel rulebook esteso, qui è {after}: non va d'accordo con"
        " ciò che lo legge, {others}",
        "en": "the unit of {code}, {before} in the rulebook extended, is {after} here: it does not"
        " agree with what reads it, {others}",
    },
    "overlay-unit-clash-added": {
        "it": "{code}, senza unità nel rulebook esteso, qui ha {after}: non va d'accordo con ciò"
        " che lo legge, {others}",
        "en": "{code}, of no unit in the rulebook extended, has {after} here: it does not agree"
        " with what reads it, {others}",
    },
    "overlay-duplicate-code": {
        "it": "il codice {code} è già nel rulebook esteso, per altro: {file}, riga {line}",
        "en": "the code {code} is already in the rulebook extended, for something else: {file},"
        " line {line}",
    },
    "overlay-unknown-code": {
        "it": "questo modulo non ha {text}, che il rulebook esteso legge in {others}",
        "en": "this form has no {text}, which the rulebook extended reads in {others}",
    },
    "overlay-code-of-field": {
        "it": "{code} è un campo di questo modulo, e nel rulebook esteso altro: {file}, riga"
        " {line}",
        "en": "{code} is a field of this form, and something else in the rulebook extended: {file},"
        " line {line}",
    },
    "overlay-type-mismatch": {
        "it": "{code} è cambiato qui, e non è più del tipo che serve a ciò che lo legge nel"
        " rulebook esteso: {others}",
        "en": "{code} is changed here, and no longer of the type that what reads it in the rulebook"
        " extended needs: {others}",
    },
    "overlay-wrong-argument-count": {
        "it": "{code} ha qui altre chiavi, e ciò che la chiama nel rulebook esteso non le dà:"
        " {others}",
        "en": "{code} has other keys here, and what calls it in the rulebook extended does not give"
        " them: {others}",
    },
    "overlay-impossible-comparison": {
        "it": "{code} è cambiato qui, e non ha più i valori con cui lo confronta ciò che lo legge"
        " nel rulebook esteso: {others}",
        "en": "{code} is changed here, and no longer has the values that what reads it in the"
        " rulebook extended compares it with: {others}",
    },
    "name-signs-unknown": {
        "it": "{name}, in `subject`, ha segni che non si possono leggere, {signs}, {places}",
        "en": "{name}, in `subject`, holds signs that cannot be read, {signs}, {places}",
    },
    "money-about": {
        "it": "{text} vale circa {whole} {unit} e {cents}, perché il punto è il segno decimale",
        "en": "{text} means about {whole} {unit} and {cents}, as the point is the decimal sign",
    },
    "money-exact": {
        "it": "{text} vale {whole} {unit} e {cents}, perché il punto è il segno decimale",
        "en": "{text} means {whole} {unit} and {cents}, as the point is the decimal sign",
    },
    "money-about-whole": {
        "it": "{text} vale circa {whole} {unit}, perché il punto è il segno decimale",
        "en": "{text} means about {whole} {unit}, as the point is the decimal sign",
    },
    "money-whole": {
        "it": "{text} vale {whole} {unit}, perché il punto è il segno decimale",
        "en": "{text} means {whole} {unit}, as the point is the decimal sign",
    },
    "pair-first": {
        "it": "la prima riga è {text} con il suo valore {value}, e non i nomi delle colonne",
        "en": "the first row is {text} with its value {value}, and not the names of columns",
    },
    "part-unfolds": {
        "it": "nella cartella di lavoro la parte {part} si espande a più di {times} volte ciò che "
        "occupa nel file",
        "en": "in the workbook the part {part} unfolds to more than {times} times what it takes in "
        "the file",
    },
    "line-misplaced": {
        "it": "una riga non sta al suo posto, vicino a {near}",
        "en": "a line is out of its place, near {near}",
    },
    "two-versions": {
        "it": "{near}: nel file sono rimaste due versioni, una sotto l'altra",
        "en": "{near}: two versions are left in the file, one below the other",
    },
    "quoted-lines": {
        "it": "ogni riga comincia con `>`, come un testo a cui si risponde per posta",
        "en": "each line begins with `>`, like a text that is answered by mail",
    },
    "field-without-type": {
        "it": "il campo {code} non dice di che tipo è",
        "en": "the field {code} does not say of which type it is",
    },
    "type-of-no-value": {
        "it": "il campo {code} ha `type` {written}, e non è un valore",
        "en": "the field {code} has the `type` {written}, and is no value",
    },
    "choice-of-no-value": {
        "it": "fra le scelte del campo {code} {choice} non è un valore",
        "en": "among the choices of the field {code} {choice} is no value",
    },
    "choices-of-other-type": {
        "it": "il campo {code} ha {type}, ma fra le sue scelte {choice} è {found}",
        "en": "the field {code} has {type}, but among its choices {choice} is {found}",
    },
    "code-by-title": {
        "it": "{text} è come si chiama {code}, non il suo codice",
        "en": "{text} is what {code} is called, not its code",
    },
    "code-apart": {
        "it": "{text} non è un codice: un codice è una parola sola",
        "en": "{text} is no code: a code is one word",
    },
    "code-by-dash": {
        "it": "{text} non è un codice: in {code} non c'è un trattino",
        "en": "{text} is no code: {code} has no dash",
    },
    "code-by-hyphen": {
        "it": "{text} è una sottrazione: nel codice {code} non c'è un trattino",
        "en": "{text} is a subtraction: the code {code} has no hyphen",
    },
    "entries-without-colon": {
        "it": "{text} è un testo solo, perché fra le chiavi e i valori mancano i due punti",
        "en": "{text} is one text, as the colons between keys and values are missing",
    },
    "entries-without-space": {
        "it": "{text} è un testo, perché dopo i due punti manca lo spazio",
        "en": "{text} is a text, as the space after the colon is missing",
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
    "decimals-differ-there": {
        "it": "il file ha {text} alla riga {line} ({column}) e {second} alla riga {other} "
        "({beside}): i segni decimali sono diversi",
        "en": "the file has {text} in line {line} ({column}) and {second} in line {other} "
        "({beside}): the decimal signs differ",
    },
    "decimal-of-column": {
        "it": "nella colonna {column} {text} non dice se il segno decimale del file sia la virgola "
        "o il punto",
        "en": "in column {column} {text} does not tell whether the file's decimal sign is the "
        "comma or the point",
    },
    "decimals-differ": {
        "it": "il file ha {text} alla riga {line} e {second} alla riga {other}: i segni decimali"
        " sono diversi",
        "en": "the file has {text} in line {line} and {second} in line {other}: the decimal signs"
        " differ",
    },
    "code-on-form": {
        "it": "{text} è nel modulo, ma qui non è codificato: {why}",
        "en": "{text} is on the form, but not encoded here: {why}",
    },
    "code-of-each-row": {
        "it": "{key} sta in ogni riga, e non si dice di quale",
        "en": "{key} stands in every row, and none is named",
    },
    "no-text-allowed": {
        "it": "il valore è vuoto, e qui ne serve uno fra quelli ammessi",
        "en": "the value is empty, and one of the admitted ones is needed here",
    },
    "braces-make-a-key": {
        "it": "le graffe fanno di {instead} una chiave, che non ha un valore",
        "en": "the braces make a key of {instead}, which has no value",
    },
    "no-such-code": {"it": "il codice {key} non è nel modulo", "en": "the form has no code {key}"},
    "set-constant": {
        "it": "{key} è una costante del rulebook, non un campo del modulo",
        "en": "{key} is a constant of the rulebook, no field of the form",
    },
    "set-concluded": {
        "it": "{key} lo stabilisce il rulebook: non è un campo del modulo",
        "en": "{key} is worked out by the rulebook: it is no field of the form",
    },
    "version-unsaid": {
        "it": "{text} starebbe fra le versioni di {reference}, e non dice bene quale è",
        "en": "{text} would lie among the versions of {reference}, and does not say rightly which "
        "one it is",
    },
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
    "short-day": {
        "it": "in {text} mese e giorno non hanno tutti due cifre",
        "en": "in {text} month and day do not both have two digits",
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
        "it": "il record {number} è di un altro soggetto o di un'altra edizione, e la relazione "
        "non corregge nessun record",
        "en": "the record {number} is of another subject or edition, and the report corrects no "
        "record",
    },
    "seal-no-record": {
        "it": "l'archivio non ha un record {number}, e la relazione non corregge nessun record",
        "en": "the archive holds no record {number}, and the report corrects no record",
    },
    "seal-no-record-but": {
        "it": "l'archivio non ha un record {number}; la relazione correggerebbe il record {latest}",
        "en": "the archive holds no record {number}; the report would correct the record {latest}",
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
    "table-key": {
        "it": "nella riga {row}, contata da 0, una chiave è {text}, che non è un testo",
        "en": "in row {row}, counted from 0, a key is {text}, which is no text",
    },
    "key-of-none": {
        "it": "{text} non è una chiave della colonna {column} di {code}: nessuna riga risponde",
        "en": "{text} is no key of the column {column} of {code}: no row answers",
    },
    "no-such-key": {
        "it": "nella tabella {code} nessuno può chiedere {column} {keys}",
        "en": "nobody can ask the table {code} for {column} {keys}",
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
    "steps-several": {
        "it": "{text} può essere più di un valore, decisione, sezione o controllo",
        "en": "{text} can be more than one value, decision, section or check",
    },
    "outcomes-several": {
        "it": "{text} può essere più di una decisione, sezione o controllo",
        "en": "{text} can be more than one decision, section or check",
    },
    "no-step": {
        "it": "{text} è una scala, una tabella o un gruppo, e da sé non ha un valore",
        "en": "{text} is a scale, a table or a group, and has no value by itself",
    },
    "code-without-value": {
        "it": "{text} è un messaggio, o un controllo di righe, e non ha un valore da leggere",
        "en": "{text} is a message, or a check of rows, and has no value to read",
    },
    "code-for-unit": {
        "it": "{text} è un codice, e qui va un'unità di misura",
        "en": "{text} is a code, and a unit belongs here",
    },
    "reserved-word": {
        "it": "{text} è una parola riservata: non è il codice di nulla",
        "en": "{text} is a reserved word: it is the code of nothing",
    },
    "row-word-reserved": {
        "it": "il codice {text} non esiste: contiene una parola riservata",
        "en": "the code {text} does not exist: it holds a reserved word",
    },
    "list-of-more": {
        "it": "in un elenco dopo `in` stanno solo numeri, testi, giorni e codici: {text}",
        "en": "a list after `in` holds only numbers, texts, days and codes: {text}",
    },
    "unknown-code-of-value": {
        "it": "il codice {text} non esiste, con {chosen}",
        "en": "the code {text} does not exist, with {chosen}",
    },
}
"""Sentences that a problem says in place of its code's own, where more is known of the case."""


SHARED_HINTS = hints(
    ("did-you-mean", "intendevi `{suggestion}`?", "did you mean `{suggestion}`?"),
    ("did-you-mean-one-of", "intendevi {names}?", "did you mean {names}?"),
    ("one-of-codes", "intendevi uno di questi? {known}", "did you mean one of these? {known}"),
    ("ask-of-readers", "chiedi di ciò che lo legge: {names}",
        "ask about what reads it: {names}"),
    ("asked-by-parts", "lo chiede {parts}", "it is asked for by {parts}"),
    ("asked-and-read", "lo chiede {parts}; chiedi di ciò che lo legge: {names}",
        "it is asked for by {parts}; ask about what reads it: {names}"),
    ("ask-of-a-row", "chiedi di una riga che la relazione ha: {name} è della prima",
        "ask about a row that the report has: {name} is of the first"),
    ("thousands-or-decimals", ("se sono migliaia scrivi {whole}; se sono decimali va bene così, e"
        " {longer} toglie l'avviso"),
        ("for thousands write {whole}; if they are decimals it is right, and {longer} takes the"
        " warning away")),
    ("thousands-as-found", "il rulebook dà {whole}: scrivilo così, senza punto",
        "the rulebook gives {whole}: write it so, without the point"),
    ("money-thousands", "se il punto separava le migliaia, scrivi {instead}",
        "if the point was to separate thousands, write {instead}"),
    ("outcomes-of", "hanno un esito {known}; per un valore c'è `ruletrail explain`",
        "what has one: {known}; for a value there is `ruletrail explain`"),
    ("nothing-else-known", "togli la chiave: qui non è previsto altro",
        "take the key out: nothing else is known here"),
    ("null-list", "se non ci sono righe scrivi `[]`; se il dato manca, togli anche il suo nome",
        "where there are no rows write `[]`; where it is missing, take its name out too"),
    ("text-with-colon",
        "un testo con i due punti va fra virgolette: scrivi {instead}",
        "a text with a colon stands in quotes: write {instead}"),
    ("single-of-list", "scrivi qui un valore solo, quello che vale, non un elenco",
        "write a single value here, the one that counts, and no list"),
    ("single-of-keys", "scrivi qui un valore solo, e nessun'altra chiave",
        "write a single value here, and no other key"),
    ("note-of-keys", "una nota è un testo solo: {instead}", "a note is a single text: {instead}"),
    ("keys-as-codes", "ogni valore sta su una riga sua, con il suo codice: {instead}",
        "each value stands on a line of its own, with its code: {instead}"),
    ("text-of-list", "scrivi un testo solo, non un elenco: {instead}",
        "write one text, and no list: {instead}"),
    ("write-instead", "scrivi {instead}", "write {instead}"),
    ("straight-quotes", "le virgolette {signs} non valgono: scrivi {instead}",
        "the quotes {signs} do not count here: write {instead}"),
    ("formula-in-quotes",
        "scrivi {instead}, fra virgolette: senza, YAML la leggerebbe in altro modo",
        "write {instead}, in quotes: without them YAML would read it otherwise"),
    ("add-rulebook", "aggiungi per esempio {instead}", "add for example {instead}"),
    ("add-bands", "aggiungi gli scaglioni, per esempio `bands: [{{from: 0, value: 120}}]`",
        "add the bands, for example `bands: [{{from: 0, value: 120}}]`"),
    ("add-kind",
        ("aggiungi `kind`: `step` dà un solo valore, `marginal` un'aliquota a ogni parte, "
        "`linear` la retta fra due punti"),
        ("add `kind`: `step` gives one value, `marginal` a rate to each part, `linear` the "
        "line between two points")),
    ("part-begins",
        "scrivi `{owner}:` su una riga a sé, qui sopra, senza spazi davanti",
        "write `{owner}:` on a line of its own, above this one, without spaces before it"),
    ("list-begins",
        "scrivi `{owner}:` su una riga a sé, qui sopra, con {count} spazi davanti",
        "write `{owner}:` on a line of its own, above this one, with {count} spaces before it"),
    ("values-below",
        "scrivi sotto {key} i suoi valori, uno per riga, con due spazi davanti",
        "write its values below {key}, one a line, with two spaces before each"),
    ("otherwise-none",
        "per le chiavi che non hanno una riga scrivi `otherwise: not_applicable`",
        "for the keys that have no row write `otherwise: not_applicable`"),
    ("turned-arguments", "gli argomenti sono scambiati: scrivi {instead}",
        "the arguments are the wrong way round: write {instead}"),
    ("exception-base",
        ("dove nessuna eccezione è vera vale già la `formula` della regola: togli questa, e "
         "scrivi lì che cosa vale"),
        ("where no exception is true the rule's own `formula` holds: take this one out, and "
         "write there what holds")),
    ("call-of-nothing",
        ("se è una scala o una tabella, scrivi fra le parentesi ciò che cerca; un codice si "
         "legge senza parentesi; le funzioni sono nella guida del linguaggio"),
        ("if it is a scale or a table, write between the brackets what it looks up; a code is "
         "read without brackets; the functions are in the guide of the language")),
    ("rows-as-whole",
        ('di una riga si cambia una cella, `"ELENCO[1].campo": 3`; per averne altre '
         'scrivi sotto `change` quante, `"size(ELENCO)": 1`, o tutte, `ELENCO: [{…}]`'),
        ('of a row a cell is changed, `"LIST[1].field": 3`; for fewer or more write below '
         '`change` how many, `"size(LIST)": 1`, or the whole list, `LIST: [{…}]`')),
    ("gathered-in-group",
        ("un gruppo elenca codici di tutta la relazione: scrivi una regola che riassume le "
        "righe, come {instead}, e qui il suo codice"),
        ("a group lists codes of the whole report: write a rule that gathers the rows, such as "
        "{instead}, and its code here")),
    ("sheet-error",
        "{text} è un errore del foglio di calcolo: scrivi il valore; se manca, togli la riga",
        ("{text} is an error of the spreadsheet: write the value; if there is none, take the "
        "line out")),
    ("folder-missing", "la cartella non c'è: creala, o scegli un altro posto",
        "the folder is not there: make it, or choose another place"),
    ("file-read-only",
        "il file è di sola lettura: dagli il permesso di scrittura, o scegli un altro nome",
        "the file is read-only: give yourself the right to write it, or choose another name"),
    ("yaml-hash-number", "`#` comincia un commento: scrivi {instead}, senza `#`",
        "`#` begins a comment: write {instead}, without `#`"),
    ("yaml-hash", "`#` comincia un commento: metti il testo fra virgolette, {instead}",
        "`#` begins a comment: put the text in quotes, {instead}"),
    ("text-cut-long",
        ("per tenerlo metti tutto il testo fra virgolette; per un commento lascia uno spazio "
        "prima e dopo `#`"),
        ("to keep it put the whole text in quotes; for a comment leave a space before and after "
        "`#`")),
    ("seal-incomplete", "completala; oppure sigillala così: {command}",
        "complete it; or seal it as it is: {command}"),
    ("seal-by-hand",
        ("quello che non è codificato qui non si può completare: fallo a mano sul modulo; poi "
        "sigillala: {command}"),
        ("what is not encoded cannot be completed here: do it by hand on the form; then seal it: "
        "{command}")),
    ("seal-left-open",
        "qui non c'è nulla da scrivere né da fare; sigillala: {command}",
        "there is nothing to write or to do here; seal it: {command}"),
    ("seal-in-part",
        ("scrivi ciò che manca; quello che non è codificato fallo a mano sul modulo, qui non si "
        "può; poi sigillala: {command}"),
        ("write what is missing; what is not encoded do by hand on the form, it cannot be done "
        "here; then seal it: {command}")),
    ("seal-invalid", "correggila; oppure sigillala così: {command}",
        "correct it; or seal it as it is: {command}"),
    ("link-outside", "è un collegamento che porta fuori: metti al suo posto il file stesso",
        "it is a link that leads out: put the file itself in its place"),
    ("disk-full", "non c'è più spazio: liberane, o scegli un altro posto",
        "there is no room left: make some, or choose another place"),
    ("stream-closed",
        "è chiuso alla scrittura: mandalo in un file o in una pipe, con `>` o `|`",
        "it is closed to writing: send it to a file or a pipe, with `>` or `|`"),
    ("trail-name",
        "le tracce delle righe si chiamano così in quella cartella: scegli un altro nome",
        "the trails of rows are called so in that folder: choose another name"),
    ("one-of-these", "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
    ("no-today", "una risposta non cambia da un giorno all'altro: leggi il giorno da un campo",
        "no answer changes from one day to the next: read the day from a field"),
    ("number-in-quotes", "scrivi {number} senza virgolette: fra virgolette è un testo",
        "write {number} without quotes: in quotes it is a text"),
    ("number-with-comma", "scrivi {number}, con il punto al posto della virgola decimale",
        "write {number}, with a point in place of the decimal comma"),
    ("whole-with-thousands", "scrivi {number}, senza separatori delle migliaia",
        "write {number}, without thousands separators"),
    ("number-with-thousands",
        "scrivi {number}, senza separatori delle migliaia e con il punto decimale",
        "write {number}, without thousands separators and with a decimal point"),
    ("number-form",
        "scrivi solo cifre e, se serve, un punto: {example}; se il dato manca, togli la riga",
        ("write digits only and, where needed, a point: {example}; if there is no value, take "
         "the line out")),
    ("number-form-whole", "scrivi solo cifre: {example}; se il dato manca, togli la riga",
        "write digits only: {example}; if there is no value, take the line out"),
    ("digits", "scrivi solo cifre e, se serve, un punto: {example}",
        "write digits only and, where needed, a point: {example}"),
    ("no-outcomes", "il rulebook non ne codifica ancora i casi: non si può chiedere nulla",
        "the rulebook does not encode its cases yet: nothing can be asked for"),
    ("number-of-ratio", "scrivi {number}: di un rapporto 1 a N si scrive solo N",
        "write {number}: of a ratio of 1 to N only N is written"),
    ("number-and-note",
        ("se il valore è {number} scrivi solo quello; una nota va dietro, dopo uno spazio e `#`:"
         " {noted}"),
        ("if the value is {number} write it alone; a note goes behind it, after a space and `#`:"
         " {noted}")),
    ("decimals-alike",
        ("scrivi tutti i numeri con lo stesso segno; con `--decimal comma` o `--decimal point` vale"
         " quello, e le righe con l'altro hanno problemi"),
        ("write all numbers with the same sign; with `--decimal comma` or `--decimal point` it is"
         " that one, and rows with the other have problems")),
    ("code-by-hand", "compilalo sul modulo, e togli la riga: ne parla `{step}`",
        "fill it in on the form, and take the line out: `{step}` speaks of it"),
    ("setting-by-hand", "si compila sul modulo, e qui nulla ne dipende: toglilo dal comando",
        "it is filled in on the form, and nothing here depends on it: take it out of the command"),
    ("column-by-hand",
        ("compilalo sul modulo, e togli la colonna; se deve arrivare nel risultato com'è, indicala"
        " con `--keep`"),
        ("fill it in on the form, and take the column out; if it is to be in the answers as it is,"
        " name it with `--keep`")),
    ("code-by-hand-if-due",
        ("se `{step}` è dovuto (lo dice `evaluate`, senza questa riga) compilalo sul modulo; qui"
         " togli la riga"),
        ("if `{step}` is due (`evaluate` says so, without this line) fill it in on the form; here"
         " take the line out")),
    ("setting-by-hand-if-due",
        ("si compila sul modulo, se `{step}` è dovuto, e qui nulla ne dipende: toglilo dal"
         " comando"),
        ("it is filled in on the form, if `{step}` is due, and nothing here depends on it: take it"
         " out of the command")),
    ("column-by-hand-if-due",
        ("togli la colonna: si compila sul modulo, per chi deve compilare `{step}` (lo dice il"
         " risultato); se deve arrivare nel risultato com'è, indicala con `--keep`"),
        ("take the column out: it is filled in on the form, by those for whom `{step}` is due (the"
         " answers say so); if it is to be in the answers as it is, name it with `--keep`")),
    ("cell-of-which-row", "di' di quale riga: {instead} è della prima",
        "say of which row: {instead} is of the first"),
    ("constant-kept", "per un altro valore si cambia il rulebook",
        "for another value the rulebook is changed"),
    ("set-its-inputs", "dai un altro valore a un campo da cui dipende: {known}",
        "give another value to a field that it depends on: {known}"),
    ("titled-field", "se è {fields}, scrivi quel codice",
        "if it is {fields}, write that code"),
    ("titled-fields", "se è uno fra {fields}, scrivi il suo codice",
        "if it is one of {fields}, write its code"),
    ("codes-of-form", "codici del modulo: {known}", "codes of the form: {known}"),
    ("report-other-form",
        "sono due moduli diversi: usa una relazione di {rulebook}, o il rulebook {text}",
        "these are two different forms: use a report of {rulebook}, or the rulebook {text}"),
    ("yaml-margin-one",
        "{text} è al margine, fra voci che non lo sono: rientra questa riga di uno spazio",
        "{text} stands at the margin among entries that do not: indent this line by one space"),
    ("code-or-text", "intendevi il codice {expected}? Per un testo scrivi {instead}",
        "did you mean the code {expected}? For a text write {instead}"),
    ("add-like", "aggiungi per esempio {example}", "add for example {example}"),
    ("choices-or-type", "scrivi le scelte come dice `type`, cioè {instead}, o scrivi {other}",
        "write the choices as `type` says, that is {instead}, or write {other}"),
    ("type-of-choices", "le scelte sono del tipo che dice `type`: correggile, o scrivi {other}",
        "choices are of the type that `type` names: mend them, or write {other}"),
    ("choices-of-one-type",
        "scrivi tutte le scelte come numeri, o tutte come testi fra virgolette",
        "write all choices as numbers, or all as texts in quotes"),
    ("remove-choice", "togli {choice}: un campo che manca si lascia fuori dalla relazione",
        "remove {choice}: a field that is absent is left out of the report"),
    ("type-without-null",
        "un campo che può mancare si lascia fuori dalla relazione: scrivi {instead}",
        "a field that may be absent is left out of the report: write {instead}"),
    ("type-of-values",
        "`type` è uno solo fra `number`, `integer`, `string` e `boolean`; qui è {written}",
        "`type` is one only of `number`, `integer`, `string` and `boolean`; here it is {written}"),
    ("column-name", "`by` nomina le colonne della tabella, non i codici: {instead}",
        "`by` names the columns of the table, no codes: {instead}"),
    ("look-alike",
        "scrivi {instead} con le lettere A-Z della tastiera: alcune lettere si somigliano soltanto",
        "write {instead} with the letters A-Z: some letters only look alike"),
    ("code-shape", "usa lettere, cifre e `_`, senza spazi né accenti: {instead}",
        "use letters, digits and `_`, without spaces or accents: {instead}"),
    ("boolean-form", "scrivi `true` o `false`", "write `true` or `false`"),
    ("target-like", "scrivi per esempio {example}; hanno un esito anche {known}",
        "write for example {example}; these have an outcome too: {known}"),
    ("like-example", "scrivi per esempio {example}", "write for example {example}"),
    ("text-in-quotes", "scrivilo fra virgolette, come testo", "write it in quotes, as a text"),
    *((f"door-{kind}", it, en) for kind, (*_, it, en) in DOORS.items()),
)  # fmt: skip
"""Hints that problems of several areas give."""
