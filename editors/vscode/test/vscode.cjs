/**
 * As much of VS Code's interface as the extension and its language client touch: documents, settings
 * and providers are kept here, so that a test can do what the editor would and see what comes of it.
 */

const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");

class Disposable {
  constructor(dispose = () => {}) {
    this.dispose = dispose;
  }
  static from(...all) {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }
}

class EventEmitter {
  constructor() {
    this.listeners = new Set();
    this.event = (listener, self, disposables) => {
      const bound = self === undefined ? listener : listener.bind(self);
      this.listeners.add(bound);
      const ended = new Disposable(() => this.listeners.delete(bound));
      disposables?.push(ended);
      return ended;
    };
  }
  fire(value) {
    return Promise.all([...this.listeners].map((listener) => listener(value)));
  }
  dispose() {
    this.listeners.clear();
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(...args) {
    const [start, end] = args.length === 4 ? [new Position(args[0], args[1]), new Position(args[2], args[3])] : args;
    Object.assign(this, { start, end });
  }
}

class Uri {
  constructor(href) {
    const parsed = new URL(href);
    this.scheme = parsed.protocol.slice(0, -1);
    this.href = href;
    this.path = decodeURIComponent(parsed.pathname);
    this.fsPath = this.scheme === "file" ? fileURLToPath(href) : this.path;
  }
  static parse(text) {
    return new Uri(text);
  }
  static file(name) {
    return new Uri(pathToFileURL(name).href);
  }
  toString() {
    return this.href;
  }
}

/** A class that keeps what it is given, by the names of its constructor's arguments. */
function record(...names) {
  return class {
    constructor(...args) {
      names.forEach((name, at) => {
        this[name] = args[at];
      });
    }
  };
}

class CancellationTokenSource {
  constructor() {
    const emitter = new EventEmitter();
    this.token = { isCancellationRequested: false, onCancellationRequested: emitter.event };
    this.cancel = () => {
      this.token.isCancellationRequested = true;
      emitter.fire();
    };
    this.dispose = () => {};
  }
}

class WorkspaceEdit {
  constructor() {
    this.done = [];
  }
  set(uri, edits) {
    this.done.push({ uri: uri.toString(), edits });
  }
  createFile(uri, options) {
    this.done.push({ uri: uri.toString(), created: true, options });
  }
}

class CodeActionKind {
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}
CodeActionKind.Empty = new CodeActionKind("");
for (const kind of ["QuickFix", "Refactor", "Source"]) {
  CodeActionKind[kind] = new CodeActionKind(kind[0].toLowerCase() + kind.slice(1));
}

/** An enumeration of which only equality matters: every name has a number of its own. */
function enumeration(known = {}) {
  let next = 100;
  return new Proxy(known, {
    get(target, name) {
      if (!(name in target) && typeof name === "string") target[name] = next++;
      return target[name];
    },
  });
}

const events = new Map();

/** An object whose events, registrations and everything else nobody asks about are there too. */
function open(known, record_ = () => {}) {
  return new Proxy(known, {
    get(target, name) {
      if (name in target || typeof name !== "string") return target[name];
      if (/^on(Did|Will)[A-Z]/.test(name)) {
        if (!events.has(name)) events.set(name, new EventEmitter());
        return events.get(name).event;
      }
      if (name.startsWith("register")) {
        return (...args) => {
          record_(name, args);
          return new Disposable();
        };
      }
      return undefined;
    },
    has: (target, name) => name in target || /^(on|register)/.test(String(name)),
  });
}

const state = {
  settings: {},
  documents: [],
  diagnostics: new Map(),
  providers: new Map(),
  commands: new Map(),
  shown: [],
  applied: [],
  picked: [],
  pick: () => undefined,
  press: () => undefined,
};

function matches(selector, document) {
  return [].concat(selector).some((filter) => {
    const language = !filter.language || filter.language === document.languageId;
    const scheme = !filter.scheme || filter.scheme === document.uri.scheme;
    const ending = !filter.pattern || document.uri.path.endsWith(String(filter.pattern).replace("**/*", ""));
    return language && scheme && ending ? 10 : 0;
  });
}

function show(kind) {
  return async (text, ...buttons) => {
    state.shown.push({ kind, text });
    return state.press(text, buttons);
  };
}

const collection = (name) => ({
  name,
  set: (uri, found) => state.diagnostics.set(uri.toString(), found),
  delete: (uri) => state.diagnostics.delete(uri.toString()),
  clear: () => state.diagnostics.clear(),
  dispose: () => state.diagnostics.clear(),
  has: (uri) => state.diagnostics.has(uri.toString()),
});

const vscode = {
  version: "1.82.0",
  Disposable,
  EventEmitter,
  Position,
  Range,
  Uri,
  CancellationTokenSource,
  WorkspaceEdit,
  CodeActionKind,
  Location: record("uri", "range"),
  Diagnostic: record("range", "message", "severity"),
  TextEdit: class extends record("range", "newText") {
    static replace = (range, text) => new vscode.TextEdit(range, text);
  },
  CodeAction: record("title", "kind"),
  CodeLens: record("range", "command"),
  InlayHint: record("position", "label", "kind"),
  InlayHintLabelPart: record("value"),
  CompletionItem: record("label", "kind"),
  CompletionList: record("items", "isIncomplete"),
  DocumentSymbol: record("name", "detail", "kind", "range", "selectionRange"),
  Hover: record("contents", "range"),
  MarkdownString: record("value"),
  ThemeColor: record("id"),
  ThemeIcon: record("id"),
  CancellationError: class extends Error {},
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
  TextDocumentSaveReason: { Manual: 1, AfterDelay: 2, FocusOut: 3 },
  env: { language: "en", appName: "stub", appHost: "desktop" },
  commands: open({
    registerCommand(name, run) {
      state.commands.set(name, run);
      return new Disposable(() => state.commands.delete(name));
    },
    async executeCommand(name, ...args) {
      return await state.commands.get(name)?.(...args);
    },
  }),
  languages: open(
    {
      match: (selector, document) => (matches(selector, document) ? 10 : 0),
      createDiagnosticCollection: collection,
    },
    (name, args) => state.providers.set(name, args[0] instanceof Object && name.endsWith("Provider") ? args : args),
  ),
  workspace: open({
    get textDocuments() {
      return state.documents;
    },
    workspaceFolders: undefined,
    notebookDocuments: [],
    getConfiguration: (section) => ({
      get: (name, other) => state.settings[section ? `${section}.${name}` : name] ?? other,
      has: () => false,
      inspect: () => undefined,
    }),
    createFileSystemWatcher: () => open({ dispose() {} }),
    async applyEdit(edit) {
      state.applied.push(edit);
      return true;
    },
    getWorkspaceFolder: () => undefined,
  }),
  window: open({
    activeTextEditor: undefined,
    visibleTextEditors: [],
    tabGroups: open({ all: [] }),
    createOutputChannel: () => ({ append() {}, appendLine() {}, show() {}, clear() {}, dispose() {} }),
    showErrorMessage: show("error"),
    showWarningMessage: show("warning"),
    showInformationMessage: show("info"),
    async showQuickPick(items, options) {
      state.picked.push({ items, options });
      return state.pick(items);
    },
    withProgress: (_, run) => run({ report() {} }, new CancellationTokenSource().token),
  }),
};

/** Every other name with a capital letter is a class, or a list of names that stand for numbers. */
module.exports = new Proxy(vscode, {
  get(target, name) {
    if (!(name in target) && typeof name === "string" && /^[A-Z]/.test(name)) {
      const isList = /(Kind|Type|Tag|Reason|Mode|Severity|Location|Behavior|Status)$/.test(name);
      target[name] = isList ? enumeration() : record();
    }
    return target[name];
  },
});

/** What a test does in the editor's place. */
module.exports.editor = {
  state,
  async open(name, text, languageId = "yaml") {
    const document = {
      uri: Uri.file(name),
      fileName: path.resolve(name),
      languageId,
      version: 1,
      isClosed: false,
      getText: () => document.text,
      text,
    };
    state.documents.push(document);
    vscode.window.activeTextEditor = { document };
    await events.get("onDidOpenTextDocument")?.fire(document);
    return document;
  },
  async change(document, text) {
    const before = document.text.split("\n");
    const range = new Range(0, 0, before.length, 0);
    document.text = text;
    document.version += 1;
    const contentChanges = [{ range, rangeOffset: 0, rangeLength: 0, text }];
    await events.get("onDidChangeTextDocument")?.fire({ document, contentChanges, reason: undefined });
  },
  async configure(name, value) {
    state.settings[name] = value;
    const affectsConfiguration = (section) => name === section || name.startsWith(`${section}.`);
    await events.get("onDidChangeConfiguration")?.fire({ affectsConfiguration });
  },
};
