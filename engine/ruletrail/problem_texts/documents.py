"""What can be wrong with a file before anybody asks what it means."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "file-unreadable": error("impossibile leggere il file {file}", "cannot read the file {file}",
        "controlla il percorso e i permessi di lettura", "check its path and that you may read it"),
    "document-too-large": error("il documento supera {limit} byte",
        "the document is larger than {limit} bytes",
        "dividilo, o togli ciò che non serve", "split it, or remove what is not needed"),
    "document-too-deep": error("ci sono più di {limit} livelli uno dentro l'altro",
        "more than {limit} levels stand inside each other",
        "riduci i livelli di annidamento", "use fewer levels"),
    "too-many-nodes": error("il documento contiene più di {limit} elementi",
        "the document holds more than {limit} values",
        "dividilo in più documenti", "split it into several documents"),
    "text-too-long": error("questo testo supera {limit} byte",
        "this text is longer than {limit} bytes",
        "accorcialo", "shorten it"),
    "not-utf8": error("il file non è in UTF-8: il byte {byte} non è ammesso qui",
        "the file is not UTF-8: the byte {byte} cannot stand here",
        "salvalo di nuovo scegliendo la codifica UTF-8", "save it again with the encoding UTF-8"),
    "wrong-file": error("{file} è {kind}, che questo comando non legge",
        "{file} is {kind}, which this command does not read",
        "`ruletrail help` dice quale comando legge che cosa",
        "`ruletrail help` tells which command reads what"),
    "empty-document": error("il documento è vuoto", "the document is empty",
        "scrivi almeno le chiavi obbligatorie", "write at least the required keys"),
    "yaml-syntax": error("la struttura YAML si interrompe qui, vicino a {near}",
        "the YAML structure breaks here, near {near}",
        "controlla i rientri, i due punti seguiti da uno spazio e le virgolette chiuse",
        "check the indentation, colons followed by a space, and closing quotes"),
    "yaml-unprintable": error("c'è un carattere di controllo, che un documento non può contenere",
        "there is a control character, which a document cannot hold",
        "cancellalo; spesso è rimasto da un copia e incolla",
        "delete it; it often comes from copy and paste"),
    "yaml-directive": error("le direttive YAML (`%…`) non sono ammesse",
        "YAML directives (`%…`) are not admitted",
        "togli la riga", "remove the line"),
    "several-documents": error("qui comincia un secondo documento", "a second document starts here",
        "togli `---`, o usa un file per ogni documento",
        "remove `---`, or use a file for each document"),
    "tab-indentation": error("il rientro usa un carattere di tabulazione",
        "the indentation uses a tab",
        "al suo posto metti spazi, tanti quanti ne hanno le righe vicine",
        "put spaces in its place, as many as the lines around have"),
    "repeated-key": error("la chiave {key} è già scritta alla riga {line}",
        "the key {key} is already written on line {line}",
        "tieni una sola delle due, o cambia nome a una", "keep one of the two, or rename one"),
    "key-not-text": error("qui serve una chiave, cioè un testo",
        "a key, that is a text, is needed here",
        "scrivi la chiave come testo semplice", "write the key as plain text"),
    "null-value": error("un valore vuoto non è ammesso", "an empty value is not admitted",
        "scrivi il valore; se il dato manca, togli anche il suo nome",
        "write the value; where it is missing, take its name out too"),
    "decimal-comma": error(
        "{text} ha la virgola decimale, che fra graffe o parentesi separa due valori",
        "{text} has a decimal comma, which separates two values in braces or brackets",
        "usa il punto decimale", "use a decimal point"),
    "comma-in-braces": error("fra graffe la virgola separa le voci, e taglia in due {text}",
        "in braces a comma separates entries, and cuts {text} in two",
        "metti fra virgolette il testo che contiene la virgola",
        "put the text that holds the comma in quotes"),
    "text-in-braces": error(
        "il testo che comincia con {text} sta su più righe, fra graffe, senza virgolette",
        "the text that begins with {text} stands on several lines, in braces, without quotes",
        "mettilo fra virgolette: {instead}", "put it in quotes: {instead}"),
    "leading-zero": error("{text} comincia con zero: non è chiaro se sia un numero o un codice",
        "{text} starts with a zero: number or code is not clear",
        "se è un codice scrivilo fra virgolette, {quoted}; se è un numero togli lo zero",
        "for a code write it in quotes, {quoted}; for a number drop the zero"),
    "anchor-or-alias": error("ancore e rimandi YAML ({text}) non sono ammessi",
        "YAML anchors and aliases ({text}) are not admitted",
        "scrivi il contenuto per esteso", "write the content out"),
    "merge-key": error("la fusione `<<` non è ammessa", "the merge key `<<` is not admitted",
        "scrivi le chiavi per esteso; per riusare un altro rulebook c'è `extends`",
        "write the keys out; to reuse another rulebook there is `extends`"),
    "tag": error("le etichette YAML ({text}) non sono ammesse",
        "YAML tags ({text}) are not admitted",
        "togli l'etichetta; per un testo bastano le virgolette",
        "remove the tag; for a text, quotes are enough"),
    "json-syntax": error("la struttura JSON si interrompe qui, vicino a {near}",
        "the JSON structure breaks here, near {near}",
        "controlla virgole, virgolette doppie e parentesi chiuse",
        "check commas, double quotes and closing brackets"),
    "lone-surrogate": error("il testo contiene mezzo carattere (un surrogato isolato)",
        "the text holds half a character (a lone surrogate)",
        "riscrivi il testo senza quel carattere", "write the text again without that character"),
    "not-finite": error("{near} non è un numero", "{near} is not a number",
        "scrivi il valore; se il dato manca, togli anche il suo nome",
        "write the value; where it is missing, take its name out too"),
}  # fmt: skip

HINTS = hints(
    ("less-repeated",
        ("ogni campo ripete etichetta e titoli delle scelte, ogni voce i codici che legge: accorcia"
         " i titoli che più campi hanno in comune, o i codici che stanno in gruppi grandi"),
        ("each field repeats its label and the titles of its choices, each entry the codes that it"
         " reads: shorten titles that many fields share, or codes that stand in large groups")),
    ("two-versions",
        ("lascia quella che vale, e togli l'altra con le righe `<<<<<<<`, `=======` e `>>>>>>>`; "
         "se nessuno la riconosce, chiedi a chi ha unito le modifiche"),
        ("leave the one that holds, and remove the other with the lines `<<<<<<<`, `=======` and "
         "`>>>>>>>`; if nobody knows it, ask who merged the changes")),
    ("quoted-lines", "togli `>` e lo spazio che segue all'inizio di ogni riga",
        "remove `>` and the space after it at the beginning of each line"),
    ("keys-or-text",
        "per più chiavi scrivi un elenco, {instead}; un testo con la virgola va fra virgolette",
        "for several keys write a list, {instead}; a text with a comma goes in quotes"),
    ("yaml-brackets-in-braces",
        "fra graffe, ciò che contiene parentesi quadre o graffe sta fra virgolette: {instead}",
        "within braces, what holds brackets or braces stands in quotes: {instead}"),
    ("yaml-formula-in-braces",
        "fra graffe, una formula che contiene un testo sta tutta fra virgolette: scrivi {instead}",
        "within braces, a formula that holds a text stands in quotes as a whole: write {instead}"),
    ("yaml-equals", "al posto di {text} vanno i due punti: {instead}",
        "in the place of {text} belongs a colon: {instead}"),
    ("yaml-signs",
        ("al posto di {text} vanno i due punti e uno spazio, {instead}: così in ogni riga fino "
        "alla {last}"),
        ("in the place of {text} belong a colon and a space, {instead}: so on each line up to "
        "{last}")),
    ("yaml-quoted-line", "le virgolette intorno alla riga sono di troppo: scrivi {instead}",
        "the quotes around the line are too much: write {instead}"),
    ("yaml-quoted-lines",
        ("le virgolette intorno alla riga sono di troppo: scrivi {instead}, e così ogni riga fino "
        "alla {last}"),
        ("the quotes around the line are too much: write {instead}, and so each line up to "
        "{last}")),
    ("yaml-quote-before-key", "le virgolette davanti alla chiave sono di troppo: scrivi {instead}",
        "the quotes before the key are too much: write {instead}"),
    ("yaml-lone-word",
        ("questa riga non è una voce: se è una nota metti `#` davanti, {note}; se è una voce "
        "scrivi {instead}"),
        ("this line is no entry: if it is a note put `#` before it, {note}; if it is an entry "
        "write {instead}")),
    ("yaml-title",
        "questa riga non è una voce: toglila, o metti `#` davanti, {instead}",
        "this line is no entry: take it away, or put `#` before it, {instead}"),
    ("yaml-titles",
        ("le righe prima della prima chiave non sono voci: toglile, o metti `#` davanti a "
        "ognuna fino alla {last}, {instead}"),
        ("the lines before the first key are no entries: take them away, or put `#` before each "
        "up to line {last}, {instead}")),
    ("yaml-goes-on-or-key",
        ("se questa riga continua il testo della riga {line}, rientrala di due spazi in più di "
        "quella; se è una voce nuova, mancano i due punti: {instead}"),
        ("if this line goes on with the text of line {line}, indent it by two spaces more than "
        "that; if it is a new entry, a colon is missing: {instead}")),
    ("yaml-quote-number", "{text} davanti a un numero è di troppo: scrivi {number}",
        "{text} before a number is too much: write {number}"),
    ("second-document",
        ("se da qui comincia un secondo documento, mettilo in un file suo; se no togli la "
        "ripetizione"),
        ("if a second document begins here, put it in a file of its own; else take the "
        "repetition out")),
    ("yaml-goes-on",
        "questa riga continua il valore della riga {line}: rientrala di due spazi in più",
        "this line goes on with the value of line {line}: indent it by two spaces more"),
    ("text-or-alias",
        "se è un testo mettilo fra virgolette, {instead}; se no scrivi il contenuto per esteso",
        "if it is a text put it in quotes, {instead}; if not, write the content out"),
    ("text-or-tag", "se è un testo mettilo fra virgolette, {instead}; se no togli l'etichetta",
        "if it is a text put it in quotes, {instead}; if not, remove the tag"),
    ("yaml-block-line",
        ("questa riga continua il testo di {key}, che comincia alla riga {line}: rientrala con "
        "{count} spazi, come la prima del testo"),
        ("this line goes on with the text of {key}, which begins in line {line}: indent it by "
        "{count} spaces, as the first of the text")),
    ("tab-alone", "al suo posto metti {step} spazi", "put {step} spaces in its place"),
    ("tab-twice",
        "al posto di ogni tabulazione metti {step} spazi, in questa riga e nella {last}",
        "put {step} spaces in the place of each tab, in this line and in line {last}"),
    ("tabs",
        ("al posto di ogni tabulazione metti {step} spazi, in questa riga e nelle altre {count}"
         " che ne hanno"),
        "put {step} spaces in the place of each tab, in this line and in the other {count}"),
    ("yaml-block-at-margin",
        ("se questa riga è il testo di {key}, che comincia alla riga {line}, rientrala di due"
         " spazi in più di quella, cioè con {count} spazi"),
        ("if this line is the text of {key}, which begins in line {line}, indent it by two spaces"
         " more than that, by {count} in all")),
    ("yaml-block-all-at-margin",
        ("se le righe dalla {first} alla {last} sono il testo di {key}, che comincia alla riga"
         " {line}, rientrale di due spazi in più di quella, cioè con {count} spazi"),
        ("if the lines from {first} to {last} are the text of {key}, which begins in line {line},"
         " indent them by two spaces more than that, by {count} in all")),
    ("yaml-comment-in-text",
        ("`#` comincia un commento, e il testo della riga {line} finisce lì: metti tutto il testo "
        "fra virgolette; se il commento è tuo, spostalo su una riga prima"),
        ("`#` begins a comment, and the text of line {line} ends there: put the whole text in "
        "quotes; if the comment is your own, move it to a line before")),
    ("yaml-comment-in-braces",
        "`#` fa un commento anche della graffa: metti il testo fra virgolette, {instead}",
        "`#` makes a comment even of the brace: put the text in quotes, {instead}"),
    ("yaml-goes-on-at",
        "questa riga continua il valore della riga {line}: deve avere {count} spazi",
        "this line goes on with the value of line {line}: it needs {count} spaces"),
    ("yaml-lone-line",
        "la riga {line} è rientrata di {found}, quelle dopo di {count}: rientrala come loro",
        "line {line} is indented by {found}, those after it by {count}: indent it like them"),
    ("yaml-braces-in-text", "il testo contiene graffe: mettilo fra virgolette, {instead}",
        "the text holds braces: put it in quotes, {instead}"),
    ("percent-value-sign",
        ("il segno `%` va in `unit`: scrivi il numero solo, {number}, se le formule dividono per "
        "100; se moltiplicano e basta, il suo centesimo"),
        ("the sign `%` belongs in `unit`: write the number alone, {number}, if the formulas divide "
        "by 100; if they only multiply, its hundredth")),
    ("json-quotes", "in JSON un testo sta fra virgolette doppie diritte: {instead}",
        "in JSON a text stands in straight double quotes: {instead}"),
    ("json-key", "in JSON anche una chiave sta fra virgolette doppie: scrivi {instead}",
        "in JSON a key stands in double quotes too: write {instead}"),
    ("json-comment", "JSON non ha commenti: toglilo", "JSON has no comments: take it away"),
    ("yaml-value", "scrivi il valore", "write the value"),
    ("yaml-entry-dash", "le voci sono chiavi, senza trattino: {instead}",
        "entries are keys, without a dash: {instead}"),
    ("reference-there",
        ("il file non esiste; c'è {known}, che sta in una raccolta: scrivi così, senza cartelle né "
        "`.yaml`"),
        ("the file does not exist; there is {known}, which a library holds: write it like this, "
        "without folders and `.yaml`")),
    ("file-of-reference", "qui serve il file: scrivi {instead}",
        "the file is needed here: write {instead}"),
    ("file-missing", "il file non esiste: controlla nome e cartella",
        "the file does not exist: check its name and folder"),
    ("words-of-form",
        "qui il modulo ammette {allowed}, scritto così: controlla sul modulo e scrivilo a mano",
        "here the form admits {allowed}, written so: look at the form and write it by hand"),
    ("shape-of-form",
        ("qui il modulo stampa {shape}, con il valore al posto di `…`: controlla sul modulo e"
         " scrivi a mano ciò che manca"),
        ("here the form prints {shape}, with the value for `…`: look at the form and write by hand"
         " what is missing")),
    ("no-number-printed",
        "non è un numero: se vuol dire zero scrivi 0 a mano; se il dato manca, non scrivere nulla",
        "it is no number: if it means zero, write 0 by hand; if there is none, write nothing"),
    ("letter-in-number",
        "fra le cifre c'è una lettera: guarda il modulo, e scrivi il numero a mano",
        "there is a letter among the digits: look at the form, and write the number by hand"),
    ("letter-for-digit",
        ("fra le cifre c'è una lettera, O per zero o l per uno: guarda il modulo; se è {number}, "
         "scrivilo a mano così"),
        ("there is a letter among the digits, O for zero or l for one: look at the form; if it is "
         "{number}, write it so by hand")),
    ("grouped-number", "qui il modulo non scrive così le migliaia: scrivi a mano {whole}",
        "here the form does not write thousands like this: write {whole} by hand"),
    ("grouped-if-whole",
        "qui va un numero intero: se il segno separa le migliaia scrivi a mano {whole}",
        "a whole number belongs here: if the sign separates thousands write {whole} by hand"),
    ("odd-decimals",
        ("qui il modulo scrive i decimali in un altro modo: se il valore è questo, scrivi a mano "
         "{number}"),
        ("here the form writes decimals in another way: if this is the value, write {number} by "
         "hand")),
    ("cells-past-row",
        ("in fondo al rigo ci sono celle vuote in più, e non si sa quale valore sta in quale "
         "colonna: scrivi a mano ciò che manca, o lascia {count} celle dopo l'etichetta"),
        ("the row ends with more empty cells, and nobody knows which value is in which column: "
         "write by hand what is missing, or leave {count} cells after the label")),
    ("row-not-encoded",
        ("{code} è nel modulo, ma qui non è codificato: {why}; lascialo compilato sul modulo, "
         "nella relazione non va"),
        ("{code} is on the form, but not encoded here: {why}; leave it filled in on the form, it "
         "has no place in the report")),
    ("row-misnamed",
        ("{written} sta al posto di {code}: correggilo nel testo del modulo e leggilo di nuovo, o "
         "scrivi il valore a mano"),
        ("{written} stands for {code}: mend it in the text of the form and read that anew, or "
         "write the value by hand")),
    ("sign-not-printed", "qui il modulo stampa il numero senza {sign}: scrivi a mano {number}",
        "here the form prints the number without {sign}: write {number} by hand"),
    ("note-after-number",
        "se {sign} rimanda a una nota, il numero è il resto: scrivi a mano {number}",
        "if {sign} refers to a note, the number is the rest: write {number} by hand"),
    ("number-of-row",
        ("sta al posto di {field}: controlla decimali e migliaia sul modulo, e scrivi a mano i "
         "valori del rigo"),
        ("it stands in the place of {field}: check decimals and thousands on the form, and write "
         "the values of the row by hand")),
    ("rows-on-one-line",
        ("i righi ci sono, ma non uno per riga: salva di nuovo il modulo come testo, con le sue "
         "righe, o leggi il PDF del portale"),
        ("its rows are there, but not one a line: save the form as text anew, with its lines, or "
         "read the portal's PDF")),
    ("rows-in-capitals",
        ("i righi ci sono, ma con altre maiuscole e minuscole: salva di nuovo il modulo come "
         "testo, con le lettere che stampa, o leggi il PDF del portale"),
        ("its rows are there, but in other capital and small letters: save the form as text anew, "
         "with the letters that it prints, or read the portal's PDF")),
    ("grouped-or-decimals",
        "se il segno separa le migliaia scrivi a mano {whole}; se separa i decimali, {number}",
        "for thousands write {whole} by hand; if the sign separates decimals, {number}"),
    ("value-of-form",
        ("qui il modulo stampa il valore e nient'altro, né parole né segni: controlla sul modulo e"
         " scrivi a mano ciò che manca"),
        ("here the form prints the value and nothing else, neither words nor signs: look at the"
         " form and write by hand what is missing")),
    ("values-of-form",
        ("qui il modulo stampa {count} valori, o in bianco, e nient'altro: controlla sul modulo e"
         " scrivi a mano ciò che manca"),
        ("here the form prints {count} values, or blanks, and nothing else: look at the form and"
         " write by hand what is missing")),
    ("form-beside", "il file non esiste; un modulo stampato come {names} lo legge {command}",
        "the file does not exist; a printed form like {names} is read by {command}"),
    ("file-is-folder", "è una cartella: indica un file al suo interno",
        "it is a folder: name a file inside it"),
    ("folder-of-reports",
        ("è una cartella: qui serve un file solo, con una relazione per riga (JSONL, CSV, Parquet "
         "o .xlsx); relazioni in file separati le valuta, una alla volta, "
         "`ruletrail evaluate FILE`"),
        ("it is a folder: one file is needed here, with a report in each line (JSONL, CSV, Parquet "
         "or .xlsx); reports in files of their own are evaluated one by one by "
         "`ruletrail evaluate FILE`")),
    ("file-not-regular", "non è un file comune: indica un file, non una pipe o un dispositivo",
        "it is not an ordinary file: name a file, not a pipe or a device"),
    ("comma-too-many", "togli la virgola prima di {closer}",
        "take away the comma before {closer}"),
    ("comma-twice", "le virgole sono due di fila: togline una",
        "there are two commas in a row: take one away"),
    ("comma-lacks", "manca una virgola prima di {near}", "a comma is missing before {near}"),
    ("comma-lacks-at-end", "manca una virgola alla fine della riga {line}",
        "a comma is missing at the end of line {line}"),
    ("yaml-colon", "i due punti spezzano il testo: mettilo fra virgolette, {instead}",
        "the colon breaks the text: put it in quotes, {instead}"),
    ("yaml-colon-in-lines",
        ("i due punti spezzano il testo, che sta su più righe: alla riga {line} scrivi {instead}, "
        "e tutto il testo sotto, con {count} spazi davanti a ogni riga"),
        ("the colon breaks the text, which stands on several lines: on line {line} write "
        "{instead}, and the whole text below it, with {count} spaces before each line")),
    ("yaml-text-in-lines",
        ("questa riga continua il testo della riga {line}: lì scrivi {instead}, e tutto il testo "
        "sotto, con {count} spazi davanti a ogni riga"),
        ("this line goes on with the text of line {line}: write {instead} there, and the whole "
        "text below it, with {count} spaces before each line")),
    ("yaml-colon-apart",
        ("i due punti spezzano il testo: se è uno solo scrivi {instead}; in una formula la "
        "divisione è `/`; due chiavi stanno su due righe"),
        ("the colon breaks the text: if it is one, write {instead}; in a formula division is "
        "`/`; two keys stand on two lines")),
    ("yaml-two-keys", "due chiavi stanno su due righe: manda a capo {text}, più a destra",
        "two keys stand on two lines: put {text} on the next one, further right"),
    ("yaml-colon-of-report",
        ("i due punti spezzano il testo: se è uno solo scrivi {instead}; due chiavi stanno su due "
        "righe"),
        ("the colon breaks the text: if it is one, write {instead}; two keys stand on two lines")),
    ("yaml-colon-or-number",
        ("i due punti spezzano il valore: se qui va un numero scrivi solo quello, senza parole; "
        "se va un testo scrivi {instead}; due chiavi stanno su due righe"),
        ("the colon breaks the value: if a number belongs here write it alone, without words; if "
        "a text does write {instead}; two keys stand on two lines")),
    ("yaml-colon-of-ratio",
        ("i due punti spezzano il valore: di un rapporto 1 a N scrivi solo N, {number}; se qui va"
         " un testo scrivi {instead}"),
        ("the colon breaks the value: of a ratio of 1 to N write N alone, {number}; if a text"
         " belongs here write {instead}")),
    ("yaml-table-row", "una riga di tabella qui è una voce: scrivi {instead}",
        "a row of a table is an entry here: write {instead}"),
    ("yaml-table-rows",
        ("le righe di una tabella qui sono voci: scrivi {instead}, e così quelle fino alla {last};"
         " titoli e lineette vanno tolti"),
        ("rows of a table are entries here: write {instead}, and so those up to line {last};"
         " headings and rules are to be taken out")),
    ("yaml-comma-lacks",
        ("se {key} è una chiave, prima ci vuole la virgola: {instead}; se no metti fra "
        "virgolette il testo che contiene i due punti"),
        ("if {key} is a key, it needs a comma before it: {instead}; else put the text that "
        "holds the colon in quotes")),
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
    ("yaml-indent-below",
        "il rientro non torna: sotto la riga {line} deve avere {count} spazi",
        "the indentation does not fit: below line {line} it needs {count} spaces"),
    ("yaml-indent-below-one",
        "il rientro non torna: sotto la riga {line} deve avere uno spazio",
        "the indentation does not fit: below line {line} it needs one space"),
    ("yaml-to-margin", "{text} va al margine: togli gli spazi davanti",
        "{text} belongs at the margin: remove the spaces before it"),
    ("yaml-entry-name",
        ("qui comincia una voce senza nome: scrivilo su una riga a sé, qui sopra, con {count} "
         "spazi davanti e i due punti, per esempio `nome:`"),
        ("an entry begins here that has no name: write it on a line of its own, above this one, "
         "with {count} spaces before it and a colon, for example `name:`")),
    ("yaml-indent-heads",
        ("le righe al margine sotto {text} le appartengono: rientra di 2 spazi quelle al margine "
         "fra la riga {line} e la {last}"),
        ("the lines at the margin below {text} belong to it: indent by 2 spaces those at the "
         "margin between line {line} and {last}")),
    ("yaml-indent-lines",
        "le righe sotto {text} le appartengono: rientra di 2 spazi quelle da {line} a {last}",
        "the lines below {text} belong to it: indent by 2 spaces those from {line} to {last}"),
    ("yaml-margin",
        "{text} è al margine, fra voci che non lo sono: rientra questa riga di {count} spazi",
        ("{text} stands at the margin among entries that do not: indent this line by {count} "
         "spaces")),
    ("yaml-no-break", "il rientro ha spazi insecabili (U+00A0) o simili: metti spazi comuni",
        "the indentation has no-break spaces (U+00A0) or the like: put ordinary spaces"),
    ("yaml-no-break-after",
        ("dopo {text} c'è uno spazio insecabile ({code}) o simile, che non vale come spazio: "
         "metti uno spazio comune, {instead}"),
        ("after {text} stands a no-break space ({code}) or the like, which is no space here: put "
         "an ordinary one, {instead}")),
    ("yaml-bullet", "{text} non è il trattino (`-`) che comincia una voce: scrivi {instead}",
        "{text} is not the hyphen (`-`) that begins an item: write {instead}"),
    ("yaml-bullet-of-entry",
        "davanti a una voce non va alcun segno: togli {text} e scrivi {instead}",
        "no sign stands before an entry: take {text} away and write {instead}"),
    ("yaml-bullet-of-two",
        "davanti a una voce non va alcun segno: scrivi {instead}, e così la riga {last}",
        "no sign stands before an entry: write {instead}, and so line {last}"),
    ("yaml-bullet-of-entries",
        ("davanti a una voce non va alcun segno: scrivi {instead}, e così le altre {count} righe"
         " con {text}, fino alla {last}"),
        ("no sign stands before an entry: write {instead}, and so the other {count} lines with"
         " {text}, up to line {last}")),
    ("yaml-spreadsheet",
        ("un foglio di calcolo ha messo la riga fra virgolette, raddoppiando quelle che c'erano: "
         "correggi il file con un editor di testo, e qui scrivi {instead}"),
        ("a spreadsheet put the line in quotes, and doubled those that were there: mend the file "
         "with a text editor, and write here {instead}")),
    ("yaml-dash-space", "dopo il trattino ci vuole uno spazio: {instead}",
        "a dash needs a space after it: {instead}"),
    ("yaml-key-colon", "alla riga {line} mancano i due punti: {instead}",
        "on line {line} the colon is missing: {instead}"),
    ("yaml-variable", "metti la formula fra virgolette: {instead}",
        "put the formula in quotes: {instead}"),
    ("yaml-variable-key", "metti la chiave fra virgolette: {instead}",
        "put the key in quotes: {instead}"),
    ("yaml-brace-twice", "di due graffe aperte ne basta una: {instead}",
        "of two opening braces one is enough: {instead}"),
    ("join-parts", "metti tutte le sue voci sotto quella della riga {line}, o correggi il nome",
        "put all its entries below the one on line {line}, or mend the name"),
    ("missing-dash", "manca il trattino: un nuovo elemento comincia con {instead}",
        "a dash is missing: a new item begins with {instead}"),
    ("code-list-brackets", "un elenco di valori sta fra parentesi quadre: {instead}",
        "a list of values stands in square brackets: {instead}"),
    ("yaml-dash",
        ("se la riga è di un elenco, allinea il suo trattino a quelli delle altre voci; se no "
        "togli il trattino e allinea la chiave alle vicine"),
        ("if the line is of a list, align its dash with those of the other entries; if not, remove "
        "the dash and align the key with those around it")),
    ("yaml-space", "dopo i due punti ci vuole uno spazio: {instead}",
        "a colon needs a space after it: {instead}"),
    ("yaml-space-twice",
        "dopo i due punti ci vuole uno spazio: {instead}, e così alla riga {last}",
        "a colon needs a space after it: {instead}, and so on line {last}"),
    ("yaml-spaces",
        ("dopo i due punti ci vuole uno spazio: {instead}, e così in altre {count} righe, fino alla"
         " {last}"),
        ("a colon needs a space after it: {instead}, and so on {count} more lines, up to line"
         " {last}")),
    ("yaml-no-colon", "dopo la chiave mancano i due punti: {instead}",
        "the colon after the key is missing: {instead}"),
    ("yaml-note-or-key",
        ("se questa riga è una nota, metti `#` davanti, {note}; se è una voce, dopo la chiave "
        "mancano i due punti: {instead}"),
        ("if this line is a note, put `#` before it, {note}; if it is an entry, the colon after "
        "the key is missing: {instead}")),
    ("yaml-quotes", "il testo contiene le virgolette che lo chiudono: scrivi {instead}",
        "the text holds the quotes that end it: write {instead}"),
    ("yaml-quotes-long",
        ("il testo contiene le virgolette che lo chiudono: dentro usa « », o metti tutto il testo"
         " fra apici `'` e raddoppia quelli che contiene (`''`)"),
        ("the text holds the quotes that end it: use « » inside, or put the whole text in single"
         " quotes `'` and double those that it holds (`''`)")),
    ("joined-sentence", "in una frase i codici stanno fra graffe: scrivi {instead}",
        "in a sentence codes stand in braces: write {instead}"),
    ("joined-sentence-parts",
        ("in una frase i testi non si uniscono: sta tutta fra le stesse virgolette, con i codici "
        "fra graffe; ciò che si calcola va in una regola"),
        ("texts are not joined in a sentence: all of it stands in the same quotes, with the codes "
        "in braces; what is computed belongs in a rule")),
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
    ("yaml-stray-bracket", "il valore è già finito: togli {text}, che non chiude nulla",
        "the value has ended already: take {text} away, which closes nothing"),
    ("yaml-stray-brackets",
        ("il valore è già finito, e {text} non chiude nulla: scrivi di nuovo quello che apriva, se "
        "si è perso; altrimenti togli {text}"),
        ("the value has ended already, and {text} closes nothing: write again what opened there, "
        "if it was lost; otherwise take {text} away")),
    ("yaml-sentence-unopened",
        "una frase sta fra graffe, nella sua lingua, e qui manca quella aperta: scrivi {instead}",
        ("a sentence stands in braces, in its language, and the opening one is missing: write "
         "{instead}")),
    ("yaml-brace-unopened", "manca la graffa aperta: scrivi {instead}",
        "the opening brace is missing: write {instead}"),
    ("yaml-bracket-text",
        ("un valore che comincia con `[` o `{{` finisce con la sua parentesi: in una formula i "
        "codici si scrivono senza parentesi, un testo fra virgolette"),
        ("a value that begins with `[` or `{{` ends with its bracket: in a formula codes are "
        "written without brackets, a text in quotes")),
    ("yaml-brace-text", "un testo si scrive senza graffe: {instead}",
        "a text is written without braces: {instead}"),
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
    ("star-in-rows",
        ("una tabella non ha righe per ogni chiave: togli questa e scrivi {instead} accanto a "
         "`rows:`, per le chiavi senza riga"),
        ("a table has no rows for every key: take this one out and write {instead} beside `rows:`, "
         "for the keys without a row")),
    ("star-of-several",
        ("una tabella non ha righe per ogni chiave: al posto di `*` scrivi l'elenco dei valori, "
         "`[a, b]`"),
        ("a table has no rows for every key: in the place of `*` write the list of values, "
         "`[a, b]`")),
    ("yaml-sign", "un valore che comincia con {text} va fra virgolette: {instead}",
        "a value that begins with {text} stands in quotes: {instead}"),
    ("yaml-sign-number",
        ("se qui va un numero scrivi {number}, senza {text}; un testo che comincia con {text} va "
        "fra virgolette: {instead}"),
        ("if a number belongs here write {number}, without {text}; a text that begins with {text} "
        "stands in quotes: {instead}")),
    ("yaml-dash-number",
        ("se qui va un numero scrivi {number}, o {negative} se è negativo; un testo che comincia "
        "con {text} va fra virgolette: {instead}"),
        ("if a number belongs here write {number}, or {negative} if it is negative; a text that "
        "begins with {text} stands in quotes: {instead}")),
    ("yaml-escape",
        "fra virgolette doppie la barra `\\` ha un significato suo: usa le virgolette semplici",
        "in double quotes the backslash `\\` has a meaning of its own: use single quotes"),
)  # fmt: skip
