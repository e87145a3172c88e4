"""What all tests share: a cache of compiled plans of their own, and a few fixtures."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import ruletrail

# a variable that would have each of the hundreds of processes that tests start compile the engine
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# no test depends on the time it takes: a machine that is busy with others would fail it
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Look for garbage less often: fifteen thousand collected tests are walked through each time.

    At Python's own thresholds that is a sixth of the time of all tests.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep compiled plans in a folder that ends with the tests.

    Processes that tests start use it too.
    """
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    before = os.environ.get("RULETRAIL_CACHE")
    os.environ["RULETRAIL_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["RULETRAIL_CACHE"]
    else:
        os.environ["RULETRAIL_CACHE"] = before


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty folder, where relative names are short; defects are told as to users."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULETRAIL_DEBUG", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def plan() -> ruletrail.Plan:
    """Give the rulebook that is shipped."""
    return ruletrail.load("sociale/2024")
