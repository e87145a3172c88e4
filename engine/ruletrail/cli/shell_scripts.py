"""What completes our commands in bash, zsh and fish: programs of these shells.

Each holds what may follow every command. The references of rulebooks alone are asked for when one
may stand, of the very program that is being called, by `ruletrail list`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ruletrail.fast_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Follower:
    """An option with what may follow it, or an argument."""

    names: tuple[str, ...]
    """How the option is written; of an argument, none."""
    about: str
    kind: str
    """What may stand there: references, files, folders, words, anything, nothing."""
    words: tuple[str, ...]
    """Those that may stand there, where only words may."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, by the words that call it: `archive show`; of the whole program, none."""

    words: str
    about: str
    options: tuple[Follower, ...]
    arguments: tuple[Follower, ...]
    """The last one may be repeated."""


def _quote(text: str) -> str:
    """Put a text in the single quotes of a shell that has no escapes inside them."""
    return "'" + text.replace("'", "'\\''") + "'"


# -- bash: from version 3.2 on ---------------------------------------------------------------------

_BASH = r"""# ruletrail: completion for bash, written by `ruletrail completion bash`

# sets `kind`, and `choices` where it is words: $1 a command, $2 its option or an argument's place
_ruletrail_kind() {
  kind=nothing choices=
  case "$1:$2" in
@KINDS@
  esac
}

# sets `options`: $1 a command; tells whether there is one
_ruletrail_options() {
  options=
  case "$1" in
@OPTIONS@
    *) return 1 ;;
  esac
}

# puts whole words that begin with $1 into COMPREPLY: those of standard input
_ruletrail_offer() {
  local candidate
  while IFS= read -r candidate; do
    [[ -n $candidate && $candidate == "$1"* ]] && COMPREPLY+=("$candidate")
  done
}

_ruletrail_references() {
  local reference rest
  # each stands indented below the folder that it lies in
  "$program" list 2>/dev/null | grep '^ ' | while read -r reference rest; do
    printf '%s\n%s\n' "${reference%@*}" "$reference"
  done | sort -u
}

# puts what may stand in the place of $1 into COMPREPLY
_ruletrail_values() {
  case $kind in
    words) _ruletrail_offer "$1" < <(printf '%s\n' $choices) ;;
    references) _ruletrail_offer "$1" < <(_ruletrail_references) ;;
  esac
  # as names of files the references would be quoted
  [[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o filenames 2>/dev/null
  case $kind in
    files | references) _ruletrail_offer "$1" < <(compgen -f -- "$1") ;;
    folders) _ruletrail_offer "$1" < <(compgen -d -- "$1") ;;
  esac
}

_ruletrail() {
  local program=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT} words=() last=-1 i piece
  # bash cuts `sociale/2024@1.0.0` and `--rulebook=x` in pieces: what no blank parts is one word
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if [[ $last -lt 0 || $line == [[:blank:]]* ]]; then
      line=${line#"${line%%[![:blank:]]*}"}
      last=$((last + 1)) words[last]=
    fi
    words[last]=${words[last]}$piece
    line=${line#"$piece"}
  done
  local current=${words[last]} command= place=1 is_value= is_plain= kind choices options word
  for ((i = 1; i < last; i++)); do
    word=${words[i]}
    if [[ -n $is_value ]]; then
      is_value=
    elif [[ -z $is_plain && $word == -- ]]; then
      is_plain=1
    elif [[ -z $is_plain && $word == -?* ]]; then
      _ruletrail_kind "$command" "$word"
      [[ $word != *=* && $kind != nothing ]] && is_value=1
    elif [[ $place -eq 1 ]] && _ruletrail_options "${command:+$command }$word"; then
      command=${command:+$command }$word
    else
      place=$((place + 1))
    fi
  done
  COMPREPLY=()
  local value=$current
  if [[ -n $is_value ]]; then
    _ruletrail_kind "$command" "${words[last-1]}"
    _ruletrail_values "$value"
  elif [[ -z $is_plain && $current == --*=* ]]; then
    value=${current#*=}
    _ruletrail_kind "$command" "${current%%=*}"
    _ruletrail_values "$value"
  elif [[ -z $is_plain && $current == -* ]]; then
    _ruletrail_options "$command"
    _ruletrail_offer "$current" < <(printf '%s\n' $options)
  else
    _ruletrail_kind "$command" "$place"
    _ruletrail_values "$value"
  fi
  # bash puts what is offered in the place of the last piece alone
  local tail=$value mark
  for mark in : = @; do
    [[ $COMP_WORDBREAKS == *$mark* ]] && tail=${tail##*"$mark"}
  done
  local cut=${value%"$tail"}
  for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
    COMPREPLY[i]=${COMPREPLY[i]#"$cut"}
  done
}

complete -F _ruletrail ruletrail
"""


