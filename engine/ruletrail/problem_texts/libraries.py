"""What can be wrong with the places where rulebooks are found, or with the pages of the manual."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "library-not-folder": error("{text} è un file, e una raccolta è una cartella",
        "{text} is a file, and a library is a folder",
        "se è un pacchetto, installalo con `pip install`; se è un archivio, estrailo e indica la "
        "cartella; se è un rulebook, indicalo con il suo percorso",
        "if it is a package, install it by `pip install`; if it is an archive, unpack it and name "
        "the folder; if it is a rulebook, name it by its path"),
    "library-not-found": error("{text} non è una raccolta di rulebook",
        "{text} is not a library of rulebooks",
        "una raccolta è una cartella con `rulebooks/` e `schemas/`, o con `ruletrail.toml`",
        "a library is a folder with `rulebooks/` and `schemas/`, or with `ruletrail.toml`"),
    "library-metadata": error(
        "il pacchetto in {text} indica una raccolta, e i suoi metadati non si possono leggere",
        "the package in {text} names a library, and its metadata cannot be read",
        "installalo di nuovo, o toglilo con `pip uninstall`",
        "install it again, or remove it by `pip uninstall`"),
    "library-not-own": error(
        "la raccolta in {text} può averla messa lì chiunque: in quella cartella scrivono tutti, e "
        "{name} non è tuo",
        "anybody may have put the library in {text} there: all may write into that folder, and "
        "{name} is not yours",
        "se te ne fidi, indica la cartella con `--library DIR` o in `RULETRAIL_PATH` (per `new` "
        "con `--folder`); se no, lavora in un'altra",
        "if you trust it, name the folder by `--library DIR` or in `RULETRAIL_PATH` (for `new` by "
        "`--folder`); else work in another one"),
    "folder-not-found": error("la cartella {text} non c'è", "there is no folder {text}",
        "creala, o correggi il nome", "make it, or mend the name"),
    "library-outside": error("{text} esce dalla cartella della raccolta",
        "{text} leaves the library's folder",
        "indica una cartella che sta sotto quella di `ruletrail.toml`, senza `..`, o sposta "
        "`ruletrail.toml` più in alto",
        "name a folder below that of `ruletrail.toml`, without `..`, or move `ruletrail.toml` "
        "further up"),
    "toml-syntax": error("qui non è TOML", "this is no TOML",
        'scrivi una chiave per riga: `rulebooks = "cartella"`',
        'write one key a line: `rulebooks = "folder"`'),
    "rulebook-in-two-places": error("{text} è in due posti: {first} e {second}",
        "{text} is in two places: {first} and {second}",
        "togline uno o cambiagli nome, fissa una versione che è in un posto solo, o indica il file "
        "con il suo percorso",
        "remove one of them or give it another name, pin a version that is in one place only, or "
        "name the file by its path"),
    "version-unclear": error(
        "il file non dice come si deve quale versione è, o se e quando risponde: {keys}",
        "the file does not say rightly which version it is, or whether and when it answers: {keys}",
        "`ruletrail check` su questo file dice che cosa correggere; una relazione che fissa la "
        "versione di un altro ha la sua risposta comunque",
        "`ruletrail check` of this file says what to mend; a report that pins the version of "
        "another one is answered all the same"),
    "rulebook-exists": error("{text} c'è già, in un altro posto",
        "{text} is there already, in another place",
        "è {file}: scegli un altro nome o un'altra edizione, o continua quello; nulla è stato "
        "scritto",
        "it is {file}: choose another name or another edition, or go on with that one; nothing "
        "was written"),
    "rulebooks-not-found": error("in {text} non ci sono rulebook",
        "there are no rulebooks in {text}",
        "indica un rulebook o una cartella che ne contiene; `ruletrail new NOME/EDIZIONE` ne "
        "comincia uno",
        "name a rulebook or a folder that holds some; `ruletrail new NAME/EDITION` begins one"),
    "page-unknown": error(
        "né il manuale né i rulebook di qui hanno una pagina o un titolo con {text}",
        "neither the manual nor the rulebooks here have a page or a title with {text}",
        ("si può chiedere un comando (`ruletrail help` li elenca), una pagina (`ruletrail help "
         "topics`), il codice di un problema, o una parola dei titoli di un rulebook (`ruletrail "
         "list` li elenca, `ruletrail docs` ne mostra i titoli)"),
        ("ask for a command (`ruletrail help` lists them), a page (`ruletrail help topics`), the "
         "code of a problem, or a word of the titles of a rulebook (`ruletrail list` lists them, "
         "`ruletrail docs` shows their titles)")),
}  # fmt: skip

HINTS = hints(
    ("write-or-move", "scrivi {instead}, o sposta il file in {target}",
        "write {instead}, or move the file to {target}"),
    ("move-file", "non è al suo posto: spostalo in {target}",
        "it is out of place: move it to {target}"),
    ("write-or-remove",
        ("{version} è già in {twin}, e in un secondo posto non la si troverebbe più: scrivi "
         "{instead}, o togli questo file"),
        ("{version} is in {twin} already, and in a second place it could not be found any more: "
         "write {instead}, or remove this file")),
    ("raise-or-remove",
        ("{version} è già in {twin}, e in un secondo posto non la si troverebbe più: alza "
         "`version` in questo file, o toglilo"),
        ("{version} is in {twin} already, and in a second place it could not be found any more: "
         "raise `version` in this file, or remove it")),
    ("there-is", "c'è {known}", "there is {known}"),
    ("there-are", "ci sono {known}", "there are {known}"),
    ("version-numbers", "una versione ha tre numeri: {instead}",
        "a version has three numbers: {instead}"),
    ("new-reference",
        "scrivi `nome/edizione`, per esempio `casa/2031`; la versione comincia da sola",
        "write `name/edition`, for example `house/2031`; the version begins by itself"),
    ("edition-lacks", "manca l'edizione, per esempio l'anno: {instead}",
        "the edition is missing, the year for instance: {instead}"),
    ("version-lacks", "manca la versione: {instead}", "the version is missing: {instead}"),
    ("base-of-none",
        ("si estende una versione, come `nome/edizione@1.0.0`; di {base} qui non c'è altro: "
         "`ruletrail list` dice che cosa c'è"),
        ("a version is extended, such as `name/edition@1.0.0`; there is nothing else of {base} "
         "here: `ruletrail list` shows what there is")),
    ("path-from-schemas", "il percorso parte da `schemas/`: scrivi {instead}",
        "the path begins in `schemas/`: write {instead}"),
    ("table-blank-beside-comma",
        "accanto a una virgola c'è uno spazio di troppo, che qui è parte del nome: toglilo",
        "a blank too many stands beside a comma, and is part of the name here: take it out"),
    ("table-comma-at-end",
        "c'è una virgola di troppo, che comincia un'altra colonna: toglila, e così nelle righe",
        "there is a comma too many, which begins another column: take it out, in the rows too"),
    ("table-separator",
        "le celle sono separate da {sign}: salvalo con le virgole, e con il punto nei decimali",
        "the cells are separated by {sign}: save it with commas, and a point in decimals"),
    ("exception-formula",
        ("un'eccezione dà un valore, non un esito con un nome: scrivi per esempio "
         "`formula: 0`; gli esiti stanno nei `cases` di una decisione"),
        ("an exception gives a value, no named outcome: write `formula: 0` for instance; "
         "outcomes stand in the `cases` of a decision")),
    ("table-as-csv", "scrivi le righe in un file CSV, o nel rulebook sotto `rows`",
        "write the rows in a CSV file, or in the rulebook below `rows`"),
    ("table-to-csv",
        ("cambiare il nome non basta: aprilo con il foglio di calcolo e con «Salva con nome» "
         "scegli CSV in UTF-8, con la virgola fra le celle e il punto nei decimali"),
        ("a new name is not enough: open it in the spreadsheet program and by “Save as” choose "
         "CSV in UTF-8, with commas between cells and a point in decimals")),
    ("empty-line", "togli la riga vuota", "take the empty line out"),
    ("toml-folder", 'scrivi una cartella: `{key} = "cartella"`',
        'write a folder: `{key} = "folder"`'),
)  # fmt: skip
