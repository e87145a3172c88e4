"""What can be wrong with a rulebook's examples, and with a new one (`ruletrail new`)."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "examples-not-found": error("accanto al rulebook non c'è il file di esempi {file}",
        "there is no file of examples {file} beside the rulebook",
        "comincia con `test: 1`, `rulebook:` ed `examples:`",
        "start with `test: 1`, `rulebook:` and `examples:`"),
    "examples-of-another": error("gli esempi sono di {text}, non di {rulebook}",
        "the examples are of {text}, not of {rulebook}",
        "correggi `rulebook` nel file degli esempi: {instead}",
        "correct `rulebook` in the file of examples: {instead}"),
    "examples-too-large": error(
        "le relazioni degli esempi fino a questo contengono insieme più di {limit} valori",
        "the reports of the examples up to this one hold more than {limit} values together",
        "togli degli esempi, o usa per loro una relazione con meno campi",
        "remove examples, or use a report with fewer fields for them"),
    "examples-too-costly": error(
        "valutare gli esempi fino a questo guarda insieme più di {limit} passi, parti di formule e "
        "codici letti",
        "evaluating the examples up to this one looks at more than {limit} steps, parts of "
        "formulas and codes read",
        "togli gli esempi che non mostrano nulla di nuovo, o usa relazioni con meno righe; molte "
        "relazioni insieme le calcola `ruletrail batch`",
        "remove examples that show nothing new, or use reports with fewer rows; `ruletrail batch` "
        "evaluates many reports"),
    "example-repeated": error("l'esempio {text} c'è già alla riga {line}",
        "the example {text} is already on line {line}",
        "dai a ogni esempio un nome suo", "give each example a name of its own"),
    "example-report-not-found": error("la relazione {text} non si trova",
        "the report {text} cannot be found",
        "mettila accanto agli esempi, o sotto `examples/`; il percorso è relativo e senza `..`",
        "put it beside the examples, or under `examples/`; the path is relative and without `..`"),
    "example-without-report": error(
        "l'esempio {text} deve avere `report` oppure `like`, uno solo dei due",
        "the example {text} must have `report` or `like`, one of the two",
        "scrivi la relazione sotto `report`, o il nome di un esempio precedente in `like`",
        "write the report under `report`, or the name of an earlier example in `like`"),
    "example-unknown-like": error("prima di questo non c'è un esempio {text}",
        "there is no example {text} before this one",
        "usa il nome di un esempio scritto più su",
        "use the name of an example written further up"),
    "example-unknown-field": error("{code} non è un campo del modulo",
        "{code} is not a field of the form",
        "usa il codice di un campo dello schema", "use the code of a field of the schema"),
    "example-not-there": error("la relazione dell'esempio non ha {code}: non c'è nulla da togliere",
        "the example's report has no {code}: there is nothing to remove",
        "toglilo da `remove`", "take it out of `remove`"),
    "example-unknown-code": error("sotto {kind} non può stare {code}",
        "{code} cannot stand below {kind}",
        "qui possono stare {known}",
        "what may stand here: {known}"),
    "example-beside-problems": error(
        "una relazione rifiutata non ha risposta: accanto a `problems` ciò che sta sotto {keys} "
        "non si confronta mai",
        "a report that is refused has no answer: beside `problems`, what stands below {keys} is "
        "never compared",
        "se la relazione deve essere rifiutata lascia solo `problems`; ciò che dà quando è giusta "
        "va in un altro esempio",
        "if the report is to be refused leave only `problems`; what it gives when it is right "
        "belongs in another example"),
    "example-unknown-outcome": error("{text} non è un esito che {code} può avere",
        "{text} is no outcome that {code} can have",
        "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
    "example-absent-text": error(
        "nessun messaggio dice {text}: scritto così non controlla nulla",
        "no message says {text}: written like this it checks nothing",
        "scrivilo come lo scrive il messaggio", "write it as the message does"),
    "example-unknown-reason": error("{code} non ha {text}", "{code} has no {text}",
        "`case` è delle decisioni, `before_rounding` delle regole, `condition` di ciò che ne ha "
        "una",
        "`case` belongs to decisions, `before_rounding` to rules, `condition` to what has one"),
    "file-exists": error("il file {file} c'è già", "the file {file} is there already",
        "scegli un altro nome o un'altra cartella: nulla è stato scritto",
        "choose another name or another folder: nothing was written"),
}  # fmt: skip

HINTS = hints(
    ("examples-misnamed", "{other} è un file di esempi con un altro nome: chiamalo {instead}",
        "{other} is a file of examples of another name: call it {instead}"),
    ("examples-to-rename",
        ("gli esempi di un rulebook stanno accanto, in un file che si chiama come lui: chiama "
         "questo {instead}"),
        ("a rulebook's examples lie beside it, in a file that is called as it is: call this one "
         "{instead}")),
    ("examples-to-copy",
        "un'altra versione ha i suoi in {other}: copiali in {instead}, e correggi che cosa cambia",
        "another version has its own in {other}: copy them to {instead}, and mend what changes"),
    ("row-number", "di' di quale riga, contando da 1, fra virgolette: {instead}",
        "say of which row, counting from 1, in quotes: {instead}"),
    ("no-such-row", "la prima riga è la 1; quante sono lo cambia `size(ELENCO)`",
        "the first row is 1; how many there are is changed by `size(LIST)`"),
    ("problem-codes",
        ("i problemi hanno il codice fra parentesi quadre che ne mostra il messaggio, per "
        "esempio `out-of-range`; tutti sono in `docs/problems/`"),
        ("problems have the code in square brackets that their message shows, for example "
        "`out-of-range`; all are in `docs/problems/`")),
    ("of-another-kind", "scrivilo sotto {other}", "write it below {other}"),
    ("expected-number",
        ("scrivi un numero, anche come `1/3`, o perché non c'è: `missing`, `not_applicable`, "
         "`not_encoded`, `error`"),
        ("write a number, also as `1/3`, or why there is none: `missing`, `not_applicable`, "
         "`not_encoded`, `error`")),
)  # fmt: skip
