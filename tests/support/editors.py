"""A small rulebook as an editor holds it, and an editor that speaks to the language server."""

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "fields": {
                "type": "object",
                "properties": {
                    "users": {
                        "type": "integer",
                        "minimum": 0,
                        "title": "Users of the *year*",
                        "unit": "persons",
                    },
                    "people": {
                        "type": "integer",
                        "minimum": 1,
                        "title": "People",
                        "unit": "persons",
                    },
                    "users_hours": {"type": "number"},
                    "level": {"type": "number"},
                },
            },
        },
    },
    indent=1,
)
RULEBOOK = """\
language: 1
rulebook: small
edition: "2030"
version: 0.1.0
status: draft
title: Small
report: small.schema.json
locale: en
parameters:
  minimum: {label: Least quantity, value: 10, unit: "%"}
groups:
  all: [users, people]
rules:
  share:  # of users
    label: Share of users
    formula: users / people * 100
    round: {decimals: 2, mode: half_up}
    unit: "%"
  total: {label: Total, formula: sum(all), unit: persons}
  level: {label: Level, formula: "share + 0"}
  "{row}_mean":
    for_each: {row: [users]}
    formula: "{row}_hours / {row}"
decisions:
  outcome:
    cases:
      - outcome: enough
        when: >-
          share >= minimum and
          share > 0
        # share
        message: {en: "The share is {share} of {users}, not “share”."}
      - {outcome: share, when: not (share >= minimum), message: {en: '{share} is ''short'''}}
sections:
  first: {title: First, due: outcome == "share" or share > 1, fields: [users, people]}
"""
REPORT = "rulebook: small/2030\nfields: {users: 25, people: 200}\n"


def place_of(text: str, fragment: str, offset: int = 0) -> tuple[int, int]:
    """Return line and column of a fragment of a text, or of a letter in it."""
    at = text.index(fragment) + offset
    return text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1


class Client:
    """Speaks JSON-RPC to a server's pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take a server that runs."""
        self.process, self.number = process, 0
        self.received: list[dict[str, Any]] = []
        self.opened: list[str] = []

    def send(self, method: str, **params: Any) -> None:
        """Send a notification."""
        if method == "textDocument/didOpen":
            self.opened.append(params["textDocument"]["uri"])
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a request, and return its answer."""
        self.number += 1
        self._write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == self.number)

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """Wait for the next problems of a file."""
        found = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
            )
        )
        diagnostics: list[dict[str, Any]] = found["params"]["diagnostics"]
        return diagnostics

    def close_all(self) -> None:
        """Close every document that was opened, and forget what was said of them."""
        for uri in self.opened:
            self.send("textDocument/didClose", textDocument={"uri": uri})
        place = {"line": 0, "character": 0}
        nowhere = {"uri": "file:///nowhere.yaml"}
        self.ask("textDocument/hover", textDocument=nowhere, position=place)
        self.opened.clear()
        self.received.clear()

    @contextmanager
    def impatient(self, seconds: float) -> Iterator[None]:
        """Kill the server if it is waited for any longer."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read messages until one is wanted."""
        while True:
            message = self._read()
            if wanted(message):
                return message

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server ended"
        self.received.append(json.loads(self.process.stdout.read(length)))
        return self.received[-1]


def start_server(seconds: float) -> Iterator[Client]:
    """Start a server that is not waited for longer, and that cannot take all memory."""
    command = [sys.executable, "-m", "ruletrail", "lsp", "--stdio", "--lang", "en"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31)),  # noqa: PLW1509 - no thread yet
    ) as process:
        client = Client(process)
        with client.impatient(seconds):
            yield client
        process.kill()


def open_document(client: Client, path: Path, text: str, uri: str = "") -> None:
    """Tell the server that a document was opened."""
    document = {"uri": uri or path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
    client.send("textDocument/didOpen", textDocument=document)
