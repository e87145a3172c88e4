"""The site is built without a warning: links lead somewhere, the reference has all names."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

import ruletrail
from support.places import ROOT

pytest.importorskip("mkdocs")
pytest.importorskip("mkdocstrings")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does; a warning would be an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_every_link_leads_to_a_file(site: Path):
    """Also those out of `docs/`, to copies in the site; nothing is fetched from elsewhere."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//', text), page
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            target = unquote(unescape(link)).partition("#")[0].partition("?")[0]
            if target and not re.match(r"[a-z]+:", target) and page.name != "404.html":
                assert (page.parent / target).exists(), (page.name, target)


def test_the_reference_holds_every_public_name(site: Path):
    """Each name of `ruletrail`, with its docstring."""
    text = (site / "reference" / "python.html").read_text("utf-8")
    for name in set(ruletrail.__all__) - {"__version__"}:
        assert f'id="ruletrail.{name}"' in text, name


def test_pages_are_found_by_search(site: Path):
    """The index holds words of the first page, of the guide in Italian and of a problem."""
    index = (site / "search" / "search_index.json").read_text("utf-8")
    for words in ("Da un modulo stampato", "wrong-decimals", "answer_batches"):
        assert words in index
