/** The user's settings, as the server takes them. */

import * as vscode from "vscode";
import type { Language } from "./words";

export interface Settings {
  path: string;
  /** What the server is given when it starts, and again when it changes. */
  options: { language: Language; example: string; report: string };
}

export function readSettings(): Settings {
  const written = vscode.workspace.getConfiguration("ruletrail");
  return {
    path: written.get<string>("path")?.trim() || "ruletrail",
    options: {
      language: readLanguage(written.get<string>("language")),
      example: written.get<string>("example") ?? "",
      report: written.get<string>("report") ?? "",
    },
  };
}

function readLanguage(written: string | undefined): Language {
  if (written === "it" || written === "en") return written;
  return vscode.env.language.toLowerCase().startsWith("it") ? "it" : "en";
}
