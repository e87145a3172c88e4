"""What all tests share: a cache of their own, so that none depends on the developer's."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


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
