"""What an editor (`ruletrail lsp`) is told of renaming, of examples, of what takes too long."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "rename-nothing": error("qui non c'è un codice del rulebook",
        "no code of the rulebook stands here",
        "porta il cursore su un codice, in una formula o dove è dichiarato",
        "put the cursor on a code, in a formula or where it is declared"),
    "rename-taken": error("il codice {code} c'è già", "the code {code} is there already",
        "scegli un codice che nessuno usa", "choose a code that nothing uses"),
    "rename-field": error("{code} è un campo dello schema {file}: le relazioni lo chiamano così",
        "{code} is a field of the schema {file}: reports call it so",
        "rinominalo prima nello schema, poi nel rulebook e nelle relazioni",
        "rename it in the schema first, then in the rulebook and in the reports"),
    "rename-inherited": error("{code} è dichiarato in {file}, non qui",
        "{code} is declared in {file}, not here",
        "rinominalo in quel file", "rename it in that file"),
    "rename-for-each": error("{code} viene da un `for_each`, che ne compone il codice",
        "{code} comes from a `for_each`, which puts its code together",
        "cambia a mano la voce con `for_each` e chi la legge",
        "change the entry with `for_each` and what reads it by hand"),
    "rename-unsafe": error("chiamare {new} il codice {code} lascerebbe il rulebook con un errore",
        "calling the code {code} {new} would leave an error in the rulebook",
        "correggi prima gli errori che ci sono, o cambia a mano le voci che lo compongono",
        "correct the errors that are there first, or change by hand the entries that put it"
        " together"),
    "example-failed": error("esempio {example}, {place}: atteso {expected}, trovato {found}",
        "example {example}, {place}: expected {expected}, found {found}",
        "correggi il rulebook, o ciò che l'esempio si aspetta",
        "correct the rulebook, or what the example expects"),
    "example-unknown": error("il rulebook non ha un esempio {example}",
        "the rulebook has no example {example}",
        "gli esempi stanno nel file `.test.yaml` accanto al rulebook",
        "examples stand in the `.test.yaml` file beside the rulebook"),
    "example-by-hand": error("l'elenco degli esempi non è scritto una riga per voce, con `- `",
        "the list of examples is not written with one `- ` for each",
        "formatta il documento, o scrivi l'esempio a mano",
        "format the document, or write the example by hand"),
    "editor-too-long": error("la risposta non è arrivata entro {limit} secondi",
        "the answer did not come within {limit} seconds",
        "dalla riga di comando `ruletrail` non ha questo limite",
        "on the command line `ruletrail` has no such limit"),
    "editor-too-large": error("il documento supera {limit} caratteri: qui non si formatta",
        "the document is longer than {limit} characters: it is not formatted here",
        "usa `ruletrail fmt` dalla riga di comando", "use `ruletrail fmt` on the command line"),
}  # fmt: skip

HINTS = hints(
    ("message-text",
        "scrivi un pezzo del testo che la relazione deve mostrare, non il codice della voce",
        "write a part of the text that is to be shown, not the code of the entry"),
)  # fmt: skip
