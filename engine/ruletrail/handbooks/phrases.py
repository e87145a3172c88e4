"""The words of a handbook, in Italian and English."""

from collections.abc import Mapping

from ruletrail.formats import Locale

PHRASES: Mapping[Locale, Mapping[str, str]] = {
    "it": {
        "published": "pubblicato", "draft": "bozza", "since": "in vigore dal {}", "until": "fino al {}",
        "sources": "Fonti", "parameters": "Costanti", "groups": "Gruppi", "rules": "Regole", "decisions": "Decisioni",
        "sections": "Parti del modulo", "checks": "Controlli", "messages": "Frasi", "fields": "Campi del modulo",
        "code": "codice", "label": "nome", "value": "valore", "unit": "unità", "source": "fonte", "evidence": "evidenza", "type": "tipo",
        "seed": "stampato nel modulo o ricalcolato su di esso", "quoted": "letto in una fonte", "inferred": "dedotto",
        "assumed": "supposto",
        "formula": "formula: {}", "when": "si applica quando: {}", "round": "arrotondato a {decimals} decimali ({mode})",
        "in_unit": "unità: {}", "reads": "legge: {}", "readers": "letto da", "read_by": "letto da: {}", "note": "nota: {}",
        "due": "da compilare quando: {}",
        "part_of": "parte di: {}", "lists": "campi: {}", "optional": "possono restare vuoti: {}", "expect": "deve valere: {}",
        "error": "se fallisce la relazione non è valida", "warning": "se fallisce è un avviso", "info": "se fallisce è una nota",
        "outcome": "{}: quando {}", "otherwise": "{}: altrimenti", "exclusive": "vale il solo caso vero",
        "first": "vale il primo caso vero",
        "says": "frase: «{}»", "says_due": "frase, se da compilare: «{}»", "says_not_due": "frase, se non da compilare: «{}»",
        "shown": "mostrata quando: {}", "not_encoded": "non codificato: {}", "from": "fonte: {}", "how_known": "evidenza: {}",
        "number": "numero", "text": "testo", "boolean": "vero/falso",
        "half_up": "per eccesso da metà in su", "half_even": "al pari più vicino", "down": "troncato", "up": "per eccesso",
        "floor": "all'intero inferiore", "ceiling": "all'intero superiore",
        "footer": "Scritto da ruletrail dal rulebook {}.",
    },
    "en": {
        "published": "published", "draft": "draft", "since": "in force since {}", "until": "until {}",
        "sources": "Sources", "parameters": "Constants", "groups": "Groups", "rules": "Rules", "decisions": "Decisions",
        "sections": "Parts of the form", "checks": "Checks", "messages": "Sentences", "fields": "Fields of the form",
        "code": "code", "label": "name", "value": "value", "unit": "unit", "source": "source", "evidence": "evidence", "type": "type",
        "seed": "printed in the form or recomputed on it", "quoted": "read in a source", "inferred": "inferred", "assumed": "assumed",
        "formula": "formula: {}", "when": "applies when: {}", "round": "rounded to {decimals} decimals ({mode})",
        "in_unit": "unit: {}", "reads": "reads: {}", "readers": "read by", "read_by": "read by: {}", "note": "note: {}",
        "due": "due when: {}",
        "part_of": "part of: {}", "lists": "fields: {}", "optional": "may stay empty: {}", "expect": "must hold: {}",
        "error": "when it fails the report is invalid", "warning": "when it fails it is a warning", "info": "when it fails it is a remark",
        "outcome": "{}: when {}", "otherwise": "{}: otherwise", "exclusive": "the only true case holds",
        "first": "the first true case holds",
        "says": "sentence: “{}”", "says_due": "sentence, when due: “{}”", "says_not_due": "sentence, when not due: “{}”",
        "shown": "shown when: {}", "not_encoded": "not encoded: {}", "from": "source: {}", "how_known": "evidence: {}",
        "number": "number", "text": "text", "boolean": "true/false",
        "half_up": "half up", "half_even": "half to even", "down": "cut", "up": "away from zero", "floor": "down to the whole",
        "ceiling": "up to the whole",
        "footer": "Written by ruletrail from the rulebook {}.",
    },
}  # fmt: skip
