"""The folder of a batch's trails: what it holds after any end of a run is whole, and the run's."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ruletrail import files
from ruletrail.batches import trail_files
from ruletrail.batches.checkpoints import Partial
from ruletrail.batches.trail_files import name_run
from support.command_line import call
from support.rulebooks import HEAD_TEXT

BOOK = HEAD_TEXT + "rules: {Doppio: {formula: A * 2}}\n"
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {"type": "object", "properties": {"A": {"type": "number"}}},
    },
}
NAMES = ["row-000000001.json", "row-000000002.json"]


@pytest.fixture(autouse=True)
def _folder(folder: Path) -> None:
    """Work in a folder with a rulebook, its schema and two rows."""
    (folder / "prova.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (folder / "in.csv").write_text("A\n1\n2\n", encoding="utf-8")


def _run(*more: str, output: str = "out.csv", trails: str = "t") -> tuple[int, str, str]:
    words = ("batch", "in.csv", "-o", output, "--trails", trails, "--rulebook", "prova.yaml")
    return call(*words, "--workers", "1", "--lang", "en", *more)


def _names(folder: str = "t") -> list[str]:
    return sorted(each.name for each in Path(folder).iterdir())


@pytest.mark.parametrize("output", ["out.csv", "link.csv"])
@pytest.mark.parametrize("resume", ["", "--resume"])
def test_what_a_killed_run_left_half_written_is_removed(output: str, resume: str):
    """By the next run that writes the same output, however it is named; of others it stays."""
    Path("link.csv").symlink_to("out.csv")
    Path("t").mkdir()
    for name in (f"{name_run('out.csv')}0123", name_run("other.csv"), "0123456789abcdef"):
        (Path("t") / f".ruletrail-{name}").write_bytes(b"{")
    status, _, err = _run(*filter(None, [resume]), output=output)
    assert status == 0, err
    others = sorted([f".ruletrail-{name_run('other.csv')}", ".ruletrail-0123456789abcdef"])
    assert _names() == [*others, *NAMES]


@pytest.mark.parametrize("output", ["out.csv", "-"])
def test_a_run_that_is_ended_leaves_no_half_trail(output: str, monkeypatch: pytest.MonkeyPatch):
    """Also where it is a worker that was at it, which is ended where it stands."""
    whole = trail_files.write_whole

    def end(path: Path, data: bytes, *, is_durable: bool, run: str) -> None:
        if path.name == NAMES[0]:
            whole(path, data, is_durable=is_durable, run=run)
            return
        assert run
        path.with_name(f".ruletrail-{run}0123").write_bytes(data[:10])
        raise KeyboardInterrupt

    monkeypatch.setattr(trail_files, "write_whole", end)
    status, _, _ = _run("--to", "csv", output=output)
    assert (status, _names()) == (130, NAMES[:1])


def test_a_second_run_for_the_same_output_removes_nothing_of_the_first():
    """It is refused before it looks at the folder: what grows there is the first one's."""
    pytest.importorskip("fcntl")
    Path("t").mkdir()
    growing = Path("t") / f".ruletrail-{name_run('out.csv')}0123"
    growing.write_bytes(b"{")
    first = Partial(Path("out.csv"), {})
    first.begin(resume=False)
    status, _, err = _run()
    assert (status, "[batch-output-in-use]" in err, growing.exists()) == (2, True, True)
    first.leave()


def test_a_run_is_not_resumed_with_its_trails_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The same word means another folder in another one, and half of the trails would be there."""
    output, rows = str(folder / "out.csv"), str(folder / "in.csv")
    words = (
        "batch",
        rows,
        "-o",
        output,
        "--rulebook",
        str(folder / "prova.yaml"),
        "--workers",
        "1",
    )
    with monkeypatch.context() as patch:
        patch.setattr(Partial, "finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert call(*words, "--trails", "t")[0] == 130
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    status, _, err = call(*words, "--trails", "t", "--resume")
    assert (status, "[batch-resume-other]" in err, list(Path().iterdir())) == (2, True, [])
    assert call(*words, "--trails", "../t", "--resume")[0] == 0
    assert _names("../t") == NAMES


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: files.write_whole(folder / "new", b"x"),
        lambda folder: files.write_inside(folder, ("new",), b"x"),
    ],
    ids=["whole", "inside"],
)
def test_ctrl_c_while_a_file_is_made_leaves_none(
    write: Callable[[Path], object], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """The system has made it by then, and whoever asked for it never learns of it."""
    before, opened = sorted(folder.iterdir()), os.open

    def interrupt(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = opened(path, flags, mode, dir_fd=dir_fd)
        if flags & os.O_EXCL:
            os.close(handle)
            raise KeyboardInterrupt
        return handle

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "open", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write(folder)
    assert sorted(folder.iterdir()) == before
