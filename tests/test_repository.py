"""What the repository promises of itself: locks without addresses, no place in the package, links that lead on."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, flags=re.MULTILINE)
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(blocks) == len(pinned) > 100
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_locks_hold_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)==", text, flags=re.MULTILINE))
    for requirement in project["project"]["dependencies"]:
        name = re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")
        assert name in locked, name


def test_nothing_in_the_package_knows_the_place_or_its_indicators(shanghai):
    names = set(shanghai.catalogue) | {"Shanghai", "上海", "310"}
    units = shanghai.units.frame
    units = units[units["kind"] != "department"]  # those are called by their field, as everywhere
    names |= {name for column in ("name_zh", "name_en", "short_zh", "short_en") for name in units[column]}
    words = re.compile("|".join(re.escape(name) for name in sorted(names - {"全市", "全国", "China", "area"})))
    found = []
    for path in (ROOT / "src/analysis").rglob("*"):
        if path.suffix in {".py", ".yaml", ".lua", ".typ", ".html", ".css", ".js"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if words.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []


def test_links_between_pages_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_the_map_names_every_module():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in (ROOT / "src/analysis").glob("*/**/*.py"):
        if path.stem != "__init__":
            name = path.relative_to(ROOT / "src/analysis").parts[0]
            room = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
            assert f"`{path.stem}`" in room, path


def test_notebooks_are_kept_without_outputs():
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells), path


def test_scripts_of_pages_can_be_imported():
    for path in (ROOT / "docs").glob("*.py"):
        found = importlib.util.spec_from_file_location(path.stem, path)
        found.loader.exec_module(importlib.util.module_from_spec(found))
