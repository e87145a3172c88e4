"""What a JSON Schema finds wrong with a document, and what is wrong with a schema."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "unknown-key": error(
        "la chiave {key} non è prevista qui", "the key {key} is not known here",
        "chiavi previste: {known}", "known keys: {known}"),
    "missing-key": error(
        "manca la chiave {key}", "the key {key} is missing",
        "aggiungila", "add it"),
    "wrong-type": error(
        "{text} è {found}, ma qui serve {expected}", "{text} is {found}, but {expected} is needed here",
        "correggi il valore", "mend the value"),
    "not-allowed": error(
        "{text} non è fra i valori ammessi", "{text} is not among the admitted values",
        "scrivi uno di questi: {allowed}", "write one of these: {allowed}"),
    "out-of-range": error(
        "{text} è fuori dai limiti: deve essere {bound}", "{text} is out of range: it must be {bound}",
        "correggi il valore", "mend the value"),
    "wrong-size": error(
        "la lunghezza è {found}, ma deve essere {bound}", "the length is {found}, but it must be {bound}",
        "aggiungi o togli il necessario", "add or remove what is needed"),
    "wrong-form": error(
        "{text} non ha la forma prevista", "{text} does not have the expected form",
        "la forma è {form}", "the form is {form}"),
    "wrong-format": error(
        "{text} non è nel formato {form}", "{text} is not in the format {form}",
        "una data si scrive così: `2025-01-31`", "a date is written like this: `2025-01-31`"),
    "wrong-key-form": error(
        "la chiave {key} non ha la forma prevista", "the key {key} does not have the expected form",
        "usa lettere, cifre e `_`, cominciando con una lettera", "use letters, digits and `_`, starting with a letter"),
    "not-a-multiple": error(
        "{text} non è un multiplo di {step}", "{text} is not a multiple of {step}",
        "correggi il valore, di solito ha troppi decimali", "mend the value, it usually has too many decimals"),
    "repeated-item": error(
        "l'elenco ripete un valore", "the list repeats a value",
        "tieni una sola copia di ogni valore", "keep one copy of each value"),
    "schema-mismatch": error(
        "il valore non rispetta la regola {keyword} dello schema", "the value breaks the schema's rule {keyword}",
        "guarda la regola nello schema della relazione", "look at the rule in the report's schema"),
    "number-out-of-limits": error(
        "{text} ha troppe cifre: al massimo {digits} intere e {decimals} decimali",
        "{text} has too many digits: at most {digits} before the point and {decimals} after it",
        "controlla l'unità di misura, o arrotonda prima di scriverlo", "check the unit, or round it before writing it"),
    "schema-not-object": error(
        "uno schema JSON è una mappa di chiavi", "a JSON Schema is a map of keys",
        "comincia con `{{` e la chiave `$schema`", "start with `{{` and the key `$schema`"),
    "schema-draft": error(
        "la versione di JSON Schema {text} non è prevista", "the JSON Schema version {text} is not known here",
        "usa la versione 2020-12: `https://json-schema.org/draft/2020-12/schema`",
        "use version 2020-12: `https://json-schema.org/draft/2020-12/schema`"),
    "schema-invalid": error(
        "questa parte dello schema non è JSON Schema valido: {text}", "this part of the schema is not valid JSON Schema: {text}",
        "confronta la parola chiave con la versione 2020-12", "compare the keyword with version 2020-12"),
    "schema-reference": error(
        "il rimando {text} non porta a una parte di questo schema", "the reference {text} does not lead to a part of this schema",
        "usa rimandi locali, per esempio `#/$defs/nome`", "use local references, for example `#/$defs/name`"),
    "schema-pattern": error(
        "l'espressione regolare {text} non è ammessa", "the regular expression {text} is not admitted",
        "evita ripetizioni dentro ripetizioni, rimandi, e più di due `*` o `+`",
        "avoid repetitions inside repetitions, back references, and more than two `*` or `+`"),
    "schema-nested-identity": error(
        "{keyword} può stare solo all'inizio dello schema", "{keyword} can only stand at the top of the schema",
        "togli la chiave qui", "remove the key here"),
    "schema-format": error(
        "il formato {text} non si può controllare", "the format {text} cannot be checked",
        "usa uno di questi: {known}; oppure `pattern`", "use one of these: {known}; or `pattern`"),
    "schema-without-fields": error(
        "lo schema non dichiara campi", "the schema declares no fields",
        "dichiarali in `properties: fields: properties:`", "declare them in `properties: fields: properties:`"),
    "schema-field-type": error(
        "il campo {code} non ha un solo tipo", "the field {code} does not have one single type",
        "dai al campo `type`: `number`, `integer`, `string` o `boolean`",
        "give the field a `type`: `number`, `integer`, `string` or `boolean`"),
}  # fmt: skip
