/** What the extension itself says, in Italian and English; the rest comes from the server. */

export type Language = "it" | "en";

const WORDS = {
  it: {
    notStarted:
      'il comando "{path}" non parte: installa ruletrail con `pip install "ruletrail[lsp,fmt]"`, ' +
      "o scrivi dov'è nell'impostazione ruletrail.path",
    settings: "Apri le impostazioni",
    noRulebook: "apri un rulebook, o il file dei suoi esempi",
    noExamples: "questo rulebook non ha ancora esempi",
    choose: "L'esempio i cui valori si vedono accanto alle regole",
  },
  en: {
    notStarted:
      'the command "{path}" does not start: install ruletrail with `pip install "ruletrail[lsp,fmt]"`, ' +
      "or say where it is in the setting ruletrail.path",
    settings: "Open the settings",
    noRulebook: "open a rulebook, or the file of its examples",
    noExamples: "this rulebook has no examples yet",
    choose: "The example whose values are shown beside the rules",
  },
};

export type Sentence = keyof (typeof WORDS)["en"];

export function say(sentence: Sentence, language: Language, path = ""): string {
  return WORDS[language][sentence].replace("{path}", () => path);
}
