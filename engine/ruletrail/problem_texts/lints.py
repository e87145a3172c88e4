"""What loading accepts and an author should still mend (`ruletrail check`)."""

from ruletrail.problem_texts.texts import error, hints, info, warning

TEXTS = {
    # names
    "lookalike-codes": warning("{code} e {other} si distinguono solo per lettere che si somigliano",
        "{code} and {other} differ only by letters that look alike",
        "rinomina uno dei due, per esempio con un suffisso che dica che cos'è",
        "rename one of them, for example with a suffix that says what it is"),
    "unused-parameter": warning("nessuna formula e nessun messaggio usa il parametro {code}",
        "no formula and no message uses the parameter {code}",
        "usalo al posto del numero scritto nelle formule, o toglilo",
        "use it in place of the number written in formulas, or remove it").of_many(
        "{count} parametri che nessuna formula e nessun messaggio usa: {names}",
        "{count} parameters that no formula and no message uses: {names}",
        "usali al posto dei numeri scritti nelle formule, o toglili",
        "use them in place of the numbers written in formulas, or remove them"),
    "unused-lookup": warning("nessuna formula legge {code}", "no formula reads {code}",
        "toglila, o usala: `codice(…)`", "remove it, or use it: `code(…)`").of_many(
        "{count} tabelle e scale che nessuna formula legge: {names}",
        "{count} tables and scales that no formula reads: {names}",
        "toglile, o usale: `codice(…)`", "remove them, or use them: `code(…)`"),
    "table-row-lacking": warning(
        "{text} può essere {keys}, e la tabella {code} non ha una riga per questo",
        "{text} may be {keys}, and the table {code} has no row for that",
        "aggiungi la riga, o `otherwise` con il valore per gli altri",
        "add the row, or `otherwise` with the value for the others"),
    "table-row-unasked": warning(
        "nella tabella {code} nessuno può chiedere {column} {keys}: maiuscole e spazi contano",
        "nobody can ask the table {code} for {column} {keys}: capitals and spaces count",
        "scrivi la chiave come nel modulo, o togli la riga",
        "write the key as the form has it, or take the row out"),
    "rate-above-one": warning("un'aliquota di {text} è più di tutto ciò che cade nello scaglione",
        "a rate of {text} is more than all that falls into the band",
        "se è una percentuale scrivi {instead}", "if it is a percentage write {instead}"),
    "scale-without-least": warning(
        "{code} comincia oltre {text}: {text} stesso, che può capitare, non ha alcun valore",
        "{code} begins past {text}: {text} itself, which may occur, has no value",
        "se il primo scaglione lo comprende scrivi {instead}, altrimenti mettine uno prima",
        "if the first band includes it write {instead}, else put one before"),
    "unused-group": warning("nessuna formula usa il gruppo {code}",
        "no formula uses the group {code}",
        "usalo, per esempio in `sum`, o toglilo",
        "use it, for example in `sum`, or remove it").of_many(
        "{count} gruppi che nessuna formula usa: {names}",
        "{count} groups that no formula uses: {names}",
        "usali, per esempio in `sum`, o toglili",
        "use them, for example in `sum`, or remove them"),
    "unused-rule": info(
        "nessuna voce usa la regola {code}, nessun messaggio la mostra e il modulo non la stampa",
        "no entry uses the rule {code}, no message shows it and the form does not print it",
        "mostrala in un messaggio o dichiarala come campo, se è un risultato; altrimenti toglila",
        "show it in a message or declare it as a field if it is a result; otherwise remove it",
    ).of_many(
        "{count} regole che nessuna voce usa, nessun messaggio mostra e il modulo non stampa:"
        " {names}",
        "{count} rules that no entry uses, no message shows and the form does not print: {names}",
        "mostrale in un messaggio o dichiarale come campi, se sono risultati; altrimenti toglile",
        "show them in a message or declare them as fields if they are results; otherwise remove"
        " them"),
    "unused-field": warning("nessuna regola usa il campo {code} e nessuna sezione lo elenca",
        "no rule uses the field {code} and no section lists it",
        "elencalo nella sezione del modulo in cui sta, o toglilo dallo schema",
        "list it in the section of the form where it stands, or remove it from the schema").of_many(
        "{count} campi che nessuna regola usa e nessuna sezione elenca: {names}",
        "{count} fields that no rule uses and no section lists: {names}",
        "elencali nella sezione del modulo in cui stanno, o toglili dallo schema",
        "list them in the section of the form where they stand, or remove them from the schema"),
    "unused-source": info("nessuna voce cita la fonte {text}", "no entry cites the source {text}",
        "citala dove serve con `source`, o toglila",
        "cite it where it belongs with `source`, or remove it").of_many(
        "{count} fonti che nessuna voce cita: {names}",
        "{count} sources that no entry cites: {names}",
        "citale dove servono con `source`, o toglile",
        "cite them where they belong with `source`, or remove them"),
    "unused-outcome": info(
        "nessuna formula chiede se {code} è {text}, e l'esito non ha un messaggio",
        "no formula asks whether {code} is {text}, and the outcome has no message",
        "controlla il nome dell'esito nelle condizioni, o aggiungi un messaggio",
        "check the outcome's name in the conditions, or add a message"),
    "required-undeclared": error("lo schema richiede {code}, che non dichiara",
        "the schema requires {code}, which it does not declare",
        "dichiara il campo sotto `properties`, o toglilo da `required`",
        "declare the field under `properties`, or remove it from `required`"),
    "schema-word": warning("la parola {key} non dice nulla in uno schema: resta senza effetto",
        "the word {key} says nothing in a schema: it has no effect",
        "scrivi una parola di JSON Schema, o toglila; se è una nota, comincia con `x-`",
        "write a word of JSON Schema, or remove it; if it is a note, begin it with `x-`").of_many(
        "la parola {key} non dice nulla in uno schema: resta senza effetto, in {count} posti",
        "the word {key} says nothing in a schema: it has no effect, in {count} places"),
    "schema-limits-crossed": warning(
        "{low} e {high} si scavalcano: nessun valore è ammesso",
        "{low} and {high} cross each other: no value is admitted",
        "scambia i due limiti, o correggi quello sbagliato",
        "swap the two limits, or correct the one that is wrong"),
    "field-without-title": warning(
        "il campo {code} non ha un titolo: chi legge la risposta ne vede solo il codice",
        "the field {code} has no title: who reads the answer sees its code alone",
        'aggiungi `"title"`, con le parole del modulo',
        'add `"title"`, with the words of the form').of_many(
        "{count} campi senza titolo, di cui chi legge la risposta vede solo il codice: {names}",
        "{count} fields without a title, of which a reader sees the code alone: {names}"),
    "entry-near-inherited": info(
        "{code} è una voce nuova: {instead} del rulebook esteso resta in vigore accanto a lei",
        "{code} is a new entry: {instead} of the rulebook extended stays in force beside it",
        "se intendevi sostituirla scrivi {instead}; altrimenti dalle un codice meno simile",
        "if you meant to replace it write {instead}; otherwise give it a code less alike"),
    "list-replaced": info(
        "{key} di {code} prende il posto di tutta la lista del rulebook esteso, che ha anche"
        " {names}",
        "{key} of {code} takes the place of the whole list of the rulebook extended, which also"
        " has {names}",
        "riscrivi qui anche ciò che deve restare; se non deve, la lista è giusta così",
        "write here too what is to stay; if it is not to, the list is right as it is"),
    "text-cut": warning("`#` comincia un commento: {text} non fa parte del testo",
        "`#` begins a comment: {text} is no part of the text",
        "per tenerlo scrivi {instead}; per un commento lascia uno spazio prima e dopo `#`",
        "to keep it write {instead}; for a comment leave a space before and after `#`"),
    # units and precision
    "thousands-point": warning("{text} vale {number}: il punto separa i decimali",
        "{text} is {number}: a point separates decimals",
        "se sono migliaia scrivi {whole}, altrimenti {number}",
        "for thousands write {whole}, else {number}"),
    "close-numbers": warning("{text} qui sono due valori, {first} e {second}",
        "{text} are two values here, {first} and {second}",
        "se sono due metti uno spazio: {apart}", "if there are two, put a space: {apart}"),
    "ratio-against-percentage": warning("{text} mette insieme un rapporto e una percentuale",
        "{text} puts a ratio and a percentage together",
        "moltiplica il rapporto per 100, o dividi la percentuale",
        "multiply the ratio by 100, or divide the percentage"),
    "ratio-as-percentage": warning("la regola dichiara `%` ma {text} è un rapporto",
        "the rule declares `%` but {text} is a ratio",
        "aggiungi `* 100`, o cambia l'unità", "add `* 100`, or change the unit"),
    "percent-as-remainder": warning(
        "{text} prende il resto di una divisione per ciò che segue: non è «per cento»",
        "{text} takes the remainder of a division by what follows: it is not “per cent”",
        "per cento: scrivi {found} se è un rapporto, {expected} se l'altro valore è in `%`; per"
        " il resto metti uno spazio prima di `%`",
        "per cent: write {found} if it is a ratio, {expected} if the other value is in `%`; for"
        " the remainder put a space before `%`"),
    "percent-not-divided": warning(
        "{text} è in `%` e moltiplica, ma nulla divide per 100: un valore di 30 vale 30 volte, e "
        "non 30 centesimi",
        "{text} is in `%` and multiplies, but nothing divides by 100: a value of 30 counts 30 "
        "times, and not 30 hundredths",
        "per una percentuale dividi per 100; se è il numero per cui moltiplicare, come 0.3, togli "
        "l'unità `%`",
        "for a percentage divide by 100; if it is the number to multiply by, such as 0.3, take "
        "the unit `%` away"),
    "hundred-twice": warning("{text} moltiplica per 100 ciò che è già una percentuale",
        "{text} multiplies by 100 what is a percentage already",
        "togli `* 100`", "remove `* 100`"),
    "date-may-leave": warning("{text} può cadere fuori dal calendario",
        "{text} may fall outside of the calendar",
        "restringi i limiti della data nello schema, o il numero con una condizione",
        "narrow the ends of the date in the schema, or the count by a condition"),
    "divisor-may-be-zero": warning("il divisore {text} può essere zero",
        "the divisor {text} may be zero",
        "proteggilo con una condizione, per esempio {guard}",
        "guard it with a condition, for example {guard}"),
    "rounded-against-unrounded": warning(
        "{text} confronta un valore arrotondato con uno non arrotondato",
        "{text} compares a rounded value with an unrounded one",
        "arrotonda entrambi allo stesso modo, o nessuno dei due",
        "round both in the same way, or neither"),
    "rounded-again": warning("{text} arrotonda di nuovo un valore già arrotondato",
        "{text} rounds again a value that is rounded already",
        "arrotonda una volta sola, partendo dal valore non arrotondato",
        "round once, from the value before it was rounded"),
    "equality-of-unrounded": warning("{text} chiede l'uguaglianza di un quoziente non arrotondato",
        "{text} asks for the equality of a quotient that is not rounded",
        "arrotonda prima di chiedere l'uguaglianza, o usa `>=` o `<=`",
        "round before asking for equality, or use `>=` or `<=`"),
    "published-unrounded": warning(
        "{code} si stampa o si mostra, ma è un quoziente senza arrotondamento dichiarato",
        "{code} is printed or shown, but is a quotient with no stated rounding",
        "aggiungi per esempio `round: {{decimals: 2, mode: half_up}}`",
        "add for example `round: {{decimals: 2, mode: half_up}}`").of_many(
        "{count} valori che si stampano o si mostrano sono quozienti senza arrotondamento"
        " dichiarato: {names}",
        "{count} values that are printed or shown are quotients with no stated rounding: {names}"),
    # conditions
    "condition-always-true": warning("la condizione {text} è sempre vera",
        "the condition {text} is always true",
        "toglila, o correggi il confronto", "remove it, or correct the comparison"),
    "condition-never-true": warning("la condizione {text} non è mai vera",
        "the condition {text} is never true",
        "togli ciò che ne dipende, o correggi il confronto",
        "remove what depends on it, or correct the comparison"),
    "condition-subsumed": warning(
        "{text} non cambia nulla: lo decide già il resto della condizione",
        "{text} changes nothing: the rest of the condition decides it already",
        "toglilo, o correggi il confronto", "remove it, or correct the comparison"),
    "case-subsumed": warning("questo caso non si raggiunge mai: quelli prima coprono già {text}",
        "this case is never reached: those before already cover {text}",
        "sposta il caso più su, o toglilo", "move the case up, or remove it"),
    "cases-overlap": warning(
        "quando {text} è vera lo è anche un caso precedente, se ha un valore: ci sarebbe un"
        " conflitto",
        "when {text} is true an earlier case is true as well, if it has a value: there would be a"
        " conflict",
        "rendi i casi esclusivi, o dichiara `policy: first`",
        "make the cases exclusive, or declare `policy: first`"),
    "cases-meet": warning(
        "quando {left} è uguale a {right} sono veri insieme {text} e {other}: l'esito sarebbe un "
        "conflitto",
        "when {left} equals {right} both {text} and {other} are true: the outcome would be a "
        "conflict",
        "in uno dei due scrivi `<` al posto di `<=`, o `>` al posto di `>=`",
        "in one of the two write `<` in place of `<=`, or `>` in place of `>=`"),
    "cases-conflict": warning(
        "con {values} sono veri insieme {text} e {other}: l'esito sarebbe un conflitto",
        "with {values} both {text} and {other} are true: the outcome would be a conflict",
        "rendi i casi esclusivi, o dichiara `policy: first`",
        "make the cases exclusive, or declare `policy: first`"),
    "exception-may-not-apply": warning(
        "la condizione {text} di questa eccezione può non essere applicabile: allora non lo è "
        "nemmeno la regola",
        "the condition {text} of this exception may be not applicable: then the rule is not "
        "either",
        "scrivi {instead} se dove {code} non si applica l'eccezione non vale; altrimenti {other}, "
        "con il valore che conta allora, o proteggi la regola con `when`",
        "write {instead} if the exception does not hold where {code} does not apply; else {other}, "
        "with the value that counts then, or guard the rule with `when`"),
    "exceptions-overlap": warning(
        "quando è vera la condizione {text} di questa eccezione lo è anche {other} di un'altra, se "
        "ha un valore: la regola sarebbe un conflitto",
        "when the condition {text} of this exception is true, so is {other} of another, if it has "
        "a value: the rule would be a conflict",
        "rendi le condizioni esclusive: in una aggiungi `and not (…)`",
        "make the conditions exclusive: add `and not (…)` to one"),
    "exceptions-conflict": warning(
        "con {values} sono vere insieme le eccezioni {text} e {other}: la regola sarebbe un "
        "conflitto",
        "with {values} both exceptions {text} and {other} are true: the rule would be a conflict",
        "di' quale delle due vale: nell'altra aggiungi `and not (…)`; se valgono insieme, scrivi "
        "una terza eccezione",
        "say which of the two holds: add `and not (…)` to the other; if both do, write a third "
        "exception"),
    "cases-gap": warning(
        "con {values} nessun caso di {code} è vero: la decisione non avrebbe esito",
        "with {values} no case of {code} is true: the decision would have no outcome",
        "allarga un caso, o aggiungine uno per questi valori; in fondo può stare `otherwise: true`",
        "widen a case, or add one for these values; `otherwise: true` may stand last"),
    "constant-out-of-range": warning(
        "il valore {text} è fuori da ciò che lo schema ammette per {code}: {range}",
        "the value {text} is outside what the schema admits for {code}: {range}",
        "correggi la costante, o i limiti nello schema",
        "correct the constant, or the bounds in the schema"),
    "group-leaves-out": warning(
        "{text} ora lascia fuori {member} di {group} quando non si applica; nel linguaggio 1 no",
        "{text} now leaves out {member} of {group} where it does not apply; language 1 did not",
        "riscrivi la voce qui, se va bene così; altrimenti somma i codici uno per uno",
        "write the entry again here if that is meant; otherwise list the codes one by one"),
    # numbers and sizes
    "repeated-number": warning("il numero {text} è scritto anche in {code}, alla riga {line}",
        "the number {text} is also written in {code}, on line {line}",
        "fanne un parametro con la sua fonte", "make it a parameter with its source"),
    "number-of-parameter": warning("il numero {text} è già il parametro {code}",
        "the number {text} is the parameter {code} already",
        "usa il parametro, o spiega in un ignore che è un altro numero",
        "use the parameter, or explain in an ignore that it is another number"),
    "trail-without-room": warning(
        "la traccia di una relazione piena avrebbe almeno {found} byte, il limite è {limit}; "
        "la parte più grande è di {code}",
        "the trail of a full report would have at least {found} bytes, the limit is {limit}; "
        "the largest part is of {code}",
        "ogni riga ripete le eccezioni e i controlli, ogni passo le scale e le tabelle che chiama, "
        "ogni campo i titoli delle sue scelte: abbassa `maxItems` nello schema, chiama scale e "
        "tabelle in una regola sola, o accorcia i titoli",
        "each row repeats exceptions and checks, each step the scales and tables that it calls, "
        "each field the titles of its choices: lower `maxItems` in the schema, call scales and "
        "tables in one rule alone, or shorten the titles"),
    # what language 2 says in fewer words
    "chain-as-table": info(
        "{count} confronti di {code} con costanti: una tabella ha una riga per ciascuno",
        "{count} comparisons of {code} with constants: a table has a row for each",
        "scrivi `tables: {{tabella: {{{rows}}}}}` e qui `tabella({call})`{need}",
        "write `tables: {{table: {{{rows}}}}}` and here `table({call})`{need}"),
    "chain-as-scale": info(
        "{count} soglie di {code} una dopo l'altra: una scala ha uno scaglione per ciascuna",
        "{count} thresholds of {code} one after another: a scale has a band for each",
        "scrivi `scales: {{scala: {{{rows}}}}}` e qui `scala({call})`{need}",
        "write `scales: {{scale: {{{rows}}}}}` and here `scale({call})`{need}"),
    "slots-as-list": info(
        "{rules} sono uguali a parte il numero, e ciascuna legge i campi del suo: {fields}",
        "{rules} are equal but for their number, and each reads the fields of its own: {fields}",
        "fai di quei campi una lista `LIST` del modulo, e la regola si scrive una volta:"
        " `{rule}`{need}",
        "make those fields a list `LIST` of the form, and the rule is written once:"
        " `{rule}`{need}"),
    "formula-long": warning("la formula è di {found} caratteri, il limite è {limit}",
        "the formula has {found} characters, the limit is {limit}",
        "dividila in più regole con un nome", "split it into several named rules"),
    "formula-deep": warning("la formula ha {found} livelli, il limite è {limit}",
        "the formula has {found} levels, the limit is {limit}",
        "dividila in più regole con un nome", "split it into several named rules"),
    "formula-large": warning("la formula ha {found} elementi, il limite è {limit}",
        "the formula has {found} elements, the limit is {limit}",
        "dividila in più regole, o usa un gruppo con `sum`",
        "split it into several rules, or use a group with `sum`"),
    # sentences and what entries rest on
    "message-untranslated": warning("manca il testo in {language}, che altri messaggi hanno",
        "the text in {language}, which other messages have, is missing",
        "aggiungilo accanto agli altri; se è una frase del modulo, di' che lì si legge:"
        " `evidence: seed`",
        "add it beside the others; if the form prints the sentence, say that it was seen there:"
        " `evidence: seed`").of_many(
        "manca il testo in {language}, che altri messaggi hanno, in {count} frasi: {names}",
        "the text in {language}, which other messages have, is missing in {count} sentences:"
        " {names}"),
    "placeholders-differ": warning("le lingue di questo messaggio mostrano valori diversi: {names}",
        "the languages of this message show different values: {names}",
        "mostra gli stessi codici in ogni lingua", "show the same codes in every language"),
    "entry-without-source": warning("la voce {code} non dice da quale fonte viene",
        "the entry {code} does not say which source it comes from",
        "aggiungi `source`", "add `source`").of_many(
        "{count} voci non dicono da quale fonte vengono: {names}",
        "{count} entries do not say which source they come from: {names}"),
    "entry-without-evidence": warning("la voce {code} non dice quanto è attendibile",
        "the entry {code} does not say how well it is known",
        "aggiungi `evidence`: seed, quoted, inferred o assumed",
        "add `evidence`: seed, quoted, inferred or assumed").of_many(
        "{count} voci non dicono quanto sono attendibili: {names}",
        "{count} entries do not say how well they are known: {names}"),
    # validity
    "in-force-reversed": error("la versione finisce ({to}) prima di cominciare ({from})",
        "the version ends ({to}) before it begins ({from})",
        "scambia le due date, o correggine una", "swap the two dates, or correct one"),
    "in-force-gap": warning(
        "fra la fine di {other} ({from}) e l'inizio di questa versione ({to}) nessuna è in vigore",
        "between the end of {other} ({from}) and the start of this version ({to}) none is in force",
        "fai cominciare questa il giorno dopo, o togli la fine dell'altra",
        "let this one begin on the day after, or remove the other's end"),
    "dated-hole": warning("dal {from} al {to} nessun valore di {code} è in vigore",
        "from {from} to {to} no value of {code} is in force",
        "togli `until` o fallo arrivare al giorno prima del seguente; se non vale davvero nulla,"
        " lascialo",
        "remove `until`, or let it reach the day before the next one; if nothing holds indeed,"
        " leave it"),
    "in-force-overlap": warning("il {day} è in vigore anche {other}",
        "on {day} {other} is in force as well",
        "fai finire l'altra il giorno prima", "let the other one end on the day before"),
    # ignores
    "ignore-form": error("questo commento non è un ignore ben scritto: {text}",
        "this comment is not a well written ignore: {text}",
        "scrivi `# ruletrail: ignore CODICE -- motivo`",
        "write `# ruletrail: ignore CODE -- reason`"),
    "ignore-without-reason": error("questo ignore non dice perché: {text}",
        "this ignore does not say why: {text}",
        "aggiungi il motivo dopo `--`", "add the reason after `--`"),
    "ignore-unknown": error("{text} non è un avviso che si possa ignorare",
        "{text} is not a finding that can be ignored",
        "controlla il codice; ciò che impedisce di caricare il rulebook non si ignora",
        "check the code; what keeps the rulebook from loading cannot be ignored"),
    "ignore-unused": warning("questo ignore non ignora nulla: {text}",
        "this ignore ignores nothing: {text}",
        "toglilo, o spostalo sulla riga prima di ciò che ignora",
        "remove it, or move it to the line before what it ignores"),
}  # fmt: skip

