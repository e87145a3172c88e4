"""Where a command writes: whole files, links followed, no device or pipe replaced."""

import json
import os
import threading
from pathlib import Path

import pytest

from ruletrail.batches.checkpoints import Partial
from ruletrail.cli.consoles import write_whole
from ruletrail.problems import MOST_PROBLEMS, ProblemsError
from support.command_line import call
from support.rulebooks import rulebook_text, schema_of


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path):
    """`-o /dev/null` and `-o` to a pipe must not put a file in their place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"answer")
    reader.join(timeout=10)
    assert received == [b"answer"]
    assert pipe.is_fifo()


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path):
    """The file behind a link is written, the link stays, and a private file stays private."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_is_a_problem_and_leaves_nothing(tmp_path: Path):
    """A folder that does not exist, or a folder in the file's place."""
    for path in (tmp_path / "no" / "file", tmp_path):
        with pytest.raises(ProblemsError) as raised:
            write_whole(path, b"x")
        assert [problem.code for problem in raised.value.problems] == ["output-unwritable"]
    assert list(tmp_path.iterdir()) == []


def test_batch_does_not_replace_what_is_no_file(tmp_path: Path):
    """Its output is renamed into place at the end.

    A pipe or device there is refused before a row is read.
    """
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ProblemsError) as raised:
        Partial(tmp_path / "pipe", {}).begin(resume=False)
    assert [problem.code for problem in raised.value.problems] == ["output-unwritable"]
    assert (tmp_path / "pipe").is_fifo()


def test_a_ring_of_links_is_a_problem_wherever_it_is_met(tmp_path: Path):
    """By a single answer and by rows; the ring stays."""
    (tmp_path / "ring").symlink_to("ring")
    for act in (lambda path: write_whole(path, b"x"), lambda path: Partial(path, {})):
        with pytest.raises(ProblemsError) as raised:
            act(tmp_path / "ring")
        assert [problem.code for problem in raised.value.problems] == ["output-unwritable"]
    assert [path.is_symlink() for path in tmp_path.iterdir()] == [True]


@pytest.mark.parametrize("wrong", [49, 50, 60])
@pytest.mark.parametrize(("language", "said"), [("it", "i primi 50"), ("en", "first 50 problems")])
def test_who_sees_the_first_problems_knows_that_there_may_be_more(
    wrong: int, language: str, said: str, tmp_path: Path
) -> None:
    """Mended one by one, the next fifty would come as if they were new."""
    fields = "".join(f'  F{at}: "{at}"\n' for at in range(wrong))
    declared = schema_of(dict.fromkeys((f"F{at}" for at in range(60)), "number"))
    (tmp_path / "schema.json").write_text(json.dumps(declared), "utf-8")
    text = rulebook_text({"rules": {"r": {"formula": "F0 + 1"}}})
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    (tmp_path / "a.yaml").write_text(f"rulebook: prova/2024\nsubject: {{}}\nfields:\n{fields}")
    words = ("evaluate", tmp_path / "a.yaml", "--rulebook", tmp_path / "r.yaml")
    status, _, err = call(*words, "--lang", language)
    assert (status, err.count("wrong-type")) == (2, min(wrong, 50))
    assert (said in err) is (wrong >= MOST_PROBLEMS)
