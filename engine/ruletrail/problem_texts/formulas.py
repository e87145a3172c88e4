"""What can be wrong inside a formula or a condition."""

from ruletrail.problem_texts.texts import error, hints

TEXTS = {
    "formula-empty": error("la formula è vuota", "the formula is empty",
        "scrivi una formula, o `not_encoded` con il motivo",
        "write a formula, or `not_encoded` with the reason"),
    "formula-too-long": error("la formula supera {expected} caratteri",
        "the formula is longer than {expected} characters",
        "dividila in più regole, o usa un gruppo con `sum`",
        "split it into several rules, or use a group with `sum`"),
    "formula-too-deep": error("la formula supera {expected} livelli uno dentro l'altro",
        "the formula has more than {expected} levels inside each other",
        "dividila in più regole, o usa un gruppo con `sum`",
        "split it into several rules, or use a group with `sum`"),
    "formula-too-large": error("la formula ha più di {expected} elementi",
        "the formula has more than {expected} elements",
        "dividila in più regole, o usa un gruppo con `sum`",
        "split it into several rules, or use a group with `sum`"),
    "formula-syntax": error("la formula non è completa o ha un segno fuori posto: {text}",
        "the formula is incomplete or has a sign out of place: {text}",
        "controlla parentesi, operatori e operandi", "check brackets, operators and operands"),
    "formula-begins": error("una formula non comincia con {text}, come in un foglio di calcolo",
        "a formula does not begin with {text}, as it does in a spreadsheet",
        "togli {text}: {expected}", "remove {text}: {expected}"),
    "formula-percent": error("qui `%` è il resto di una divisione, non «per cento»: {text}",
        "`%` is the remainder of a division here, not “per cent”: {text}",
        "scrivi {expected} se l'altro valore è in `%`, {found} se è un rapporto",
        "write {expected} if the other value is in `%`, {found} if it is a ratio"),
    "formula-bare-text": error("{text} è un testo senza virgolette",
        "{text} is a text without quotes",
        'scrivi i testi fra virgolette, per esempio `"SI"`',
        'write texts in quotes, for example `"SI"`'),
    "formula-equals": error("un segno {text} da solo non confronta",
        "a single {text} does not compare",
        "per confrontare scrivi `==`", "to compare write `==`"),
    "formula-order": error("{text} non è un confronto", "{text} is not a comparison",
        "scrivi `>=` o `<=`", "write `>=` or `<=`"),
    "formula-diamond": error("{text} non è un confronto", "{text} is not a comparison",
        "per «diverso da» scrivi `!=`", "for “different from” write `!=`"),
    "formula-power": error("la potenza {text} non c'è", "the power {text} does not exist here",
        "scrivi la moltiplicazione per esteso: `a * a`", "write the multiplication out: `a * a`"),
    "formula-semicolon": error("il punto e virgola non separa nulla",
        "a semicolon separates nothing here",
        "separa gli argomenti con la virgola, `sum(A, B)`; una formula è una sola espressione",
        "separate arguments with a comma, `sum(A, B)`; a formula is one expression"),
    "formula-decimal-comma": error("{text} ha la virgola decimale", "{text} has a decimal comma",
        "usa il punto decimale", "use a decimal point"),
    "formula-comma": error(
        "una virgola può stare solo fra gli argomenti di una funzione o in un elenco",
        "a comma can only stand between the arguments of a function or in a list",
        "per i decimali usa il punto; un elenco sta fra parentesi quadre, `x in [1, 2]`",
        "for decimals use a point; a list stands in square brackets, `x in [1, 2]`"),
    "formula-date": error("{text} senza `date(…)` non è un giorno",
        "{text} without `date(…)` is no day",
        "scrivi `date(2024, 5, 31)`", "write `date(2024, 5, 31)`"),
    "formula-number": error("{text} non è un numero di questo linguaggio",
        "{text} is not a number of this language",
        "scrivi cifre e, se serve, un punto: `1234.50`",
        "write digits and, where needed, a point: `1234.50`"),
    "formula-number-limits": error("{text} ha troppe cifre: al massimo 15 intere e 10 decimali",
        "{text} has too many digits: at most 15 before the point and 10 after it",
        "controlla l'unità di misura", "check the unit"),
    "formula-operator": error("{text} non è un operatore di questo linguaggio",
        "{text} is not an operator of this language",
        "usa `+ - * / %`, i confronti, `and`, `or`, `not`",
        "use `+ - * / %`, comparisons, `and`, `or`, `not`"),
    "formula-word": error("{text} non è una parola di questo linguaggio",
        "{text} is not a word of this language",
        "usa le parole della guida", "use the words of the guide"),
    "formula-quotes": error("{text} non ha le virgolette di questo linguaggio",
        "{text} does not have the quotation marks of this language",
        "usa le virgolette dritte `\"` o `'`", "use straight quotes, `\"` or `'`"),
    "formula-open-text": error("le virgolette aperte qui non si chiudono",
        "the quotes opened here are not closed",
        "chiudi il testo con le stesse virgolette", "close the text with the same quotes"),
    "formula-escape": error("la barra `\\` non è ammessa", "the backslash `\\` is not admitted",
        "scrivi il testo così com'è; per contenere `'` usa `\"` intorno",
        "write the text as it is; to hold `'` use `\"` around it"),
    "formula-chained": error("due confronti di fila: {text}", "two comparisons in a row: {text}",
        "scrivi due confronti uniti da `and`: `1 < x and x < 2`",
        "write two comparisons joined by `and`: `1 < x and x < 2`"),
    "formula-attribute": error("il punto qui non è ammesso: {text}",
        "a point is not admitted here: {text}",
        "scrivi solo il codice; il punto serve nei numeri",
        "write the code alone; a point belongs in numbers"),
    "formula-subscript": error("le parentesi quadre qui non sono ammesse: {text}",
        "square brackets are not admitted here: {text}",
        "servono solo dopo `in`: `x in [1, 2]`", "they only belong after `in`: `x in [1, 2]`"),
    "formula-construct": error("{text} non fa parte del linguaggio",
        "{text} is not part of the language",
        "usa numeri, testi, codici, operatori e funzioni della guida",
        "use numbers, texts, codes, operators and functions of the guide"),
    "formula-in-list": error("un elenco di valori sta dopo `in`, e solo lì: {text}",
        "a list of values stands after `in`, and only there: {text}",
        'scrivi per esempio `x in ["SI", "NO"]`', 'write for example `x in ["SI", "NO"]`'),
    "later-language": error("{text} è del linguaggio 2, e questo rulebook è del linguaggio 1",
        "{text} is of language 2, and this rulebook is of language 1",
        "scrivi {instead} in testa al rulebook",
        "write {instead} at the head of the rulebook").of_many(
        "{count} parti del linguaggio 2 in un rulebook del linguaggio 1: {names}",
        "{count} parts of language 2 in a rulebook of language 1: {names}"),
    "unknown-function": error("la funzione {text} non c'è", "the function {text} does not exist",
        "funzioni: {expected}", "functions: {expected}"),
    "wrong-argument-count": error("numero di argomenti sbagliato per {text}",
        "wrong number of arguments for {text}",
        "si scrive così: `{expected}`", "it is written like this: `{expected}`"),
    "wrong-decimals": error(
        "i decimali di {text} devono essere un numero scritto per esteso, da 0 a 10",
        "the decimals of {text} must be a written number from 0 to 10",
        "scrivi per esempio `round_half_up(x, 2)`", "write for example `round_half_up(x, 2)`"),
    "wrong-literal": error("il testo che {text} cerca si scrive fra virgolette, e non è vuoto",
        "the text that {text} looks for is written in quotes, and is not empty",
        "scrivi per esempio `{instead}`", "write for example `{instead}`"),
    "no-such-day": error("{text} non è un giorno del calendario",
        "{text} is no day of the calendar",
        "un giorno si scrive `2024-05-31`, in una formula `date(2024, 5, 31)`; un testo va fra "
        "virgolette",
        "a day is written `2024-05-31`, in a formula `date(2024, 5, 31)`; a text stands in quotes"),
    "unknown-code": error("il codice {text} non esiste", "the code {text} does not exist",
        "usa un campo dello schema, una regola, un parametro o un gruppo",
        "use a field of the schema, a rule, a parameter or a group").of_many(
        "il codice {text} non esiste, in {count} posti: {names}",
        "the code {text} does not exist, in {count} places: {names}"),
    "group-as-value": error("{text} è un gruppo, non un valore", "{text} is a group, not a value",
        "usalo dentro una funzione", "use it inside a function"),
    "list-as-value": error("{text} è un elenco di righe, non un valore",
        "{text} is a list of rows, not a value",
        "chiedi quante righe ha, o riassumi un suo campo: `sum(ELENCO.campo)`",
        "ask how many rows it has, or gather a field of it: `sum(LIST.field)`"),
    "not-a-list": error("{text} non è il nome di un elenco di righe",
        "{text} is not the name of a list of rows",
        "`size` conta le righe di un elenco; le condizioni vere si contano con `count`",
        "`size` counts the rows of a list; true conditions are counted by `count`"),
    "row-outside-list": error("{text} è di una riga, e qui non c'è una riga di quell'elenco",
        "{text} belongs to a row, and there is no row of that list here",
        "riassumi tutte le righe, per esempio con `sum` o `count`, o scrivi una regola di riga",
        "gather all rows, by `sum` or `count` for instance, or write a rule of the row"),
    "rows-of-two-lists": error("{text} legge le righe di due elenchi: {expected}",
        "{text} reads the rows of two lists: {expected}",
        "riassumi un elenco per volta, ciascuno con la sua funzione",
        "gather one list at a time, each by a function of its own"),
    "condition-not-boolean": error("{text} è {found}: da solo non è né vero né falso",
        "{text} is {found}: on its own it is neither true nor false",
        "scrivi un confronto", "write a comparison"),
    "type-mismatch": error("{text} è {found}, ma qui serve {expected}",
        "{text} is {found}, but {expected} is needed here",
        "confronta e calcola solo valori dello stesso tipo",
        "compare and compute only values of the same type"),
    "text-order": error("{text}: testi e vero/falso non si ordinano",
        "{text}: texts and true/false have no order",
        "usa `==`, `!=` o `in`", "use `==`, `!=` or `in`"),
    "unit-clash": error("{text} mette insieme unità diverse: {expected} e {found}",
        "{text} puts different units together: {expected} and {found}",
        ("correggi il codice o la `unit` che è sbagliata, o converti con una regola che dichiara "
        "la propria unità"),
        ("correct the code or the `unit` that is wrong, or convert with a rule that declares its "
        "own unit")),
    "impossible-comparison": error("il valore {text} non si verifica mai",
        "the value {text} can never occur",
        "i valori possibili sono: {expected}", "the possible values are: {expected}"),
}  # fmt: skip

