/** The extension in the place where VS Code would run it, with the real server over its pipes. */

const assert = require("node:assert/strict");
const processes = require("node:child_process");
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { after, before, test } = require("node:test");

const { buildSync } = require("esbuild");
const stub = require("./vscode.cjs");
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? stub : load(name, ...rest));
const extension = require("../dist/extension.js");

const { editor } = stub;
const { state } = editor;
const COMMAND = process.env.RULETRAIL || path.join(__dirname, "../../../.venv/bin/ruletrail");
const RULEBOOK = `language: 1
rulebook: small
edition: "2030"
version: 0.1.0
status: draft
title: Small
report: small.schema.json
locale: en
rules:
  share: {label: Share, formula: users / people * 100, unit: "%"}
  more: {label: More, formula: share + 1}
`;
const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    rulebook: { type: "string" },
    fields: {
      type: "object",
      properties: { users: { type: "integer", title: "Users" }, people: { type: "integer", title: "People" } },
    },
  },
};
const EXAMPLES = `test: 1
rulebook: small/2030
examples:
  - name: one
    report: {fields: {users: 25, people: 200}}
    expect: {values: {share: 12.5}}
  - name: two
    report: {fields: {users: 50, people: 200}}
    expect: {values: {share: 26}}
`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ruletrail-vscode-"));
const file = (name) => path.join(folder, name);
const context = { subscriptions: [], extensionPath: path.dirname(__dirname) };
const token = new stub.CancellationTokenSource().token;
let document;

