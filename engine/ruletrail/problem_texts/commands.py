"""What can be wrong with a report as a whole, with a command, or with a form to be canonical."""

from ruletrail.problem_texts.texts import error, hints, warning

TEXTS = {
    "reference-form": error("{text} non indica un rulebook", "{text} does not name a rulebook",
        "scrivi `nome/edizione` o `nome/edizione@versione`, per esempio `sociale/2024`",
        "write `name/edition` or `name/edition@version`, for example `sociale/2024`"),
    "report-not-object": error("una relazione è fatta di coppie «chiave: valore»",
        "a report is made of pairs “key: value”",
        "comincia con `rulebook:`, poi `subject:` e `fields:`",
        "start with `rulebook:`, then `subject:` and `fields:`"),
    "report-without-rulebook": error("la relazione non dice quale rulebook la valuta",
        "the report does not say which rulebook evaluates it",
        "aggiungi per esempio `rulebook: sociale/2024`",
        "add for example `rulebook: sociale/2024`"),
    "report-of-another": error("la relazione è per {text}, ma il rulebook è {rulebook}",
        "the report is for {text}, but the rulebook is {rulebook}",
        "usa la relazione e il rulebook della stessa edizione, e della versione che la relazione "
        "fissa",
        "use the report and the rulebook of the same edition, and of the version that the report "
        "pins"),
    "fields-not-object": error("`fields` è una mappa da codici a valori",
        "`fields` is a map from codes to values",
        "scrivi un codice per riga: `R03: 39301`", "write one code a line: `R03: 39301`"),
    "field-not-scalar": error("il campo {code} deve avere un solo valore",
        "the field {code} must have one single value",
        "scrivi un numero, un testo, `true` o `false`",
        "write a number, a text, `true` or `false`"),
    "subject-not-flat": error("`subject` è una mappa di valori semplici",
        "`subject` is a map of plain values",
        "scrivi per esempio `comune: Jesi`", "write for example `city: Jesi`"),
    "printed-form": error("`printed` contiene solo `messages`, un elenco di testi",
        "`printed` holds only `messages`, a list of texts",
        'scrivi `printed: {{messages: ["…"]}}`', 'write `printed: {{messages: ["…"]}}`'),
    "printed-too-long": error(
        "le frasi in `printed` superano, fino a questa compresa, {limit} byte",
        "the sentences in `printed`, up to this one, are longer than {limit} bytes together",
        "lascia solo le frasi che il modulo stampa, senza il resto del testo",
        "leave only the sentences that the form prints, without the rest of its text"),
    "unknown-step": error(
        ("{text} non è né un valore, né una decisione, né una sezione, né un controllo di questo "
         "rulebook"),
        "{text} is neither a value nor a decision, a section or a check of this rulebook",
        "`ruletrail docs NOME/EDIZIONE` elenca i codici",
        "`ruletrail docs NAME/EDITION` lists the codes"),
    "code-not-encoded": error("{text} non è codificato qui: {why}",
        "{text} is not encoded here: {why}",
        "`{step}` è la voce del rulebook che ne parla",
        "`{step}` is the entry of the rulebook that speaks of it"),
    "no-outcome": error(
        "{text} non è una decisione, una sezione o un controllo: non ha un esito che cambi",
        "{text} is no decision, section or check: it has no outcome that could change",
        "per un valore c'è `ruletrail explain`", "for a value there is `ruletrail explain`"),
    "row-not-there": error(
        "la relazione non ha la cella {text}", "the report has no cell {text}",
        "cambia una riga che c'è: `ELENCO[1].CAMPO` è la prima; righe non se ne aggiungono",
        "change a row that is there: `LIST[1].FIELD` is the first; no rows are added"),
    "outcome-unknown": error("{text} non è un esito di {code}", "{text} is no outcome of {code}",
        "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
    "input-not-read": error("{code} non dipende da {text}", "{code} does not depend on {text}",
        "scrivi i codici di campi che legge: `ruletrail explain` li mostra",
        "write the codes of fields that it reads: `ruletrail explain` shows them"),
    "usage": error("il comando non è scritto bene: {text}", "invalid command: {text}",
        "`ruletrail help COMANDO` mostra come si usa, con esempi",
        "`ruletrail help COMMAND` shows how to use it, with examples"),
    "date-form": error("{text} non è una data", "{text} is not a date",
        "scrivila così: `2025-01-31`", "write it like this: `2025-01-31`"),
    "output-unwritable": error("impossibile scrivere {file}", "cannot write {file}",
        "controlla la cartella e i permessi", "check the folder and that you may write there"),
    "output-is-input": error("scrivere {file} cambierebbe {input}, che il comando legge",
        "writing {file} would change {input}, which the command reads",
        "scegli un altro nome", "choose another name"),
    "output-not-own": error(
        "{file} non è un file che ruletrail ha lasciato: è un collegamento, o è di altri",
        "{file} is not a file that ruletrail left: it is a link, or somebody else's",
        "guarda che cos'è e toglilo, o scegli un altro nome per il risultato",
        "see what it is and remove it, or choose another name for the result"),
    "missing-extra": error("per {text} serve un componente aggiuntivo",
        "an extra is needed for {text}",
        "installalo con {command}; ruletrail non è ancora su PyPI: al posto del nome scrivi il "
        "percorso della copia, `/percorso/della/copia[…]`",
        "install it with {command}; ruletrail is not on PyPI yet: in place of the name write the "
        "path of the clone, `/path/to/the/clone[…]`"),
    # canonical form
    "format-kind": error("{file} non è un rulebook, un layout o un file di esempi in YAML",
        "{file} is not a rulebook, layout or file of examples in YAML",
        "`ruletrail fmt` riconosce i file YAML con `language: 1` o `2`, `layout: 1` o `test: 1`",
        "`ruletrail fmt` knows YAML files with `language: 1` or `2`, `layout: 1` or `test: 1`"),
    "language-changes": warning("{code} era un testo, e nel linguaggio 2 è una data",
        "{code} was a text, and is a day in language 2",
        "se deve restare un testo scrivilo fra virgolette", "to keep it a text write it in quotes"),
    "format-unsafe": error(
        "{file} non si può riscrivere senza cambiarne il significato o perdere un commento",
        "{file} cannot be written anew without changing its meaning or losing a comment",
        "il file è rimasto com'era; un commento in mezzo a un valore su più righe si può spostare "
        "sopra la voce",
        "the file stays as it was; a comment amid a value over several lines can be moved above "
        "the entry"),
}  # fmt: skip

HINTS = hints(
    ("outcome-slip", "intendevi {near}? Si può chiedere uno di questi: {allowed}",
        "did you mean {near}? One of these can be asked for: {allowed}"),
    ("outcome-of-target", "scrivi `--want {target}=ESITO`; l'esito è uno di questi: {allowed}",
        "write `--want {target}=OUTCOME`; the outcome is one of these: {allowed}"),
    ("outcome-of-none",
        "qui nulla ha un esito {word}: scrivi `--want CODICE=ESITO`, per esempio {example}",
        "nothing here has an outcome {word}: write `--want CODE=OUTCOME`, such as {example}"),
    ("target-of-outcome", "scrivi `--want CODICE={outcome}`", "write `--want CODE={outcome}`"),
    ("want-in-quotes", "scrivi {quoted} o {instead}: il terminale divide agli spazi",
        "write {quoted} or {instead}: the terminal parts words at blanks"),
    ("format-line-break",
        ("il file è rimasto com'era; contiene un'interruzione di riga che un editor non mostra "
         "(U+0085, U+2028 o U+2029): scrivi al suo posto un normale a capo o uno spazio"),
        ("the file stays as it was; it holds a line break that editors do not show (U+0085, "
         "U+2028 or U+2029): write an ordinary one or a blank in its place")),
    ("inputs-apart", "i codici si separano con la virgola: {instead}",
        "a comma separates codes: {instead}"),
    ("one-file-each", "un file alla volta: scrivi {instead}, e così per ognuno degli altri",
        "one file at a time: write {instead}, and the same for each of the others"),
    ("one-output-each",
        "un file alla volta: scrivi {instead}, e così per ognuno degli altri, con un `-o` suo",
        ("one file at a time: write {instead}, and the same for each of the others,"
         " with an `-o` of its own")),
    ("target-of-want",
        "togli {target} dal comando, o scrivi in {option} un suo esito",
        "leave {target} out of the command, or write one of its outcomes in {option}"),
    ("file-changed", "qualcuno l'ha scritto nel frattempo: ripeti il comando",
        "somebody wrote it meanwhile: run the command again"),
    ("compare-versions",
        ("due versioni di un rulebook le confronta `ruletrail diff`, due risposte `ruletrail "
        "whatif` con `--set`"),
        ("`ruletrail diff` compares two versions of a rulebook, `ruletrail whatif` with "
        "`--set` two answers")),
    ("new-name", "usa lettere minuscole senza accenti, cifre, `-` e `_`: {instead}",
        "use lower-case letters without accents, digits, `-` and `_`: {instead}"),
    ("marks-differ", "differiscono solo i luoghi (file, riga, colonna): il testo è spostato",
        "only the places (file, line, column) differ: the rulebook's text was moved"),
    ("input-closed", "lo standard input è chiuso: indica un file, o aprilo con `<` o una pipe",
        "standard input is closed: name a file, or open it with `<` or a pipe"),
    ("memory-short",
        ("chiudi altri programmi, usa meno `--workers`, dividi l'ingresso, o alza il limite "
        "della memoria (`ulimit -v`)"),
        ("close other programs, use fewer `--workers`, split the input, or raise the limit of "
        "memory (`ulimit -v`)")),
    ("usage-of", "`ruletrail {command} --help` mostra come si usa, con esempi",
        "`ruletrail {command} --help` shows how to use it, with examples"),
    ("option-once", "lascia uno dei due valori", "leave one of the two values"),
    ("usage-map", "`ruletrail help` elenca i comandi, `ruletrail help COMANDO` ne spiega uno",
        "`ruletrail help` lists the commands, `ruletrail help COMMAND` explains one"),
    ("empty-report",
        ("una relazione ha almeno `rulebook: nome/edizione`, `subject:` e `fields:` con un "
         "valore per riga"),
        ("a report has at least `rulebook: name/edition`, `subject:`, and `fields:` with a "
         "value a line")),
    ("explain-step", "`ruletrail explain {report} {step}` mostra da dove viene",
        "`ruletrail explain {report} {step}` shows where it comes from"),
    ("fill-in-by-hand",
        ("compilalo sul modulo stesso, qui non si può; `ruletrail explain {report} {step}` dice "
        "perché"),
        ("fill it in on the form itself, it cannot be done here; `ruletrail explain {report} "
        "{step}` says why")),
    ("judge-by-hand",
        "valutalo a mano, qui non si può; `ruletrail explain {report} {step}` dice perché",
        "judge it by hand, it cannot be done here; `ruletrail explain {report} {step}` says why"),
    ("leave-blank",
        ("non c'è nulla da scrivere: sono campi da lasciare in bianco; `ruletrail explain {report} "
        "{step}` mostra il controllo"),
        ("there is nothing to write: these fields are to be left blank; `ruletrail explain "
        "{report} {step}` shows the check")),
    ("leave-blank-one",
        ("non c'è nulla da scrivere: è un campo da lasciare in bianco; `ruletrail explain {report} "
        "{step}` mostra il controllo"),
        ("there is nothing to write: this field is to be left blank; `ruletrail explain "
        "{report} {step}` shows the check")),
    ("settle-first",
        ("aspetta di sapere se la parte è dovuta: prima scrivi {first}; `ruletrail explain "
        "{report} {step}` dice perché"),
        ("wait until it is known whether the part is due: write {first} first; `ruletrail explain "
        "{report} {step}` says why")),
    ("settle-by-hand",
        ("aspetta di sapere se la parte è dovuta; `ruletrail explain {report} {step}` dice perché "
        "non lo si sa ancora"),
        ("wait until it is known whether the part is due; `ruletrail explain {report} {step}` says "
        "why it is not yet")),
    ("zeros-right",
        ("ricontrolla i valori; se sono giusti, il risultato non esiste: la relazione si può "
        "sigillare così, con `ruletrail seal {sealed} --allow-invalid`; `ruletrail explain "
        "{report} {step}` mostra da dove viene"),
        ("check the values; if they are right, there is no result: the report can be sealed as it "
        "is, with `ruletrail seal {sealed} --allow-invalid`; `ruletrail explain {report} {step}` "
        "shows where it comes from")),
    ("print-or-not",
        ("il modulo può stampare o no la frase, e nulla ne dipende: non c'è nulla da fare; "
        "`ruletrail explain {report} {step}` dice perché"),
        ("the form may or may not print the sentence, and nothing depends on it: there is nothing "
        "to do; `ruletrail explain {report} {step}` says why")),
    ("write-missing",
        "scrivilo nella relazione; `ruletrail explain {report} {step}` mostra che cosa lo usa",
        "write it into the report; `ruletrail explain {report} {step}` shows what uses it"),
    ("write-missing-many",
        "scrivili nella relazione; `ruletrail evaluate {report} --full` li elenca tutti",
        "write them into the report; `ruletrail evaluate {report} --full` lists all of them"),
    ("codes-of", "`ruletrail docs {rulebook}` elenca i codici",
        "`ruletrail docs {rulebook}` lists the codes"),
    ("output-forms",
        ("usa {known}, o di' la forma con `--format`; una pagina `.html` si stampa in PDF dal "
         "browser"),
        ("use {known}, or say the form with `--format`; a browser prints an `.html` page to "
         "PDF")),
    ("graph-forms",
        ("usa `.mmd` o `.dot`, o di' il formato con `--format`; un'immagine la fa Graphviz: "
         "`dot -Tsvg`"),
        ("use `.mmd` or `.dot`, or say the language with `--format`; Graphviz makes a picture: "
         "`dot -Tsvg`")),
    ("empty-word", "un argomento è vuoto: scrivi ciò che ci va, o toglilo",
        "an argument is empty: write what belongs there, or leave it out"),
    ("rulebook-of-table",
        ("indicalo con `--rulebook`, per esempio `--rulebook sociale/2024`; la prima riga, "
        "con i codici dei campi, qui comincia con {text}"),
        ("name it with `--rulebook`, for example `--rulebook sociale/2024`; the first row, "
        "with the codes of the fields, begins with {text} here")),
    ("delimiter-known",
        "il separatore si riconosce da solo: virgola, punto e virgola o tabulazione",
        "the delimiter is recognised without it: comma, semicolon or tab"),
    ("rulebook-by-file",
        ("`ruletrail list` mostra quelli disponibili; se hai il suo file, indicalo con "
        "`--rulebook FILE.yaml`"),
        ("`ruletrail list` shows those available; if you have its file, name it with "
        "`--rulebook FILE.yaml`")),
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
)  # fmt: skip
