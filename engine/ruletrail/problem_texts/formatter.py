"""What can keep a document from being put in canonical form (`ruletrail fmt`)."""

from ruletrail.problem_texts.texts import error

TEXTS = {
    "format-kind": error(
        "{file} non è un rulebook, un layout o un file di esempi in YAML", "{file} is no rulebook, layout or file of examples in YAML",
        "`ruletrail fmt` riconosce i file YAML con `language: 1`, `layout: 1` o `test: 1`",
        "`ruletrail fmt` knows YAML files with `language: 1`, `layout: 1` or `test: 1`"),
    "format-unsafe": error(
        "{file} non si può riscrivere senza cambiarne il significato o perdere un commento",
        "{file} cannot be written anew without changing its meaning or losing a comment",
        "il file è rimasto com'era; un commento in mezzo a un valore su più righe si può spostare sopra la voce",
        "the file stays as it was; a comment amid a value over several lines can be moved above the entry"),
}  # fmt: skip
