"""What can be wrong with a layout, with a printed form, or with a PDF."""

from ruletrail.problem_texts.texts import error, warning

TEXTS = {
    "layout-not-found": error("accanto al rulebook non c'è il layout {file}",
        "there is no layout {file} beside the rulebook",
        "senza layout la relazione si scrive a mano",
        "without a layout the report is written by hand"),
    "layout-of-another": error("il layout è di {text}, non di {rulebook}",
        "the layout is of {text}, not of {rulebook}",
        "correggi `rulebook` nel layout", "correct `rulebook` in the layout"),
    # -- the layout, found before any form is read
    "layout-element": error("ogni elemento di `form` ha una sola di queste chiavi: {known}",
        "each element of `form` has exactly one of these keys: {known}",
        "dividilo in più elementi, o aggiungi la chiave che manca",
        "split it into several elements, or add the key that is missing"),
    "layout-without-words": error("questo testo è vuoto: nel modulo non si può trovare",
        "this text is empty: it cannot be found in a form",
        "scrivi le parole stampate", "write the printed words"),
    "layout-subject": error(
        "{text} deve cominciare con un testo fisso e avere nomi tra graffe, separati da altro "
        "testo fisso",
        "{text} must begin with fixed text and hold names in braces, with fixed text between them",
        "scrivi per esempio `Comune {{comune}} ({{provincia}})`",
        "write for example `City {{city}} ({{county}})`"),
    "layout-unknown-kind": error("il tipo di rigo {name} non c'è in `kinds`",
        "the kind of row {name} is not in `kinds`",
        "dichiaralo in `kinds`, o scrivi `cells` nel rigo",
        "declare it in `kinds`, or write `cells` in the row"),
    "layout-unknown-heading": error("nessuna `heading` ha `id` {name}",
        "no `heading` has the `id` {name}",
        "dai quell'`id` alla riga dei nomi di colonna",
        "give that `id` to the line of column names"),
    "layout-unknown-field": error("il campo {code} non è dichiarato nello schema della relazione",
        "the field {code} is not declared in the report's schema",
        "correggi il codice, o dichiaralo nello schema",
        "correct the code, or declare it in the schema"),
    "layout-unknown-subject": error("lo schema della relazione non ha {name} in `subject`",
        "the report's schema has no {name} in `subject`",
        "usa un nome dello schema", "use a name of the schema"),
    "layout-repeated-field": error("il campo {code} è già in un altro rigo",
        "the field {code} is already in another row",
        "un campo si legge in un posto solo", "a field is read in one place only"),
    "layout-repeated-label": error("due righi hanno la stessa etichetta {text}",
        "two rows have the same label {text}",
        "rendi diverse le etichette, come nel modulo", "make the labels differ, as in the form"),
    "layout-inline-value": error(
        "in `inline`, {code} non è tra le celle del rigo, o non segue il loro ordine",
        "in `inline`, {code} is not among the row's cells, or not in their order",
        "in `inline` scrivi campi di `cells`, nell'ordine delle celle",
        "in `inline` write fields of `cells`, in the cells' order"),
    "layout-inline-condition": error(
        "{code} è in `zero` o in `positive`, ma non tra i `values` accanto",
        "{code} is in `zero` or in `positive`, but not among the `values` beside it",
        "aggiungilo a `values`, o togli la condizione",
        "add it to `values`, or take the condition away"),
    "layout-text-not-alone": error(
        "il testo {code} non ha una fine riconoscibile: dev'essere solo nel rigo",
        "the text {code} has no end of its own: it must stand alone in its row",
        "dagli un rigo suo, senza `after` e senza `sentences` subito dopo",
        "give it a row of its own, without `after` and without `sentences` next"),
    "layout-free-text-type": error("{code} non è un campo di testo", "{code} is not a text field",
        "usa `row` per numeri, scelte e sì o no", "use `row` for numbers, choices and yes or no"),
    "layout-boolean-words": error(
        "{code} è vero o falso, ma `booleans` non dice con quali parole si stampa",
        "{code} is true or false, but `booleans` does not say in which words it is printed",
        'aggiungi per esempio `booleans: {{"true": ["sì"], "false": ["no"]}}`',
        'add for example `booleans: {{"true": ["yes"], "false": ["no"]}}`'),
    "layout-number-style": error("{text} separa sia i decimali sia le migliaia",
        "{text} separates both decimals and thousands",
        "scegli due segni diversi, o togli `thousands`",
        "choose two different signs, or leave out `thousands`"),
    # -- the form: values that were not decided, one problem for each
    "form-unknown": error(
        "questo testo non è un modulo di {rulebook}: nessun rigo è come nel modulo",
        "this text is not a form of {rulebook}: not one row is as on the form",
        "controlla il file e il rulebook indicato con `--rulebook`",
        "check the file and the rulebook given with `--rulebook`"),
    "form-of-another-year": error(
        "il modulo sembra del {year}, e {rulebook} legge quello del {edition}: qui c'è {found}",
        "the form seems to be of {year}, and {rulebook} reads that of {edition}: here stands "
        "{found}",
        "serve il rulebook di quell'anno, se c'è: `ruletrail list` li elenca; se è solo il "
        "file sbagliato, leggi quello del {edition}",
        "it takes the rulebook of that year, if there is one: `ruletrail list` lists them; "
        "if it is only the wrong file, read that of {edition}"),
    "form-too-costly": error(
        "leggere questo modulo con il suo layout chiede più di {limit} confronti tra parole",
        "to read this form by its layout takes more than {limit} comparisons of words",
        "controlla che il file sia quel modulo; nel layout accorcia le etichette che cominciano "
        "con la stessa parola",
        "check that the file is that form; in the layout shorten the labels that begin with the "
        "same word"),
    "form-label-differs": error(
        "{code} non letto: l'etichetta del rigo non è quella attesa, {expected}",
        "{code} not read: the label of its row is not the expected one, {expected}",
        "controlla sul modulo che il rigo sia quello, e scrivi a mano ciò che manca",
        "check on the form that it is the right row, and write by hand what is missing").of_many(
        "{names} non letti: l'etichetta del rigo non è quella attesa, {expected}",
        "{names} not read: the label of their row is not the expected one, {expected}"),
    "form-count-differs": error(
        "{code} non letto: nel rigo c'è un numero di valori inatteso, o una parola che non è un "
        "valore",
        "{code} not read: its row holds an unexpected number of values, or a word that is not a "
        "value",
        "controlla sul modulo e scrivi a mano ciò che manca",
        "look at the form and write by hand what is missing").of_many(
        "{names} non letti: nel rigo c'è un numero di valori inatteso, o una parola che non è un "
        "valore",
        "{names} not read: their row holds an unexpected number of values, or a word that is not "
        "a value"),
    "form-number-style": error(
        "{code} non letto: {text} non è scritto come il modulo scrive qui i numeri",
        "{code} not read: {text} is not written as the form writes numbers here",
        "controlla decimali e migliaia sul modulo, e scrivi a mano ciò che manca",
        "check decimals and thousands on the form, and write by hand what is missing").of_many(
        "{names} non letti: {text} non è scritto come il modulo scrive qui i numeri",
        "{names} not read: {text} is not written as the form writes numbers here"),
    "form-day-style": error(
        "{code} non letto: {text} non è una data scritta come il layout dice",
        "{code} not read: {text} is no day written as the layout says",
        "una data si legge come 2025-01-31, e con `dates: day_first` nel layout anche come "
        "31/01/2025; altrimenti scrivila a mano",
        "a day is read as 2025-01-31, and with `dates: day_first` in the layout as 31/01/2025 "
        "too; otherwise write it by hand").of_many(
        "{names} non letti: {text} non è una data scritta come il layout dice",
        "{names} not read: {text} is no day written as the layout says"),
    "form-columns-unknown": error(
        "{code} non letto: la riga con i nomi delle colonne non è quella attesa",
        "{code} not read: the line of column names is not the expected one",
        "qui il modulo ha {expected}: se i nomi sono quelli, ma divisi su più righe, mettili su "
        "una riga nel testo del modulo; se no controlla che sia di questa edizione, con tutte le "
        "pagine in ordine",
        "here the form has {expected}: if these are the names, but broken over lines, put them on "
        "one line in the form's text; else check that it is of this edition, with all its pages "
        "in order",
    ).of_many(
        "{names} non letti: la riga con i nomi delle colonne non è quella attesa",
        "{names} not read: the line of column names is not the expected one"),
    "form-row-repeated": error("{code} non letto: compare più volte, la prima alla riga {line}",
        "{code} not read: it appears more than once, first on line {line}",
        "togli la ripetizione dal testo del modulo", "remove the repetition from the form's text"
    ).of_many(
        "{names} non letti: compaiono più volte, la prima alla riga {line}",
        "{names} not read: they appear more than once, first on line {line}"),
    "form-more-follows": error("{code} non letto: dopo il rigo ci sono altri numeri",
        "{code} not read: more numbers follow its row",
        "controlla a quale rigo appartengono", "check which row they belong to").of_many(
        "{names} non letti: dopo il rigo ci sono altri numeri",
        "{names} not read: more numbers follow their row"),
    "form-end-unknown": error(
        "{code} non letto: non si sa dove finisce, perché ciò che lo segue nel modulo manca o si "
        "ripete",
        "{code} not read: nobody knows where it ends, because what follows it on the form is "
        "missing or repeated",
        "controlla che il testo del modulo sia completo", "check that the form's text is complete"),
    "form-line-repeated": error("{code} non letto: il suo testo ripete una riga",
        "{code} not read: its text repeats a line",
        "togli la ripetizione dal testo del modulo", "remove the repetition from the form's text"),
    "form-text-too-long": error("{code} non letto: il testo è troppo lungo per una relazione",
        "{code} not read: the text is too long for a report",
        "controlla dove finisce: forse ha preso anche ciò che segue",
        "check where it ends: it may have taken in what follows"),
    "form-heading-differs": error(
        "{code} non letto: sotto il rigo c'è {text}, dove il modulo ha {expected}",
        "{code} not read: below its row stands {text}, where the form has {expected}",
        "controlla che il modulo sia di questa edizione",
        "check that the form is of this edition").of_many(
        "{names} non letti: sotto il rigo c'è {text}, dove il modulo ha {expected}",
        "{names} not read: below their row stands {text}, where the form has {expected}"),
    "form-blank-unsure": error(
        "{code} non letto: il suo posto pare in bianco, ma sotto c'è {text}, che non è una frase "
        "del modulo",
        "{code} not read: its place seems blank, but below stands {text}, which is no sentence of "
        "the form",
        "se è il suo valore, scrivilo a mano nella relazione; se no, toglilo dal testo del modulo",
        "if it is its value, write it into the report by hand; if not, remove it from the form's "
        "text").of_many(
        "{names} non letti: il loro posto pare in bianco, ma sotto c'è {text}, che non è una frase "
        "del modulo",
        "{names} not read: their places seem blank, but below stands {text}, which is no sentence "
        "of the form"),
    "form-subject-differs": error("{code} non letto: qui il modulo ha {expected}",
        "{code} not read: the form has {expected} here",
        "completa questa riga nel testo del modulo, o scrivi a mano ciò che manca",
        "complete this line in the form's text, or write by hand what is missing").of_many(
        "{names} non letti: qui il modulo ha {expected}",
        "{names} not read: the form has {expected} here"),
    "form-value-absent": error("nel modulo non c'è il rigo di {codes}",
        "the form does not hold the row of {codes}",
        "controlla che nel file ci sia tutto il modulo, con tutte le pagine",
        "check that the whole form is in the file, with all its pages"),
    "form-signs-unknown": error(
        "non letti: {codes}; il modulo ha segni che non si possono leggere, {signs}, {places}",
        "not read: {codes}; the form has signs that cannot be read, {signs}, {places}",
        "controlla questi valori sul modulo e scrivili a mano, o scarica di nuovo il PDF dal "
        "portale; di un testo, correggi i segni lì e leggilo di nuovo",
        "check these values on the form and write them by hand, or download the PDF from its "
        "portal again; in a text, mend the signs there and read it again"),
    "form-signs-lost": warning(
        "il modulo ha segni che non si possono leggere, {signs}, {places}; nessun valore si è "
        "perso",
        "the form has signs that cannot be read, {signs}, {places}; no value was lost",
        "se stanno in una frase che serve, correggili a mano",
        "where they stand in a sentence that matters, mend them by hand"),
    "form-begins-again": error("dopo la fine del modulo ne comincia un altro, che non è letto",
        "after the end of the form another begins, which is not read",
        "lascia nel file un modulo solo, e leggi l'altro da un file suo",
        "leave one form in the file, and read the other from a file of its own"),
    "form-line-unread": warning("riga non compresa: {text}", "line not understood: {text}",
        "se contiene un valore, scrivilo a mano", "if it holds a value, write it by hand"),
    # -- the PDF
    "pdf-unreadable": error("{file} non è un PDF leggibile", "{file} is not a readable PDF",
        "aprilo e salvalo di nuovo, oppure copia il testo in un file `.txt`",
        "open it and save it anew, or copy its text to a `.txt` file"),
    "pdf-encrypted": error("{file} è protetto da password", "{file} is protected by a password",
        "salvane una copia senza protezione", "save a copy without protection"),
    "pdf-without-text": error("{file} non contiene testo: forse è una scansione",
        "{file} holds no text: it may be a scan",
        "serve il PDF originale del portale, non una scansione",
        "the portal's own PDF is needed, not a scan"),
    "pdf-value-undrawn": error(
        "il campo {text} del PDF ha un valore che sulla pagina può non vedersi",
        "the field {text} of the PDF has a value that the page may not show",
        "apri il file, guarda che i campi siano compilati, e stampalo di nuovo in PDF",
        "open the file, see that its fields are filled in, and print it to PDF anew"),
    "pdf-unfolds": error(
        "{file} è più grande di quanto si legge di un PDF: al massimo {size} MB una volta espanso, "
        "{part} MB per parte, e {steps} passi per disporne i testi",
        "{file} is larger than what is read of a PDF: at most {size} MB when unfolded, {part} MB "
        "for a part, and {steps} steps to lay its texts out",
        "stampa in PDF solo le pagine del modulo; oppure salvalo come testo, da un foglio di "
        "calcolo con le tabulazioni, in un file `.txt`",
        "print only the form's pages to PDF; or save it as text, from a spreadsheet with tabs, in "
        "a `.txt` file"),
    "pdf-too-many-pages": error("il PDF ha più di {limit} pagine",
        "the PDF has more than {limit} pages",
        "estrai solo le pagine del modulo", "extract the form's pages only"),
}  # fmt: skip
