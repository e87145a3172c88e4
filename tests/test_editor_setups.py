"""The set-ups of docs/editors.md, and the VS Code extension: what they name is there, and works."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli import COMMANDS
from ruletrail.editors.requests import COMMANDS as SERVER_COMMANDS
from ruletrail.editors.requests import REQUESTS
from ruletrail.formats import LOCALES
from ruletrail.versions import ENGINE_VERSION
from support.places import ROOT

PAGE = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
EXTENSION = ROOT / "editors/vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))


def _snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def _is_our_command(words: list[str]) -> bool:
    return words[0] == "ruletrail" and words[1] in COMMANDS


# -- Neovim and Helix ------------------------------------------------------------------------------

STUB = """
calls = {}
local function any(path)
  return setmetatable({}, {
    __index = function(own, name)
      local found = any(path .. "." .. name)
      rawset(own, name, found)
      return found
    end,
    __call = function(_, ...) table.insert(calls, {path, {...}}) return any(path .. "()") end,
  })
end
vim = any("vim")
"""


def test_neovim_set_up_runs_and_starts_the_server():
    """The snippet is run by Lua, with a stand-in for Neovim that keeps what is asked of it."""
    lupa = pytest.importorskip("lupa")
    lua = lupa.LuaRuntime(unpack_returned_tuples=True)
    lua.execute(STUB)
    for snippet in _snippets("lua"):
        lua.execute(snippet)
    calls = [(call[1], list(call[2].values())) for call in lua.globals().calls.values()]
    asked = dict(calls)
    name, config = asked["vim.lsp.config"]
    assert name == "ruletrail"
    assert _is_our_command(list(config["cmd"].values()))
    assert list(config["filetypes"].values()) == ["yaml"]
    assert config["init_options"]["language"] in LOCALES
    assert asked["vim.lsp.enable"] == ["ruletrail"]
    event, options = asked["vim.api.nvim_create_autocmd"]
    assert event == "LspAttach"
    # what it does when the server is attached: values and lenses are shown
    attached = lua.table_from({"buf": 1, "data": lua.table_from({"client_id": 1})})
    lua.execute("vim.lsp.get_client_by_id = function() return {name = 'ruletrail'} end")
    options["callback"](attached)
    paths = {call[1] for call in lua.globals().calls.values()}
    assert {"vim.lsp.inlay_hint.enable", "vim.keymap.set"} <= paths


def test_helix_set_up_is_read_and_starts_the_server():
    servers, editor = (tomllib.loads(snippet) for snippet in _snippets("toml"))
    (language,) = servers["language"]
    server = servers["language-server"]["ruletrail"]
    assert _is_our_command([server["command"], *server["args"]])
    assert "ruletrail" in language["language-servers"]
    assert server["config"]["language"] in LOCALES
    assert editor["editor"]["lsp"]["display-inlay-hints"] is True


def test_the_page_names_each_command_option_and_limit():
    """What the server offers stands on the page, with the numbers that hold."""
    for name in SERVER_COMMANDS:
        assert f"`{name}`" in PAGE, name
    for name in MANIFEST["contributes"]["configuration"]["properties"]:
        assert f"`{name}`" in PAGE, name
    for option in ("language", "example", "report"):
        assert f"| `{option}` |" in PAGE, option
    seconds = {int(request.seconds) for request in REQUESTS.values()}
    assert all(re.search(rf"within {limit}\b", PAGE) for limit in seconds), seconds


# -- VS Code ---------------------------------------------------------------------------------------


def test_extension_is_of_this_version_and_names_what_is_there():
    """Every text has both languages; commands and settings are those that the code reads."""
    texts = {
        language: json.loads((EXTENSION / name).read_text(encoding="utf-8"))
        for language, name in (("en", "package.nls.json"), ("it", "package.nls.it.json"))
    }
    assert texts["en"].keys() == texts["it"].keys()
    assert all(text.strip() for each in texts.values() for text in each.values())
    used = set(re.findall(r'"%([\w.]+)%"', (EXTENSION / "package.json").read_text("utf-8")))
    assert used == set(texts["en"])
    assert MANIFEST["version"] == ENGINE_VERSION
    code = "".join(path.read_text("utf-8") for path in sorted((EXTENSION / "src").glob("*.ts")))
    for command in MANIFEST["contributes"]["commands"]:
        assert f'registerCommand("{command["command"]}"' in code
    for setting in MANIFEST["contributes"]["configuration"]["properties"]:
        assert setting.partition(".")[2] in code
    for command in SERVER_COMMANDS:
        assert f'"{command}"' in code


def test_extension_asks_no_network_and_locks_what_it_is_built_with():
    """The lock names versions and checksums, and no machine that they came from."""
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all("integrity" in each for each in packages.values())
    assert not any("resolved" in each for each in packages.values())
    assert "dependencies" not in MANIFEST, "all is bundled"
    code = "".join(path.read_text("utf-8") for path in sorted((EXTENSION / "src").glob("*.ts")))
    assert not re.search(r"https?:|fetch\(|node:http|node:net", code)


@pytest.fixture
def npm() -> Any:
    """Run a script of the extension, where Node.js and its few tools are installed."""
    command = shutil.which("npm")
    if command is None:
        pytest.skip("Node.js is not installed")
    if not (EXTENSION / "node_modules/esbuild").is_dir():
        pytest.skip("`npm ci` was not run in editors/vscode; `make vscode` does")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        ours = Path(sys.executable).with_name("ruletrail")
        environment = {**os.environ, "RULETRAIL": str(ours), "NO_COLOR": "1"}
        return subprocess.run(
            [command, "run", "--silent", *words],
            cwd=EXTENSION,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def test_extension_works_with_the_server_and_is_packaged_whole(npm: Any):
    """Types, the build, its own tests with the real server and a stand-in for VS Code, the package.

    That is a zip with two descriptions, the code, both languages and the licence, always the same.
    """
    import zipfile  # noqa: PLC0415 - only here
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - our own text

    # one test: two at a time would build over each other
    done = npm("test")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 7
    name = f"ruletrail-{ENGINE_VERSION}.vsix"
    packed = []
    for _ in range(2):
        done = npm("package")
        assert done.returncode == 0, done.stdout + done.stderr
        packed.append((EXTENSION / name).read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(EXTENSION / name) as archive:
        assert archive.testzip() is None
        files = set(archive.namelist())
        manifest = ET.fromstring(archive.read("extension.vsixmanifest"))  # noqa: S314 - the same
        ET.fromstring(archive.read("[Content_Types].xml"))  # noqa: S314 - the same
        package = json.loads(archive.read("extension/package.json"))
        licence = archive.read("extension/LICENSE.txt").decode()
    assets = {each.get("Path") for each in manifest.iter() if each.tag.endswith("}Asset")}
    assert assets <= files
    assert files >= {f"extension/{each}" for each in MANIFEST["files"] if each != "LICENSE"}
    assert f"extension/{package['main'].removeprefix('./')}" in files
    assert licence == (ROOT / "LICENSE").read_text(encoding="utf-8")
    endings = {file.rpartition(".")[2] for file in files} - {"xml"}
    assert endings <= {"js", "json", "md", "txt", "vsixmanifest"}