HINTS = hints(
    ("divisor-is-zero",
        ("scrivi un divisore che non sia zero; dove non c'è nulla da calcolare scrivi la regola "
         "senza la divisione"),
        ("write a divisor that is not zero; where there is nothing to compute write the rule "
         "without the division")),
    ("default-of-call",
        ("al posto di ciò che può non applicarsi ({code}) scrivi `default(…, …)`, con il valore "
         "che conta allora, o proteggi la regola con `when`"),
        ("in the place of what may not apply ({code}) write `default(…, …)`, with the value that "
         "counts then, or guard the rule with `when`")),
    ("word-beside", "accanto c'è già {other}: togli una delle due, quella che non vale",
        "{other} stands beside it: remove one of the two, the one that does not hold"),
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
    ("dated-from-least",
        "il modulo ammette quei giorni: aggiungi ciò che valeva, o alza `formatMinimum` in {day}",
        "the form admits these days: add what held on them, or raise `formatMinimum` in {day}"),
    ("dated-to-most",
        ("il modulo ammette quei giorni: aggiungi ciò che vi vale, togli `until`, o abbassa "
         "`formatMaximum` in {day}"),
        ("the form admits these days: add what holds on them, remove `until`, or lower "
         "`formatMaximum` in {day}")),
    ("days-turned",
        "se i due giorni sono scambiati scrivi {instead}; altrimenti correggi il confronto",
        "if the two days are turned round write {instead}; else correct the comparison"),
    ("keys-as-list", "per più chiavi scrivi un elenco: {instead}",
        "for several keys write a list: {instead}"),
    ("keys-of-all",
        "per tutte le chiavi scrivi un elenco, {instead}; per quelle senza riga c'è `otherwise`",
        "for all keys write a list, {instead}; for those without a row there is `otherwise`"),
    ("keys-of-form", "il modulo ammette {known}: scrivi una di queste, o togli la riga",
        "the form admits {known}: write one of these, or take the row out"),
    ("keys-by-code", "scrivi nella riga il codice: {instead}",
        "write the code in the row: {instead}"),
    ("keys-known", "le chiavi della colonna sono {known}",
        "the keys of the column are {known}"),
    ("unused-inherited",
        "se qui non serve, scrivi in questo file {instead}: il rulebook esteso resta com'è",
        ("where it is of no use here, write {instead} in this file: the rulebook extended stays "
         "as it is")),
    ("unused-left-behind",
        ("lo legge ciò che la lista {key} di {code} non ripete: se deve restare riscrivilo lì; se "
         "no, scrivi in questo file {instead}"),
        ("it is read by what the list {key} of {code} does not repeat: write that there too if it "
         "is to stay; else write {instead} in this file")),
    ("band-before", "metti prima {instead}, o una condizione che lo lasci fuori",
        "put {instead} before, or a condition that leaves it out"),
    ("meant-inherited",
        ("il rulebook esteso ha {instead}, che resta in vigore: se intendevi quello scrivi "
         "{instead}; altrimenti usa questa voce, o toglila"),
        ("the rulebook extended has {instead}, which stays in force: if you meant that, write "
         "{instead}; otherwise use this entry, or remove it")),
    ("unused-of-rows",
        ("se è un risultato di ogni riga, raccoglilo in una regola (`sum`, `count`, …), "
         "mostralo nel messaggio di un controllo delle righe o dichiaralo fra i campi "
         "dell'elenco; altrimenti togli la regola"),
        ("if it is a result of each row, gather it in a rule (`sum`, `count`, …), show it in "
         "the message of a check of the rows or declare it among the fields of the list; "
         "otherwise remove the rule")),
)  # fmt: skip
