"""What a shell proposes for a line, asked of the shell itself without anybody at a terminal."""

import os
import re
import select
import subprocess
import time
from pathlib import Path

BASH = r"""
source "$1"; COMP_LINE=$2; COMP_POINT=${#COMP_LINE}; shift 2
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_ruletrail; [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
"""

FISH = "source $argv[1]; complete -C $argv[2]"

ZSH = r"""
PS1='%% '
autoload -Uz compinit; compinit -u -D -d $HITS.dump
source $SCRIPT
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> $HITS; builtin compadd "$@"
}
bindkey '^I' list-choices; zle -N leave; leave() { exit 0 }; bindkey '^X' leave
print READY
"""
_PATIENCE = 30.0


def complete_bash(script: Path, line: str, environment: dict[str, str], folder: Path) -> list[str]:
    """Return what bash would put in the place of the last of its words."""
    words = ["bash", "--norc", "-c", BASH, "bash", str(script), line, *_cut(line)]
    return _lines(words, environment, folder)


def _cut(line: str) -> list[str]:
    """Cut a line as bash does: blanks part words, and `=`, `:`, `@` are words of their own."""
    words = [word for word in re.split(r"\s+|([=:@]+)", line) if word]
    return [*words, ""] if line[-1] in " =:@" else words


def complete_fish(script: Path, line: str, environment: dict[str, str], folder: Path) -> list[str]:
    """Return whole words that fish proposes, without its explanations."""
    words = ["fish", "-N", "-c", FISH, str(script), line]
    return [each.partition("\t")[0] for each in _lines(words, environment, folder)]


def _lines(words: list[str], environment: dict[str, str], folder: Path) -> list[str]:
    done = subprocess.run(
        words, capture_output=True, text=True, env=environment, cwd=folder, check=False
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def complete_zsh(script: Path, line: str, environment: dict[str, str], folder: Path) -> list[str]:
    """Return what zsh's completion adds: it runs on a terminal only, so it is given one."""
    import pty  # noqa: PLC0415 - not on every system

    hits = folder / "hits"
    hits.write_text("")
    (folder / ".zshrc").write_text(ZSH)
    places = {"ZDOTDIR": str(folder), "HITS": str(hits), "SCRIPT": str(script), "TERM": "dumb"}
    master, slave = pty.openpty()
    zsh = subprocess.Popen(
        ["zsh", "-d", "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment, **places},
        cwd=folder,
        start_new_session=True,
    )
    os.close(slave)
    try:
        _type(master, line, zsh)
    finally:
        zsh.kill()
        zsh.wait()
        os.close(master)
    return sorted(set(hits.read_text().split("\n")) - {""})


def _type(master: int, line: str, zsh: "subprocess.Popen[bytes]") -> None:
    """Type a line when the shell is ready, ask for completions, leave."""
    seen, is_typed, end = b"", False, time.monotonic() + _PATIENCE
    while zsh.poll() is None and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                seen += os.read(master, 4096)
            except OSError:
                return
        if b"READY" in seen and not is_typed:
            os.write(master, f"{line}\t\x18".encode())
            is_typed = True
