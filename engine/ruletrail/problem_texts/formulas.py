"""What can be wrong inside a formula or a condition."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "formula-empty": error(
        "la formula è vuota", "the formula is empty",
        "scrivi una formula, o `not_encoded` con il motivo", "write a formula, or `not_encoded` with the reason"),
    "formula-too-long": error(
        "la formula supera {expected} caratteri", "the formula is longer than {expected} characters",
        "dividila in più regole, o usa un gruppo con `sum`", "split it into several rules, or use a group with `sum`"),
    "formula-too-deep": error(
        "la formula supera {expected} livelli uno dentro l'altro", "the formula has more than {expected} levels inside each other",
        "dividila in più regole, o usa un gruppo con `sum`", "split it into several rules, or use a group with `sum`"),
    "formula-too-large": error(
        "la formula ha più di {expected} elementi", "the formula has more than {expected} elements",
        "dividila in più regole, o usa un gruppo con `sum`", "split it into several rules, or use a group with `sum`"),
    "formula-syntax": error(
        "la formula non è completa o ha un segno fuori posto: {text}", "the formula is incomplete or has a sign out of place: {text}",
        "controlla parentesi, operatori e operandi", "check brackets, operators and operands"),
    "formula-equals": error(
        "un segno {text} da solo non confronta", "a single {text} does not compare",
        "per confrontare scrivi `==`", "to compare write `==`"),
    "formula-order": error(
        "{text} non è un confronto", "{text} is not a comparison",
        "scrivi `>=` o `<=`", "write `>=` or `<=`"),
    "formula-diamond": error(
        "{text} non è un confronto", "{text} is not a comparison",
        "per «diverso da» scrivi `!=`", "for “different from” write `!=`"),
    "formula-power": error(
        "la potenza {text} non c'è", "the power {text} does not exist here",
        "scrivi la moltiplicazione per esteso: `a * a`", "write the multiplication out: `a * a`"),
    "formula-semicolon": error(
        "il punto e virgola non separa nulla", "a semicolon separates nothing here",
        "separa gli argomenti con la virgola; una formula è una sola espressione",
        "separate arguments with a comma; a formula is one expression"),
    "formula-decimal-comma": error(
        "{text} ha la virgola decimale", "{text} has a decimal comma",
        "usa il punto decimale", "use a decimal point"),
    "formula-comma": error(
        "una virgola può stare solo fra gli argomenti di una funzione o in un elenco",
        "a comma can only stand between the arguments of a function or in a list",
        "per i decimali usa il punto", "for decimals use a point"),
    "formula-number": error(
        "{text} non è un numero di questo linguaggio", "{text} is not a number of this language",
        "scrivi cifre e, se serve, un punto: `1234.50`", "write digits and, where needed, a point: `1234.50`"),
    "formula-number-limits": error(
        "{text} ha troppe cifre: al massimo 15 intere e 10 decimali",
        "{text} has too many digits: at most 15 before the point and 10 after it",
        "controlla l'unità di misura", "check the unit"),
    "formula-operator": error(
        "{text} non è un operatore di questo linguaggio", "{text} is not an operator of this language",
        "usa `+ - * / %`, i confronti, `and`, `or`, `not`", "use `+ - * / %`, comparisons, `and`, `or`, `not`"),
    "formula-word": error(
        "{text} non è una parola di questo linguaggio", "{text} is not a word of this language",
        "usa le parole della guida", "use the words of the guide"),
    "formula-quotes": error(
        "{text} non è una virgoletta di questo linguaggio", "{text} is not a quotation mark of this language",
        "usa le virgolette dritte `\"` o `'`", "use straight quotes, `\"` or `'`"),
    "formula-open-text": error(
        "le virgolette aperte qui non si chiudono", "the quotes opened here are not closed",
        "chiudi il testo con le stesse virgolette", "close the text with the same quotes"),
    "formula-escape": error(
        "la barra `\\` non è ammessa", "the backslash `\\` is not admitted",
        "scrivi il testo così com'è; per contenere `'` usa `\"` intorno", "write the text as it is; to hold `'` use `\"` around it"),
    "formula-chained": error(
        "due confronti di fila: {text}", "two comparisons in a row: {text}",
        "scrivi due confronti uniti da `and`: `1 < x and x < 2`", "write two comparisons joined by `and`: `1 < x and x < 2`"),
    "formula-attribute": error(
        "il punto qui non è ammesso: {text}", "a point is not admitted here: {text}",
        "scrivi solo il codice; il punto serve nei numeri", "write the code alone; a point belongs in numbers"),
    "formula-subscript": error(
        "le parentesi quadre qui non sono ammesse: {text}", "square brackets are not admitted here: {text}",
        "servono solo dopo `in`: `x in [1, 2]`", "they only belong after `in`: `x in [1, 2]`"),
    "formula-construct": error(
        "{text} non fa parte del linguaggio", "{text} is not part of the language",
        "usa numeri, testi, codici, operatori e funzioni della guida", "use numbers, texts, codes, operators and functions of the guide"),
    "formula-in-list": error(
        "dopo `in` serve un elenco di valori: {text}", "`in` needs a list of values after it: {text}",
        'scrivi per esempio `x in ["SI", "NO"]`', 'write for example `x in ["SI", "NO"]`'),
    "unknown-function": error(
        "la funzione {text} non c'è", "the function {text} does not exist",
        "funzioni: {expected}", "functions: {expected}"),
    "wrong-argument-count": error(
        "numero di argomenti sbagliato per {text}", "wrong number of arguments for {text}",
        "guarda la funzione nella guida", "look the function up in the guide"),
    "wrong-decimals": error(
        "i decimali di {text} devono essere un numero scritto per esteso, da 0 a 10",
        "the decimals of {text} must be a written number from 0 to 10",
        "scrivi per esempio `round_half_up(x, 2)`", "write for example `round_half_up(x, 2)`"),
    "unknown-code": error(
        "il codice {text} non esiste", "the code {text} does not exist",
        "usa un campo dello schema, una regola, un parametro o un gruppo", "use a field of the schema, a rule, a parameter or a group"),
    "group-as-value": error(
        "{text} è un gruppo, non un valore", "{text} is a group, not a value",
        "usalo dentro una funzione", "use it inside a function"),
    "condition-not-boolean": error(
        "{text} è {found}: da solo non è né vero né falso", "{text} is {found}: on its own it is neither true nor false",
        "scrivi un confronto", "write a comparison"),
    "type-mismatch": error(
        "{text} è {found}, ma qui serve {expected}", "{text} is {found}, but {expected} is needed here",
        "confronta e calcola solo valori dello stesso tipo", "compare and compute only values of the same type"),
    "text-order": error(
        "{text}: testi e vero/falso non si ordinano", "{text}: texts and true/false have no order",
        "usa `==`, `!=` o `in`", "use `==`, `!=` or `in`"),
    "unit-clash": error(
        "{text} mette insieme unità diverse: {expected} e {found}", "{text} puts different units together: {expected} and {found}",
        "converti una delle due con una regola che dichiara la propria unità",
        "convert one of them with a rule that declares its own unit"),
    "impossible-comparison": error(
        "il valore {text} non si verifica mai", "the value {text} can never occur",
        "i valori possibili sono: {expected}", "the possible values are: {expected}"),
}  # fmt: skip