def write_bash(commands: Sequence[Command]) -> str:
    """Write the script for bash."""
    kinds = [line for command in commands for line in _bash_kinds(command)]
    options = [
        f"    {_quote(command.words)}) options={_quote(' '.join(_list_names(command)))} ;;"
        for command in commands
    ]
    return _BASH.replace("@KINDS@", "\n".join(kinds)).replace("@OPTIONS@", "\n".join(options))


def _bash_kinds(command: Command) -> Iterator[str]:
    """Yield what may follow each option that takes a value, and stand in each argument's place."""
    for option in command.options:
        if option.kind != "nothing":
            places = "|".join(_quote(f"{command.words}:{name}") for name in option.names)
            yield _bash_kind(places, option)
    for place, argument in enumerate(command.arguments, 1):
        is_last = place == len(command.arguments)
        yield _bash_kind(
            _quote(f"{command.words}:") + ("[0-9]*" if is_last else str(place)), argument
        )


def _bash_kind(places: str, follower: Follower) -> str:
    choices = f" choices={_quote(' '.join(follower.words))}" if follower.words else ""
    return f"    {places}) kind={follower.kind}{choices} ;;"


def _list_names(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


# -- zsh -------------------------------------------------------------------------------------------

_ZSH = r"""#compdef ruletrail
# ruletrail: completion for zsh, written by `ruletrail completion zsh`

_ruletrail_references() {
  local -a references
  references=(${(f)"$($ruletrail_program list 2>/dev/null)"})
  references=(${${${(M)references:# *}##  }%% *})
  references=(${references%@*} $references)
  _alternative 'references:rulebook:compadd -a references' 'files:file:_files'
}

# what only the user knows: no files are proposed in its place
_ruletrail_anything() {
  _message -e values "$1"
  return 0
}

_ruletrail() {
  local ruletrail_program=${(Q)words[1]} curcontext=$curcontext state line
  local -a commands
  local -A opt_args
@CASES@
}

if [[ $funcstack[1] == _ruletrail ]]; then
  _ruletrail "$@"
else
  compdef _ruletrail ruletrail
fi
"""

_ZSH_VALUES: Mapping[str, str] = {
    "references": "_ruletrail_references", "files": "_files", "folders": "_path_files -/",
    "anything": "_ruletrail_anything", "nothing": "",
}  # fmt: skip


def write_zsh(commands: Sequence[Command]) -> str:
    """Write the script for zsh."""
    lines = list(_zsh_level("", commands, "  "))
    return _ZSH.replace("@CASES@", "\n".join(lines))


def _zsh_level(words: str, commands: Sequence[Command], indent: str) -> Iterator[str]:
    """Yield how a command's own words are completed, and then those of its commands or actions."""
    command = next(each for each in commands if each.words == words)
    below = [each for each in commands if _is_below(each.words, words)]
    specs = [spec for option in command.options for spec in _zsh_options(option)]
    if not below:
        arguments = enumerate(command.arguments, 1)
        specs += [_zsh_argument(at, each, command) for at, each in arguments]
        yield f"{indent}_arguments {' '.join(specs)}"
        return
    yield f"{indent}_arguments -C {' '.join(specs)} '1: :->command' '*:: :->words' && return"
    yield f"{indent}case $state in"
    described = " ".join(_quote(f"{each.words.split()[-1]}:{each.about}") for each in below)
    yield f"{indent}command) commands=({described}); _describe command commands ;;"
    yield f"{indent}words)"
    yield f"{indent}  case $line[1] in"
    for each in below:
        yield f"{indent}  {each.words.split()[-1]})"
        yield from _zsh_level(each.words, commands, indent + "    ")
        yield f"{indent}    ;;"
    yield f"{indent}  esac ;;"
    yield f"{indent}esac"


def _is_below(words: str, above: str) -> bool:
    return bool(words) and words.rpartition(" ")[0] == above


def _zsh_options(option: Follower) -> Iterator[str]:
    about = _escape_zsh(option.about)
    for name in option.names:
        if option.kind == "nothing":
            yield _quote(f"{name}[{about}]")
        else:
            mark = "=" if name.startswith("--") else ""
            yield _quote(f"*{name}{mark}[{about}]:{_escape_zsh(name)}:{_zsh_values(option)}")


def _zsh_argument(place: int, argument: Follower, command: Command) -> str:
    at = "*" if place == len(command.arguments) else str(place)
    return _quote(f"{at}:{_escape_zsh(argument.about)}:{_zsh_values(argument)}")


def _zsh_values(follower: Follower) -> str:
    return f"({' '.join(follower.words)})" if follower.words else _ZSH_VALUES[follower.kind]


def _escape_zsh(text: str) -> str:
    """Write a text inside of a specification, where brackets and colons have a meaning."""
    for mark in "\\[]:":
        text = text.replace(mark, f"\\{mark}")
    return text


# -- fish ------------------------------------------------------------------------------------------

_FISH = r"""# ruletrail: completion for fish, written by `ruletrail completion fish`

# the words that are no options; $argv are the options that take a value, which is none either
function __ruletrail_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l is_value 0
    for word in $words
        if test $is_value -eq 1
            set is_value 0
        else if contains -- $word @VALUED@
            set is_value 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

# whether the words begin with these
function __ruletrail_in
    set -l words (__ruletrail_words)
    set -l count (count $argv)
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end

# whether the words are these alone
function __ruletrail_at
    test "$(__ruletrail_words)" = "$argv"
end

function __ruletrail_references
    set -l program (commandline -opc)[1]
    set -l listed ($program list 2>/dev/null | string match -r '^ .*' | string trim)
    for reference in (string replace -r ' .*' '' -- $listed)
        string replace -r '@.*' '' -- $reference
        echo $reference
    end
end

complete -c ruletrail -f
@LINES@
"""


def write_fish(commands: Sequence[Command]) -> str:
    """Write the script for fish."""
    options = [option for command in commands for option in command.options]
    valued = dict.fromkeys(
        name for each in options if each.kind != "nothing" for name in each.names
    )
    lines = [line for command in commands for line in _fish_lines(command, commands)]
    return _FISH.replace("@VALUED@", " ".join(valued)).replace("@LINES@", "\n".join(lines))


def _fish_lines(command: Command, commands: Sequence[Command]) -> Iterator[str]:
    below = [each for each in commands if _is_below(each.words, command.words)]
    at, inside = (
        f"complete -c ruletrail -n '__ruletrail_{how} {command.words}'" for how in ("at", "in")
    )
    for each in below:
        yield f"{at} -a {each.words.split()[-1]} -d {_quote_fish(each.about)}"
    for option in command.options:
        # the whole program's options stand before a command only
        where = inside if command.words and not below else at
        yield f"{where} {_fish_names(option)} {_fish_values(option)}-d {_quote_fish(option.about)}"
    for argument in () if below else command.arguments:
        values = _fish_values(argument)
        if values.strip() != "-x":
            yield f"{inside} {values}-d {_quote_fish(argument.about)}".replace("-x ", "").replace(
                "-r ", ""
            )


def _fish_names(option: Follower) -> str:
    return " ".join(
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    )


def _fish_values(follower: Follower) -> str:
    match follower.kind:
        case "references":
            return "-r -F -a '(__ruletrail_references)' "
        case "files":
            return "-r -F "
        case "folders":
            return "-x -a '(__fish_complete_directories)' "
        case "words":
            return f"-x -a {_quote_fish(' '.join(follower.words))} "
        case "anything":
            return "-x "
        case _:
            return ""


def _quote_fish(text: str) -> str:
    """Put a text in the single quotes of fish, inside which a backslash and a quote are escaped."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


WRITERS: Mapping[str, Callable[[Sequence[Command]], str]] = {
    "bash": write_bash, "zsh": write_zsh, "fish": write_fish,
}  # fmt: skip
"""What writes the script of each shell."""