/** Wait until something is there: what the server sends comes when it comes. */
async function until(look, what) {
  for (let time = 0; time < 20_000; time += 25) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never came: ${what}`);
}

const diagnostics = (name = "small.yaml") => state.diagnostics.get(stub.Uri.file(file(name)).toString());
const codes = (name) => (diagnostics(name) ?? []).map((each) => each.code);
const provider = (name) => state.providers.get(`register${name}Provider`)[1];
const whole = () => new stub.Range(0, 0, 100, 0);

async function hints() {
  const found = await provider("InlayHints").provideInlayHints(document, whole(), token);
  return (found ?? []).map((each) => each.label);
}

before(async () => {
  fs.writeFileSync(file("small.schema.json"), JSON.stringify(SCHEMA));
  fs.writeFileSync(file("small.test.yaml"), EXAMPLES);
  fs.writeFileSync(file("small.yaml"), RULEBOOK);
  state.settings["ruletrail.path"] = COMMAND;
  await extension.activate(context);
  document = await editor.open(file("small.yaml"), RULEBOOK);
});

after(async () => {
  await extension.deactivate();
  fs.rmSync(folder, { recursive: true });
});

test("a problem is shown, and its quick fix writes the name that was meant", async () => {
  await editor.change(document, RULEBOOK.replace("users / people", "usors / people"));
  const found = await until(() => diagnostics()?.find((each) => each.code === "unknown-code"), "the problem");
  assert.match(found.message, /`usors`/);
  const asked = { diagnostics: [found], triggerKind: 1, only: undefined };
  const actions = await provider("CodeActions").provideCodeActions(document, found.range, asked, token);
  const fix = actions.find((each) => each.isPreferred);
  assert.equal(fix.title, "Write `users` in place of `usors`");
  assert.deepEqual(fix.edit.done[0].edits.map((each) => each.newText), ["users"]);
  await editor.change(document, RULEBOOK);
  await until(() => diagnostics() && !codes().includes("unknown-code"), "the end of the problem");
});

test("the value of each rule is shown, of the first example, then of the chosen one", async () => {
  assert.deepEqual(await hints(), ["= 12.5 %", "= 13.5"]);
  await editor.configure("ruletrail.example", "two");
  assert.deepEqual(await until(async () => (await hints())[0] === "= 25 %" && hints(), "values of two"), ["= 25 %", "= 26"]);
  await editor.configure("ruletrail.example", "");
  state.pick = (items) => items[1];
  await stub.commands.executeCommand("ruletrail.chooseExample");
  assert.deepEqual(state.picked.at(-1).items.map((each) => [each.label, each.picked]), [["one", true], ["two", false]]);
  assert.deepEqual(await hints(), ["= 25 %", "= 26"]);
});

test("a lens without a name asks which example; pressing escape changes nothing", async () => {
  const lenses = await provider("CodeLens").provideCodeLenses(document, token);
  assert.deepEqual(lenses.map((each) => each.command.title), ["▶ run the examples", "+ add an example", "values: two"]);
  const { command, arguments: args } = lenses[2].command;
  state.pick = () => undefined;
  await stub.commands.executeCommand(command, ...args);
  assert.deepEqual(await hints(), ["= 25 %", "= 26"]);
  state.pick = (items) => items[0];
  await stub.commands.executeCommand(command, ...args);
  assert.deepEqual(await hints(), ["= 12.5 %", "= 13.5"]);
});

test("running the examples says how they went, and marks what failed", async () => {
  const lenses = await provider("CodeLens").provideCodeLenses(document, token);
  await stub.commands.executeCommand(lenses[0].command.command, ...lenses[0].command.arguments);
  await until(() => state.shown.some((each) => /^2 examples: 1 passed; not passed: two$/.test(each.text)), "the sentence");
  const failed = (await until(() => diagnostics("small.test.yaml"), "the failure"))[0];
  assert.equal(failed.code, "example-failed");
  assert.match(failed.message, /expected `26`, found `25`/);
  assert.equal(failed.range.start.line, 8);
});

test("adding an example writes its skeleton into the file of examples", async () => {
  await stub.commands.executeCommand("ruletrail.addExampleHere");
  const edit = (await until(() => state.applied.at(-1), "the edit")).done[0];
  assert.equal(edit.uri, stub.Uri.file(file("small.test.yaml")).toString());
  assert.match(edit.edits[0].newText, /^ {2}- name: new example\n {4}like: two\n {4}change: \{users: 50\}\n/);
});

test("the language of the setting is the language of hovering, at once", async () => {
  const line = RULEBOOK.split("\n").findIndex((each) => each.includes("share + 1"));
  const place = new stub.Position(line, RULEBOOK.split("\n")[line].indexOf("share + 1") + 1);
  const hover = async () => (await provider("Hover").provideHover(document, place, token)).contents.value;
  assert.match(await hover(), /\(rule\)/);
  await editor.configure("ruletrail.language", "it");
  await until(async () => /\(regola\)/.test(await hover()), "Italian");
  await editor.configure("ruletrail.language", "en");
});

test("a command that does not start is explained, and a right one starts without a new window", async () => {
  state.press = (text, buttons) => buttons[0];
  let opened;
  state.commands.set("workbench.action.openSettings", (name) => {
    opened = name;
  });
  await editor.configure("ruletrail.path", file("no-such-command"));
  const shown = state.shown.find((each) => each.kind === "error" && each.text.includes("no-such-command"));
  assert.match(shown.text, /pip install/);
  assert.equal(opened, "ruletrail.path");
  await stub.commands.executeCommand("ruletrail.runExamplesHere");
  assert.match(state.shown.at(-1).text, /open a rulebook/);
  await editor.configure("ruletrail.path", COMMAND);
  assert.deepEqual(await until(async () => (await hints()).length && hints(), "the server"), ["= 12.5 %", "= 13.5"]);
});

/** A module of the extension alone, as it is bundled. */
function bundled(name) {
  const entryPoints = [path.join(__dirname, "../src", name)];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", format: "cjs", write: false });
  const made = new Module(name);
  made._compile(outputFiles[0].text, name);
  return made.exports;
}

test("a command is found in the folders of PATH alone, on Windows too", () => {
  const { findCommand } = bundled("commands.ts");
  const windows = (name, folders, ...there) => findCommand(name, "win32", folders, (file) => there.includes(file));
  const tools = "C:\\Tools\\ruletrail.exe";
  assert.equal(windows("ruletrail", "C:\\Other;C:\\Tools", tools), tools);
  assert.equal(windows("ruletrail.exe", '"C:\\Tools"', tools), tools);
  assert.equal(windows("ruletrail", "\\\\host\\share", "\\\\host\\share\\ruletrail.com"), "\\\\host\\share\\ruletrail.com");
  // the opened folder, the root of its drive, and what only a shell starts
  const planted = ["ruletrail.exe", ".\\ruletrail.exe", "\\ruletrail.exe", "bin\\ruletrail.exe", "C:\\Tools\\ruletrail.bat"];
  for (const folders of ["", ";", ".", "bin", "\\", "C:", "C:\\Tools", undefined]) {
    assert.equal(windows("ruletrail", folders ?? "", ...planted), null, folders);
  }
  for (const name of [".\\ruletrail", "bin\\ruletrail.exe", "..\\ruletrail", "\\ruletrail", "C:ruletrail"]) {
    assert.equal(windows(name, "C:\\Tools", tools, ...planted), null, name);
  }
  assert.equal(windows("D:\\venv\\ruletrail.exe", ""), "D:\\venv\\ruletrail.exe");
  const others = (name, folders, ...there) => findCommand(name, "linux", folders, (file) => there.includes(file));
  assert.equal(others("ruletrail", ".::bin:/opt/bin", "ruletrail", "bin/ruletrail", "/opt/bin/ruletrail"), "/opt/bin/ruletrail");
  assert.equal(others("bin/ruletrail", "/opt/bin", "bin/ruletrail"), null);
});

test("the opened folder gives the server neither its program nor its working folder", async () => {
  const planted = fs.mkdtempSync(path.join(os.tmpdir(), "ruletrail-planted-"));
  fs.writeFileSync(path.join(planted, "ruletrail"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const { spawn } = processes;
  const { PATH } = process.env;
  const before = process.cwd();
  const started = [];
  processes.spawn = (command, args, options) => {
    started.push([command, args[0], options.cwd]);
    return spawn(command, args, options);
  };
  stub.workspace.workspaceFolders = [{ uri: stub.Uri.file(planted), name: "planted", index: 0 }];
  process.chdir(planted);
  process.env.PATH = [".", "", path.dirname(COMMAND), PATH].join(path.delimiter);
  try {
    await editor.configure("ruletrail.path", "ruletrail");
    assert.deepEqual(started, [[path.join(path.dirname(COMMAND), "ruletrail"), "lsp", os.homedir()]]);
    assert.deepEqual(await until(async () => (await hints()).length && hints(), "the server"), ["= 12.5 %", "= 13.5"]);
    process.env.PATH = ".";
    const told = state.shown.length;
    await editor.configure("ruletrail.path", "");
    assert.match(state.shown.slice(told).map((each) => each.text).join(), /pip install/);
    assert.equal(started.length, 1);
  } finally {
    process.chdir(before);
    Object.assign(process.env, { PATH });
    processes.spawn = spawn;
    stub.workspace.workspaceFolders = undefined;
    fs.rmSync(planted, { recursive: true });
  }
});
