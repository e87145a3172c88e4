"""What can be wrong with a file before anybody asks what it means."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "file-unreadable": error(
        "impossibile leggere il file {file}", "cannot read the file {file}",
        "controlla il percorso e i permessi di lettura", "check its path and that you may read it"),
    "document-too-large": error(
        "il documento supera {limit} byte", "the document is larger than {limit} bytes",
        "dividilo, o togli ciò che non serve", "split it, or remove what is not needed"),
    "document-too-deep": error(
        "ci sono più di {limit} livelli uno dentro l'altro", "more than {limit} levels stand inside each other",
        "riduci i livelli di annidamento", "use fewer levels"),
    "too-many-nodes": error(
        "il documento contiene più di {limit} elementi", "the document holds more than {limit} values",
        "dividilo in più documenti", "split it into several documents"),
    "text-too-long": error(
        "questo testo supera {limit} byte", "this text is longer than {limit} bytes",
        "accorcialo", "shorten it"),
    "not-utf8": error(
        "il file non è in UTF-8: il byte {byte} non è ammesso qui", "the file is not UTF-8: the byte {byte} cannot stand here",
        "salvalo di nuovo scegliendo la codifica UTF-8", "save it again with the encoding UTF-8"),
    "empty-document": error(
        "il documento è vuoto", "the document is empty",
        "scrivi almeno le chiavi obbligatorie", "write at least the required keys"),
    "yaml-syntax": error(
        "la struttura YAML si interrompe qui, vicino a {near}", "the YAML structure breaks here, near {near}",
        "controlla i rientri, i due punti seguiti da uno spazio e le virgolette chiuse",
        "check the indentation, colons followed by a space, and closing quotes"),
    "yaml-unprintable": error(
        "c'è un carattere di controllo, che un documento non può contenere", "there is a control character, which a document cannot hold",
        "cancellalo; spesso è rimasto da un copia e incolla", "delete it; it often comes from copy and paste"),
    "yaml-directive": error(
        "le direttive YAML (`%…`) non sono ammesse", "YAML directives (`%…`) are not admitted",
        "togli la riga", "remove the line"),
    "several-documents": error(
        "qui comincia un secondo documento", "a second document starts here",
        "togli `---`, o usa un file per ogni documento", "remove `---`, or use a file for each document"),
    "tab-indentation": error(
        "il rientro usa un carattere di tabulazione", "the indentation uses a tab",
        "usa spazi per rientrare", "indent with spaces"),
    "repeated-key": error(
        "la chiave {key} è già scritta alla riga {line}", "the key {key} is already written on line {line}",
        "tieni una sola delle due", "keep one of the two"),
    "key-not-text": error(
        "qui serve una chiave, cioè un testo", "a key, that is a text, is needed here",
        "scrivi la chiave come testo semplice", "write the key as plain text"),
    "null-value": error(
        "un valore vuoto non è ammesso", "an empty value is not admitted",
        "per un dato che manca togli la chiave intera", "for something that is missing, leave the whole key out"),
    "leading-zero": error(
        "{text} comincia con zero: non è chiaro se sia un numero o un codice", "{text} starts with a zero: number or code is not clear",
        "se è un codice scrivilo fra virgolette, {quoted}; se è un numero togli lo zero",
        "for a code write it in quotes, {quoted}; for a number drop the zero"),
    "anchor-or-alias": error(
        "ancore e rimandi YAML ({text}) non sono ammessi", "YAML anchors and aliases ({text}) are not admitted",
        "scrivi il contenuto per esteso", "write the content out"),
    "merge-key": error(
        "la fusione `<<` non è ammessa", "the merge key `<<` is not admitted",
        "scrivi le chiavi per esteso; per riusare un altro rulebook c'è `extends`",
        "write the keys out; to reuse another rulebook there is `extends`"),
    "tag": error(
        "le etichette YAML ({text}) non sono ammesse", "YAML tags ({text}) are not admitted",
        "togli l'etichetta; per un testo bastano le virgolette", "remove the tag; for a text, quotes are enough"),
    "json-syntax": error(
        "la struttura JSON si interrompe qui, vicino a {near}", "the JSON structure breaks here, near {near}",
        "controlla virgole, virgolette doppie e parentesi chiuse", "check commas, double quotes and closing brackets"),
    "lone-surrogate": error(
        "il testo contiene mezzo carattere (un surrogato isolato)", "the text holds half a character (a lone surrogate)",
        "riscrivi il testo senza quel carattere", "write the text again without that character"),
    "not-finite": error(
        "{near} non è un numero", "{near} is not a number",
        "per un dato che manca togli la chiave intera", "for something that is missing, leave the whole key out"),
}  # fmt: skip
