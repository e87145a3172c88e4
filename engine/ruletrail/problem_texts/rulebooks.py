"""What can be wrong with a rulebook as a whole."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "code-form": error(
        "{text} non è un codice", "{text} is not a code",
        "un codice ha lettere, cifre e `_`, e comincia con una lettera", "a code has letters, digits and `_`, and starts with a letter"),
    "foreign-letter": error(
        "il codice {code} contiene {letters}", "the code {code} holds {letters}",
        "riscrivilo con le lettere A-Z della tastiera: alcune lettere si somigliano soltanto",
        "type it again with the letters A-Z: some letters only look alike"),
    "code-reserved": error(
        "{code} è una parola riservata", "{code} is a reserved word",
        "scegli un altro codice, per esempio con un suffisso", "choose another code, for example with a suffix"),
    "duplicate-code": error(
        "il codice {code} è già usato alla riga {line}", "the code {code} is already used on line {line}",
        "ogni codice indica una cosa sola: cambiane uno", "each code names one thing: change one of them"),
    "code-of-field": error(
        "{code} è già il codice di un campo", "{code} is already the code of a field",
        "solo una regola può avere il codice di un campo", "only a rule may have the code of a field"),
    "too-many-entries": error(
        "con `for_each` per esteso le voci sono più di {limit}", "with `for_each` written out there are more than {limit} entries",
        "dividi il rulebook", "split the rulebook"),
    "for-each-unknown": error(
        "{name} non è una variabile di `for_each`", "{name} is not a variable of `for_each`",
        "dichiarala in `for_each`", "declare it in `for_each`"),
    "for-each-unused": error(
        "la variabile {name} non compare nel codice della voce", "the variable {name} does not stand in the entry's code",
        "mettila nel codice, altrimenti le voci avrebbero tutte lo stesso nome",
        "put it into the code, or all entries would have the same name"),
    "remove-unknown": error(
        "il rulebook di base non ha {code}", "the base rulebook has no {code}",
        "controlla il codice da togliere", "check the code to remove"),
    "incomplete-entry": error(
        "la voce {code} non ha {key}", "the entry {code} has no {key}",
        "aggiungi la chiave, o `not_encoded` con il motivo", "add the key, or `not_encoded` with the reason"),
    "conflicting-keys": error(
        "{first} e {second} non possono stare insieme", "{first} and {second} cannot stand together",
        "tieni una delle due; per sostituire una voce ereditata mettila prima in `remove`",
        "keep one of them; to replace an inherited entry put it into `remove` first"),
    "otherwise-not-last": error(
        "in {code} un caso dopo `otherwise` non si raggiunge mai", "in {code} a case after `otherwise` is never reached",
        "sposta `otherwise` per ultimo", "move `otherwise` to the end"),
    "optional-not-listed": error(
        "{code} è facoltativo ma non è fra i campi della sezione", "{code} is optional but is not among the section's fields",
        "aggiungilo a `fields`, o toglilo da `optional`", "add it to `fields`, or remove it from `optional`"),
    "published-without-in-force": error(
        "un rulebook pubblicato deve dire da quando vale", "a published rulebook must say since when it is in force",
        "aggiungi per esempio `in_force: {{from: 2025-01-01}}`", "add for example `in_force: {{from: 2025-01-01}}`"),
    "assumed-in-published": error(
        "un rulebook pubblicato non contiene voci `assumed`", "a published rulebook holds no `assumed` entries",
        "trova la fonte, o usa `not_encoded`, o torna a `status: draft`",
        "find the source, or use `not_encoded`, or go back to `status: draft`"),
    "template-form": error(
        "nel messaggio una graffa è fuori posto: {text}", "a brace is out of place in the message: {text}",
        "le graffe contengono solo un codice: `{{R04}}`", "braces hold a code only: `{{R04}}`"),
    "message-language": error(
        "manca il testo in {language}, la lingua del rulebook", "the text in {language}, the rulebook's language, is missing",
        "aggiungilo accanto agli altri", "add it beside the others"),
    "cycle": error(
        "queste voci si leggono in cerchio: {ring}", "these entries read each other in a ring: {ring}",
        "togli una delle letture", "remove one of the readings"),
    "round-not-number": error(
        "{code} non è un numero e non si arrotonda", "{code} is not a number and cannot be rounded",
        "togli `round`", "remove `round`"),
    "unknown-section": error(
        "la sezione {text} non esiste", "the section {text} does not exist",
        "scrivi in `part_of` il codice di una sezione", "write the code of a section in `part_of`"),
    "unknown-field": error(
        "il campo {text} non è nello schema della relazione", "the field {text} is not in the report's schema",
        "dichiaralo nello schema, o correggi il codice", "declare it in the schema, or mend the code"),
    "unknown-placeholder": error(
        "nel messaggio {text} non indica nulla", "{text} names nothing in the message",
        "usa un codice, o `edition`, `rulebook`, `version`", "use a code, or `edition`, `rulebook`, `version`"),
    "unknown-source": error(
        "la fonte {text} non è fra le `sources`", "the source {text} is not among the `sources`",
        "aggiungila a `sources`", "add it to `sources`"),
    "rulebook-not-object": error(
        "un rulebook è una mappa di chiavi", "a rulebook is a map of keys",
        "comincia con `language: 1`", "start with `language: 1`"),
    "rulebook-unknown": error(
        "il rulebook {text} non c'è", "there is no rulebook {text}",
        "`ruletrail list` mostra quelli disponibili", "`ruletrail list` shows those available"),
    "rulebook-not-in-force": error(
        "nessuna versione pubblicata di {text} è in vigore alla data richiesta", "no published version of {text} is in force on that date",
        "indica un'altra data, o una versione: `{text_version}`", "give another date, or a version: `{text_version}`"),
    "rulebook-draft": error(
        "{text} è solo una bozza", "{text} is only a draft",
        "indica la versione per usarla comunque: `{text_version}`", "name the version to use it all the same: `{text_version}`"),
    "rulebook-misplaced": error(
        "il file dice di essere {text}, ma sta al posto di {place}", "the file says it is {text}, but stands in the place of {place}",
        "correggi nome, edizione o versione, oppure il nome del file", "mend name, edition or version, or the file's name"),
    "path-outside": error(
        "{text} esce dalla cartella del rulebook", "{text} leaves the rulebook's folder",
        "usa un percorso relativo, senza `..`", "use a relative path without `..`"),
    "schema-not-found": error(
        "lo schema {text} non si trova", "the schema {text} cannot be found",
        "mettilo accanto al rulebook, o sotto `schemas/`", "put it beside the rulebook, or under `schemas/`"),
    "extends-cycle": error(
        "i rulebook si estendono in cerchio: {ring}", "the rulebooks extend each other in a ring: {ring}",
        "togli uno degli `extends`", "remove one `extends`"),
    "extends-too-long": error(
        "più di {limit} rulebook si estendono uno dopo l'altro", "more than {limit} rulebooks extend one another in a row",
        "unisci alcuni di essi", "merge some of them"),
    "remove-without-extends": error(
        "`remove` toglie voci di un rulebook di base, ma qui non c'è `extends`",
        "`remove` drops entries of a base, but there is no `extends`",
        "aggiungi `extends`, o togli `remove`", "add `extends`, or remove `remove`"),
    "extends-ambiguous": error(
        "più file dicono di essere {text}: {files}", "several files say they are {text}: {files}",
        "tienine uno solo nella cartella", "keep one of them in the folder"),
    "extends-unknown": error(
        "il rulebook di base {text} non c'è", "there is no base rulebook {text}",
        "mettilo nella stessa cartella o nella libreria", "put it into the same folder or the library"),
}  # fmt: skip