HINTS = hints(
    ("part-taken",
        ("scrivi {expected} se l'altro valore è in `%`, {found} se è un rapporto; per la parte di "
        "un importo tutto il calcolo è {instead}"),
        ("write {expected} if the other value is in `%`, {found} if it is a ratio; for a part of "
        "an amount the whole calculation is {instead}")),
    ("part-of-sum",
        ("una parte di un importo si aggiunge o si toglie con {instead}, dove `x` sta per "
        "l'importo; se gli altri valori sono percentuali o rapporti scrivi solo il numero, nella "
        "loro stessa forma"),
        ("a part of an amount is added or taken off by {instead}, where `x` stands for the amount; "
        "where the other values are percentages or ratios write the number alone, in their form")),
    ("part-of-sum-by-value",
        ("una parte di un importo si aggiunge o si toglie, dove `x` sta per l'importo, con "
        "{instead} se {expected} è in per cento, con {found} se è già un rapporto (0.05)"),
        ("a part of an amount is added or taken off, where `x` stands for the amount, by {instead} "
        "if {expected} is in per cent, by {found} if it is a ratio already (0.05)")),
    ("comma-of-percentage",
        ("qui una virgola può separare due valori: scrivi la percentuale come rapporto, con il "
        "punto, per esempio `0.125` per il 12,5 %"),
        ("a comma may part two values here: write the percentage as a ratio, with a point, for "
        "example `0.125` for 12.5 %")),
    ("part-behind-division",
        ("dietro a una divisione la parte di un valore sta tra parentesi, con la percentuale come "
        "rapporto: `a / (0.125 * b)`"),
        ("behind a division the part of a value stands in brackets, with the percentage as a "
        "ratio: `a / (0.125 * b)`")),
    ("part-first",
        "prima correggi la percentuale che c'è dentro; poi `check` mostra il resto",
        "mend the percentage in it first; then `check` shows the rest"),
    ("inside-first",
        "prima correggi ciò che qui dentro è segnalato; poi `check` mostra il resto",
        "mend what is told of within it first; then `check` shows the rest"),
    ("part-or-remainder",
        ("una parte di un importo si aggiunge o si toglie con {instead}, dove `x` sta per "
        "l'importo; se invece vuoi il resto metti uno spazio prima di `%`"),
        ("a part of an amount is added or taken off by {instead}, where `x` stands for the amount; "
        "if the remainder is meant put a space before `%`")),
    ("percent-of-two",
        "scrivi {instead} se l'altro valore è in `%`, {found} se è un rapporto",
        "write {instead} if the other value is in `%`, {found} if it is a ratio"),
    ("permille-of-two",
        "scrivi {instead} se l'altro valore è in `‰`, {found} se è un rapporto",
        "write {instead} if the other value is in `‰`, {found} if it is a ratio"),
    ("part-of-value", "se ne vuoi quella parte scrivi {instead}",
        "if that part of it is meant write {instead}"),
    ("list-or-decimal",
        ("un elenco sta fra parentesi quadre: per il decimale scrivi {instead}, per due valori "
        "{expected}"),
        ("a list stands in square brackets: for the decimal write {instead}, for two values "
        "{expected}")),
    ("formula-comma-of-two",
        "scrivi {instead} se la virgola separa i decimali, {found} se separa le migliaia",
        "write {instead} if the comma separates decimals, {found} if it separates thousands"),
    ("part-of-amount", "scrivi {instead} al posto di {whole}",
        "write {instead} in the place of {whole}"),
    ("round-brackets", "per i calcoli servono parentesi tonde: {instead}",
        "calculations take round brackets: {instead}"),
    ("of-of-code", "scrivi {instead}, che è l'unità di {text}",
        "write {instead}, which is the unit of {text}"),
    ("unit-of-code", "scrivi l'unità del risultato: quella di {text} è {instead}",
        "write the unit of the result: that of {text} is {instead}"),
    ("reserved-word", "usa il codice di un campo, di una regola, di un parametro o di un gruppo",
        "use the code of a field, a rule, a parameter or a group"),
    ("blank-of-thousands",
        ("se lo spazio separa le migliaia scrivi {instead}; altrimenti fra i due numeri manca un "
        "segno"),
        ("if the space separates thousands write {instead}; otherwise a sign between the two "
        "numbers is missing")),
    ("commas-part-values",
        ("qui una virgola separa due valori: scrivi ogni numero senza zeri davanti, senza segni "
        "fra le migliaia e con il punto per i decimali, `1234.50`"),
        ("a comma parts two values here: write each number without zeros before it, without signs "
        "between thousands and with a point for decimals, `1234.50`")),
    ("power-or-product",
        "se è una potenza di dieci scrivi {instead}, se è un prodotto {expected}",
        "if it is a power of ten write {instead}, if it is a product {expected}"),
    ("no-powers",
        ("una potenza si scrive per esteso, `a * a`, con l'esponente che sai; se l'esponente "
        "cambia, i valori stanno in una tabella"),
        ("a power is written out, `a * a`, with the exponent that you know; if the exponent "
        "changes, its values stand in a table")),
    ("no-roots",
        ("radici, logaritmi ed esponenziali non ci sono, perché ogni numero è esatto: i valori "
        "stanno in una scala, in una tabella o in un campo; al posto di una radice si confronta il "
        "quadrato, `x * x <= a`"),
        ("there are no roots, logarithms and exponentials, for each number is exact: the values "
        "stand in a scale, a table or a field; in the place of a root compare the square, "
        "`x * x <= a`")),
    ("day-of-sheet",
        "se è il numero che un foglio di calcolo dà a un giorno, scrivi {instead}",
        "if it is the number that a spreadsheet gives to a day, write {instead}"),
    ("day-of-parts",
        ("un giorno del calendario si scrive `date(anno, mese, giorno)`; per andare avanti o "
        "indietro di mesi scrivi per esempio `add_months(d, 1)`, `start_of_month(d)`, "
        "`end_of_month(d)`"),
        ("a day of the calendar is written `date(year, month, day)`; to go on or back by months "
        "write for example `add_months(d, 1)`, `start_of_month(d)`, `end_of_month(d)`")),
    ("day-already",
        ("una data non si converte: di un campo che è una data scrivi solo il codice, e un giorno "
        "come `date(2024, 5, 31)`; un testo o un numero non diventano date"),
        ("a day is not converted: of a field that is a day write the code alone, and a day like "
        "`date(2024, 5, 31)`; no text and no number becomes one")),
    ("day-written", "una data si scrive come {instead}, con il giorno che intendi",
        "a day is written like {instead}, with the day that you mean"),
    ("day-meant", "se è un giorno scrivi {instead}, con l'anno che intendi",
        "if it is a day write {instead}, with the year that you mean"),
    ("day-of-two",
        "il giorno si legge prima del mese, {instead}; se il mese viene prima è {expected}",
        "the day is read before the month, {instead}; if the month stands first it is {expected}"),
    ("number-with-unit",
        ("fra {expected} e {text} manca un operatore, come `*`, `and` o `>=`; se {text} è "
         "un'unità scrivi solo {expected}: la dice `unit`, accanto alla formula o nel modulo"),
        ("an operator is missing between {expected} and {text}, such as `*`, `and` or `>=`; if "
         "{text} is a unit write only {expected}: `unit` says it, beside the formula or in the "
         "form")),
    ("subscript-of-name",
        ("una scala o una tabella si legge con le parentesi tonde, `scala(x)`; le righe di un "
        "elenco si riassumono, per esempio con `sum(elenco.x)`; le quadre servono dopo `in`"),
        ("a scale or a table is read with round brackets, `scale(x)`; the rows of a list are "
        "gathered, for example by `sum(list.x)`; square ones belong after `in`")),
    ("point-apart", "se è di una riga, scrivilo senza spazi: {instead}",
        "if it is of a row, write it without spaces: {instead}"),
    ("percent-of-value",
        ("se {expected} è in per cento scrivi {found}, se è già un rapporto (0.05) scrivi "
         "{expected} senza `%`"),
        ("if {expected} is in per cent write {found}, if it is a ratio already (0.05) write "
         "{expected} without `%`")),
    ("no-iferror",
        ("`default(x, y)` dà y dove x non si applica, `if_missing(x, y)` dove x manca; un "
         "errore resta un errore"),
        ("`default(x, y)` is y where x does not apply, `if_missing(x, y)` where x is missing; "
         "an error stays an error")),
    ("no-average",
        "la media è la somma divisa per quanti sono: `sum(ELENCO.campo) / size(ELENCO)`",
        "the average is the sum divided by how many there are: `sum(LIST.field) / size(LIST)`"),
    ("int-up-or-down",
        ("verso il basso scrivi `floor(x)`, come `INT` dei fogli di calcolo; verso lo zero, "
         "`trunc(x)`"),
        ("downwards write `floor(x)`, as `INT` of spreadsheets; towards zero, `trunc(x)`")),
    ("multiples-or-decimals",
        "per i multipli di {expected} scrivi {instead}, per i decimali {found}",
        "for the multiples of {expected} write {instead}, for decimals {found}"),
    ("two-arguments",
        ("gli argomenti sono due, e il decimale si scrive con il punto: `x % 2.5`, "
        "`floor(x / 2.5)`"),
        ("there are two arguments, and a decimal is written with a point: `x % 2.5`, "
        "`floor(x / 2.5)`")),
    ("to-multiples", "ai multipli di {expected} si arrotonda con {instead}",
        "to the multiples of {expected} it is rounded by {instead}"),
    ("round-away",
        ("per i numeri positivi scrivi `ceil(x, 2)`; lontano dallo zero, anche i negativi, "
         "arrotonda la regola con `round: {{decimals: 2, mode: up}}`"),
        ("for positive numbers write `ceil(x, 2)`; away from zero, negative ones too, round the "
         "rule by `round: {{decimals: 2, mode: up}}`")),
    ("round-away-or-up",
        ("per i numeri positivi scrivi {instead}; lontano dallo zero, anche i negativi, arrotonda "
         "la regola con {found}"),
        ("for positive numbers write {instead}; away from zero, negative ones too, round the rule "
         "by {found}")),
    ("part-of-year",
        ("gli anni compiuti sono {instead}; per la parte di un anno scrivi {found}, con i giorni "
         "che la norma dà all'anno"),
        ("the full years are {instead}; for the part of a year write {found}, with the days that "
         "the rules give to a year")),
    ("count-of-rows",
        ("quante righe ha un elenco lo dice {instead}, in quante c'è un valore {expected}; per "
         "contarne solo alcune scrivi un confronto"),
        ("how many rows a list has is {instead}, in how many there is a value {expected}; to count "
         "some of them only write a comparison")),
    ("count-of-group",
        ("i membri di un gruppo sono sempre {instead}: scrivi il numero; per contarne solo alcuni "
         "scrivi un confronto per ognuno, come `count(a > 0, b > 0)`"),
        ("the members of a group are always {instead}: write the number; to count some of them "
         "only write a comparison for each, like `count(a > 0, b > 0)`")),
    ("column-of-sheet",
        ("è una colonna di un foglio di calcolo: scrivi il codice, {instead}, o quello della riga "
         "di un elenco, {found}"),
        ("it is a column of a spreadsheet: write the code, {instead}, or that of the row of a "
         "list, {found}")),
    ("no-ifs",
        "scrivi un caso dopo l'altro: `valore_1 if caso_1 else valore_2 if caso_2 else valore_3`",
        "write one case after the other: `value_1 if case_1 else value_2 if case_2 else value_3`"),
    ("no-choose",
        ("scrivi `valore_1 if n == 1 else valore_2 if n == 2 else valore_3`; molti valori stanno "
         "in una tabella"),
        ("write `value_1 if n == 1 else value_2 if n == 2 else value_3`; many values stand in a "
         "table")),
    ("no-sumproduct", "i prodotti delle righe si sommano con `sum(ELENCO.a * ELENCO.b)`",
        "the products of rows are summed up by `sum(LIST.a * LIST.b)`"),
    ("weekday-of-sheets",
        ("`weekday(d)` va da 1 (lunedì) a 7 (domenica); nei fogli di calcolo, senza un secondo "
         "argomento, 1 è domenica"),
        ("`weekday(d)` goes from 1 (Monday) to 7 (Sunday); in spreadsheets, without a second "
         "argument, 1 is Sunday")),
    ("no-joined-texts",
        ("in una formula non si uniscono testi: la frase sta in un messaggio, con i codici fra "
         "graffe"),
        ("texts are not joined in a formula: the sentence stands in a message, with the codes in "
         "braces")),
    ("texts-or-conditions",
        ("due condizioni si uniscono con `and`, due numeri si sommano con `+`; testi non se ne "
         "uniscono: la frase sta in un messaggio, con i codici fra graffe"),
        ("two conditions are joined by `and`, two numbers added by `+`; texts are not joined: the "
         "sentence stands in a message, with the codes in braces")),
    ("no-vlookup",
        ("scrivi la tabella in `tables` (`by` dice le chiavi) e chiamala per nome: "
        "`tariffa(zona)`; fasce di numeri sono una scala, in `scales`"),
        ("write the table in `tables` (`by` names its keys) and call it by its name: "
        "`fee(zone)`; bands of numbers are a scale, in `scales`")),
    ("length-or-size",
        "quanti caratteri ha un testo è {instead}, quante righe ha un elenco è {found}",
        "how many characters a text has is {instead}, how many rows a list has is {found}"),
    ("no-sumif",
        ("si contano le righe con `count(ELENCO.campo < 3)`, e si sommano con "
        "`sum(ELENCO.campo if ELENCO.altro < 3 else 0)`"),
        ("rows are counted by `count(LIST.field < 3)`, and summed up by "
        "`sum(LIST.field if LIST.other < 3 else 0)`")),
    ("no-counta",
        ("quante righe ha un elenco lo dice `size(ELENCO)`, in quante c'è un campo "
        "`count(not is_missing(ELENCO.campo))`"),
        ("how many rows a list has is `size(LIST)`, in how many a field is there "
        "`count(not is_missing(LIST.field))`")),
    ("span-of-time",
        ("a una data si sommano anni con `add_years(d, 1)`, mesi con `add_months(d, 1)`, "
        "giorni con `d + 1`; quanti ne passano fra due lo dicono `years_between(a, b)`, "
        "`months_between(a, b)` e `days_between(a, b)`"),
        ("years are added to a day by `add_years(d, 1)`, months by `add_months(d, 1)`, days by "
        "`d + 1`; how many are between two is `years_between(a, b)`, `months_between(a, b)` "
        "or `days_between(a, b)`")),
    ("count-not-sum", "quanti sono veri si conta: scrivi {instead} al posto di `sum(…)`",
        "how many are true is counted: write {instead} in place of `sum(…)`"),
    ("truth-as-number", "se il vero vale uno e il falso zero, scrivi {instead}",
        "if true is one and false is nought, write {instead}"),
    ("rows-of-condition",
        "per sommare solo alcune righe la condizione sta nell'unico argomento: scrivi {instead}",
        "to sum up some rows only the condition stands inside the one argument: write {instead}"),
    ("rows-of-rule",
        ("per guardare solo alcune righe scrivi una regola di riga con {expected} e {found}, e qui "
        "dai a {text} il solo codice di quella regola"),
        ("to look at some rows only write a rule of the row with {expected} and {found}, and give "
        "{text} the code of that rule alone here")),
    ("sum-when-true",
        ("se si somma solo quando {text} è vero, tutta la somma è {instead}; se è un uno da "
        "aggiungere, contalo con `count(…)`"),
        ("to sum up only where {text} is true, the whole sum is {instead}; if it is a one to be "
        "added, count it by `count(…)`")),
    ("if-then",
        ("«se A allora B» qui è {instead}; un valore che c'è solo se A si scrive con "
         "`when: A`, o `B if A else C`"),
        ('"if A then B" is {instead} here; a value that is there only if A is written with '
         "`when: A`, or `B if A else C`")),
    ("name-after-point", "dopo il punto manca il nome di un campo o di una regola di riga",
        "the name of a field or rule of the row is lacking after the point"),
    ("ends-before", "quel mese finisce prima: il suo ultimo giorno è {instead}",
        "that month ends before: its last day is {instead}"),
    ("year-of-day", "una data non è un anno: confronta `year(d)` con {text}, o usa `date(…)`",
        "a date is no year: compare `year(d)` with {text}, or write `date(…)`"),
    ("rows-chosen",
        ("le righe si raccolgono con `sum(ELENCO.campo)`; solo alcune, con "
         "`sum(ELENCO.campo if condizione else 0)`, e si contano con `count(condizione)`"),
        ("rows are gathered by `sum(LIST.field)`; some of them only, by "
         "`sum(LIST.field if condition else 0)`, and counted by `count(condition)`")),
    ("size-or-field",
        ("quante righe ha si scrive {instead}; di un suo campo si fa per esempio la somma, "
        "`sum(ELENCO.campo)`"),
        ("how many rows it has is written {instead}; of a field of it make for instance "
        "the sum, `sum(LIST.field)`")),
    ("formula-no-left", "prima di {text} manca un valore", "a value is missing before {text}"),
    ("formula-no-right", "dopo {text} manca un valore", "a value is missing after {text}"),
    ("formula-bracket-open", "la parentesi {text} non si chiude: aggiungi {expected}",
        "the bracket {text} is not closed: add {expected}"),
    ("for-each-value",
        "qui scrive `for_each`: correggi in modo che valga per tutti i suoi valori",
        "`for_each` writes here: mend it so that it is right for all of its values"),
    ("formula-bracket-extra", "togli {text}, o apri prima una {expected}",
        "remove {text}, or open a {expected} before it"),
    ("call-without-brackets",
        "ciò che una scala, una tabella o una funzione legge sta fra parentesi tonde: {instead}",
        "what a scale, a table or a function reads stands in round brackets: {instead}"),
    ("unit-of-key", "{instead} cerca {expected}: scrivi qui il campo o la regola che lo dà",
        "{instead} looks up {expected}: write the field or rule here that gives it"),
    ("formula-two-values",
        ("fra {expected} e {text} manca un operatore, come `*`, `and` o `>=`; un'unità di "
         "misura non si scrive nella formula, ma in `unit`"),
        ("an operator is missing between {expected} and {text}, such as `*`, `and` or `>=`; a "
         "unit is not written in the formula, but in `unit`")),
    ("formula-no-else",
        "manca il valore degli altri casi: scrivi {instead}, con quel valore al posto di `…`",
        "the value of the other cases is lacking: write {instead}, with it in the place of `…`"),
    ("members-in-group", "un gruppo elenca singoli codici: al posto di {text} scrivi {instead}",
        "a group lists single codes: in the place of {text} write {instead}"),
    ("codes-there", "togli {text}: un gruppo elenca singoli codici, e i suoi ci sono già",
        "remove {text}: a group lists single codes, and those of it are there already"),
    ("codes-of-group",
        "un gruppo elenca singoli codici: al posto di {text} scrivi i suoi che non ci sono già",
        "a group lists single codes: in the place of {text} write those that are not there yet"),
    ("formula-range",
        "gli intervalli non ci sono: elenca i codici, `sum(A, B)`, o dichiarali in un gruppo",
        "there are no ranges: list the codes, `sum(A, B)`, or declare them in a group"),
    ("formula-currency", "togli {text}: la moneta si dichiara con `unit`",
        "remove {text}: the currency is declared by `unit`"),
    ("type-of-exception",
        "un'eccezione dà un valore dello stesso tipo della formula della regola",
        "an exception gives a value of the same type as the formula of the rule"),
    ("type-of-group", "i membri di un gruppo sono tutti dello stesso tipo",
        "the members of a group are all of the same type"),
    ("type-of-field",
        ("il modulo ha un campo con questo codice: correggi la formula, il tipo nello schema, o il "
         "codice della regola"),
        ("the form has a field of this code: correct the formula, the type in the schema, or the "
         "code of the rule")),
    ("type-of-choice", "i valori fra cui si sceglie sono dello stesso tipo",
        "the values among which is chosen are of the same type"),
    ("formula-comma-or-thousands",
        "scrivi {expected} se la virgola separa i decimali, {found} se separa le migliaia",
        "write {expected} if the comma separates decimals, {found} if it separates thousands"),
    ("size-of-group",
        ("`size` conta le righe di un elenco; i membri di un gruppo sono sempre {instead}: scrivi "
         "il numero"),
        ("`size` counts the rows of a list; the members of a group are always {instead}: write "
         "the number")),
    ("average-written", "la media è la somma divisa per quanti sono: {instead}",
        "the average is the sum divided by how many there are: {instead}"),
    ("average-of-values", "la media è la somma divisa per quanti sono: `(a + b) / 2`",
        "the average is the sum divided by how many there are: `(a + b) / 2`"),
    ("sumif-of-values",
        ("si contano i valori con `count(a < 3, b < 3)`, e si sommano con "
         "`sum(a if a < 3 else 0, b if b < 3 else 0)`"),
        ("values are counted by `count(a < 3, b < 3)`, and summed up by "
         "`sum(a if a < 3 else 0, b if b < 3 else 0)`")),
    ("counta-of-values",
        "quanti valori ci sono si conta con `count(not is_missing(a), not is_missing(b))`",
        "how many values are there is counted by `count(not is_missing(a), not is_missing(b))`"),
    ("sumproduct-of-values", "i prodotti si sommano uno per uno: `a1 * b1 + a2 * b2`",
        "products are added one by one: `a1 * b1 + a2 * b2`"),
    ("lookup-of-values",
        ("scrivi un caso dopo l'altro, `3 if zona == \"A\" else 2`; tabelle e scale sono del "
         "linguaggio 2, `language: 2` in testa al rulebook"),
        ('write one case after the other, `3 if zone == "A" else 2`; tables and scales are of '
         "language 2, `language: 2` at the head of the rulebook")),
    ("days-of-language-2",
        "le date sono del linguaggio 2: scrivi `language: 2` in testa al rulebook",
        "days are of language 2: write `language: 2` at the head of the rulebook"),
    ("texts-of-language-2",
        ('un testo si confronta intero, `x == "A/1"` o `x in ["A/1", "A/2"]`; come comincia '
         "si chiede nel linguaggio 2, `language: 2` in testa al rulebook"),
        ('a text is compared whole, `x == "A/1"` or `x in ["A/1", "A/2"]`; what it begins '
         "with is asked in language 2, `language: 2` at the head of the rulebook")),
    ("days-of-sheets", "dalla seconda data alla prima, come nei fogli di calcolo: {instead}",
        "from the second day to the first, as in spreadsheets: {instead}"),
    ("text-asked", "scrivi {instead}; maiuscole e minuscole qui sono diverse",
        "write {instead}; capital and small letters differ here"),
    ("no-text-pieces",
        ('di un testo si chiede come comincia, `starts_with(x, "A/")`, come finisce, '
         '`ends_with(x, "/1")`, o che cosa contiene, `contains(x, "A")`'),
        ('of a text ask what it begins with, `starts_with(x, "A/")`, what it ends with, '
         '`ends_with(x, "/1")`, or what it contains, `contains(x, "A")`')),
    ("type-is-declared",
        "il tipo di un valore lo dice il modulo, e non cambia; che ci sia si chiede con {instead}",
        "the form says the type of a value, and it never changes; ask if it is there by {instead}"),
    ("cell-of-sheet",
        ("è una cella di un foglio di calcolo: scrivi il codice del campo, della regola o del "
         "parametro che c'è in quella cella"),
        ("it is a cell of a spreadsheet: write the code of the field, rule or parameter that is "
         "in that cell")),
    ("items-of-list",
        ("un testo va fra virgolette; un intervallo si scrive `1 <= x and x <= 1000`, e un calcolo "
         "si confronta da solo, `x == a + 1`"),
        ("a text stands in quotes; an interval is written `1 <= x and x <= 1000`, and a "
         "calculation is compared by itself, `x == a + 1`")),
    ("items-compared", "un calcolo si confronta da solo: scrivi {instead}",
        "compare a calculation by itself: write {instead}"),
    ("interval-in-list", "se è un intervallo scrivi {instead}",
        "if it is an interval write {instead}"),
    ("times-or-divided", "si moltiplica con `*` e si divide con `/`",
        "`*` multiplies and `/` divides"),
    ("times-code", "per moltiplicare scrivi `*`: {instead}",
        "to multiply write `*`: {instead}"),
    ("truth-or-text", "per un testo scrivi {instead}, per un vero/falso {expected}",
        "for a text write {instead}, for a true/false value {expected}"),
    ("day-is-text",
        ("una data è un testo: scrivi {instead}; due date si confrontano con `==` e `!=`, non "
         "si ordinano"),
        ("a day is a text: write {instead}; two days are compared by `==` and `!=`, they have "
         "no order")),
    ("blank-is-missing", "se qui si chiede che nulla sia compilato, scrivi {instead}",
        "to ask whether nothing was filled in, write {instead}"),
    ("sign-before-bracket",
        "prima della parentesi manca un segno: per moltiplicare scrivi `*`",
        "a sign is missing before the bracket: to multiply, write `*`"),
    ("condition-in-the-middle", "la condizione sta nel mezzo: scrivi {instead}",
        "the condition stands in the middle: write {instead}"),
    ("choice-without-else",
        ("una scelta ha tre parti, e ne manca: scrivi {instead}, con un valore al posto di ogni "
         "`…`; se negli altri casi non c'è alcun valore, la condizione va sotto `when`"),
        ("a choice has three parts, and some are lacking: write {instead}, with a value in the "
         "place of each `…`; where in other cases there is no value, the condition goes under "
         "`when`")),
    ("bare-text-code",
        ("qui {text} è il codice di una voce, e non può essere uguale: per il testo scrivi "
        "{instead}"),
        ("here {text} is the code of an entry, and cannot be equal: for the text write "
        "{instead}")),
)  # fmt: skip
