/**
 * Rulebooks of ruletrail in VS Code: starts `ruletrail lsp`, hands it the settings, and asks which
 * example's values to show. All that is known of rulebooks is the server's.
 */

import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { findCommand } from "./commands";
import { readSettings } from "./settings";
import { say } from "./words";

const RUN = "ruletrail.runExample";
const ADD = "ruletrail.addExample";
const USE = "ruletrail.useExample";
const LIST = "ruletrail.listExamples";

interface Examples {
  examples: string[];
  shown: string;
}

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("ruletrail.runExamplesHere", () => onRulebook((uri) => send(RUN, uri))),
    vscode.commands.registerCommand("ruletrail.addExampleHere", () => onRulebook((uri) => send(ADD, uri))),
    vscode.commands.registerCommand("ruletrail.chooseExample", () => onRulebook(chooseExample)),
    vscode.commands.registerCommand("ruletrail.restart", restart),
    vscode.workspace.onDidChangeConfiguration(configurationChanged),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  const ending = client;
  client = undefined;
  await ending?.dispose();
}

// -- The server -----------------------------------------------------------------------------------

async function start(): Promise<void> {
  const { path, options } = readSettings();
  const command = findCommand(path);
  if (command === null) return await explain(path);
  // not the opened folder, which may hold programs: it tells the server of itself as it begins
  const where = { cwd: homedir() };
  const server: ServerOptions = { command, args: ["lsp", "--lang", options.language], options: where };
  const how: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "yaml" },
      { scheme: "file", pattern: "**/*.schema.json" },
    ],
    initializationOptions: options,
    middleware: { executeCommand: chooseFirst },
  };
  const starting = new LanguageClient("ruletrail", "ruletrail", server, how);
  client = starting;
  try {
    await starting.start();
  } catch {
    if (client === starting) client = undefined;
    await explain(path);
  }
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function explain(path: string): Promise<void> {
  const { language } = readSettings().options;
  const settings = say("settings", language);
  const chosen = await vscode.window.showErrorMessage(`ruletrail: ${say("notStarted", language, path)}`, settings);
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "ruletrail.path");
  }
}

async function configurationChanged(change: vscode.ConfigurationChangeEvent): Promise<void> {
  if (change.affectsConfiguration("ruletrail.path")) {
    await restart();
  } else if (change.affectsConfiguration("ruletrail")) {
    const settings = { ruletrail: readSettings().options };
    await client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }
}

// -- Commands -------------------------------------------------------------------------------------

async function send<Answer>(command: string, ...args: string[]): Promise<Answer | null> {
  if (client === undefined) return null;
  return (await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as Answer | null;
}

/** Do something with the document that is being edited; of none, or of another, say what is needed. */
async function onRulebook(act: (uri: string) => Promise<unknown>): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const answer = document && client ? await attempt(() => act(document.uri.toString())) : null;
  if (answer === null) {
    await vscode.window.showInformationMessage(`ruletrail: ${say("noRulebook", readSettings().options.language)}`);
  }
}

/** The server's refusals are sentences for people: they are shown as they are. */
async function attempt(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    await vscode.window.showErrorMessage(`ruletrail: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Ask which example's values to show; null where the document is of no rulebook. */
async function chooseExample(uri: string): Promise<unknown> {
  const found = await send<Examples>(LIST, uri);
  if (found === null) return null;
  const { language } = readSettings().options;
  if (found.examples.length === 0) {
    await vscode.window.showInformationMessage(`ruletrail: ${say("noExamples", language)}`);
    return undefined;
  }
  const items = found.examples.map((label) => ({ label, picked: label === found.shown }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: say("choose", language) });
  return chosen === undefined ? undefined : await send(USE, uri, chosen.label);
}

/** The lens "values" names no example: here people choose, where other editors go to the next. */
async function chooseFirst(
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => vscode.ProviderResult<unknown>,
): Promise<unknown> {
  if (command === USE && args.length === 1) {
    return await attempt(() => chooseExample(String(args[0])));
  }
  return await attempt(async () => await next(command, args));
}
