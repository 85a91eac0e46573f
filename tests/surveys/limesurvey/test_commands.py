"""The commands of fieldwork, one after the other, as a designer and those who are in the field use them."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.surveys.limesurvey.conftest import RECORDED
from tests.surveys.limesurvey.test_participants import numbered  # noqa: F401  a fixture: tokens are drawn

from analysis.cli import main
from analysis.surveys.formats.lss.structure import number_of

KEY = "0123456789abcdef" * 2


@pytest.fixture
def run(bench, server, numbered, monkeypatch, capsys):  # noqa: F811
    """Run a command in this process, as the installed one would, against the server."""
    for name in ("workspace.yaml", "data/units.csv", "data/sources.csv"):
        (bench.root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, bench.root / name)
    monkeypatch.chdir(bench.root)
    told = {"URL": server.url, "USERNAME": server.username, "PASSWORD": server.password}
    for name, value in told.items():
        monkeypatch.setenv(f"LIMESURVEY_{name}", value)
    monkeypatch.setenv("DUZHENG_LINK_KEY", KEY)
    monkeypatch.setenv("DUZHENG_WORKSPACE", str(bench.root))  # what commands set is taken back

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["duzheng", "--workspace", str(bench.root), "survey", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        assert server == RECORDED or server.password not in said.out + said.err
        return subprocess.CompletedProcess(arguments, int(stopped.value.code or 0), said.out, said.err)

    return command


FRAME = pd.DataFrame(
    [(f"{district}-s{n}", district, 40 + n) for district in ("310101", "310104") for n in range(5)],
    columns=["school", "district", "size"],
)


@pytest.mark.limesurvey
def test_a_wave_goes_from_its_text_to_the_field_and_back(bench, run, number):  # noqa: PLR0915  one way, step by step
    number(number_of(bench.survey))
    bench.edit("consent:", "anonymous: true\nconsent:")
    bench.edit("  psu: school", "  psu: school\n  strata: [district]")
    name, plan = "form-2025", "reports/plans/form-2025.json"

    planned = run("plan", name)
    assert (planned.returncode, "to do:\n  import it" in planned.stdout) == (3, True)
    assert "import it" in run("apply", plan).stdout
    assert run("apply", plan).stdout == "nothing to do\n"
    assert (run("plan", name).returncode, run("drift", name).returncode) == (0, 0)

    refused = run("activate", name)
    assert (refused.returncode, "DZ-L011" in refused.stderr, "anonymous: false" in refused.stderr) == (1, True, True)
    bench.edit("anonymous: true", "anonymous: false")
    unplanned = run("activate", name)
    assert (unplanned.returncode, "DZ-L006" in unplanned.stderr) == (1, True)
    assert "anonymous: True → False" in run("plan", name).stdout
    assert run("apply", plan).returncode == 0

    FRAME.to_csv(bench.root / "frame.csv", index=False)
    drawn = ("sample", name, "frame.csv", "--size", "size", "--places", "2", "--persons", "3", "--seed", "5")
    assert "12 persons" in run(*drawn, "--on", "2025-09-01").stderr
    assert "a draw that was made before" in run(*drawn).stderr
    assert "answers are kept with their participant" in run("activate", name).stdout
    assert "was open already" in run("activate", name).stdout
    assert "12 persons: 0 were there, 12 added" in run("participants", name).stdout
    codes = run("participants", name, "--codes", "codes.csv")
    assert "12 were there, 0 added" in codes.stdout
    links = pd.read_csv(bench.root / "codes.csv")
    assert links["link"].nunique() == len(links) == 12
    assert (bench.root / "codes.csv").stat().st_mode & 0o077 == 0
    assert run("invite", name).stdout == "not due: 12 (no address)\n"
    assert run("participants", name, "--contacts", "contacts.csv").returncode == 1  # no such file
    addresses = [f"{n}@example.org" for n in range(len(links))]
    links[["person"]].assign(email=addresses).to_csv(bench.root / "contacts.csv", index=False)
    contacts = run("participants", name, "--contacts", "contacts.csv")
    assert "12 of those who were there have other contacts now" in contacts.stdout
    assert "0 of those who were there" in run("participants", name, "--contacts", "contacts.csv").stdout
    assert not any("@" in path.read_text() for path in (bench.root / ".duzheng").rglob("*.jsonl"))
    row = next(line.split("\t") for line in run("status").stdout.splitlines() if f"\t{name}\t" in line)
    assert (row[2], row[3], row[6], row[8]) == ("True", "False", "12", "0")

    empty = run("collect", name)
    assert (empty.returncode, "no answers" in empty.stderr) == (1, True)
    assert not (bench.root / "data/responses").exists() or not list((bench.root / "data/responses").rglob("*.parquet"))

    bench.edit("zh-Hans: 谢谢。", "zh-Hans: 多谢。")
    assert run("apply", plan).returncode == 1
    assert run("plan", name).returncode == 3
    assert "set texts of the survey in zh-Hans" in run("apply", plan).stdout
    bench.edit("zh-Hans: 多谢。", "zh-Hans: 谢谢。")
    patch = run("drift", name, "--patch")
    assert (patch.returncode, "+  zh-Hans: 多谢。" in patch.stdout) == (3, True)
    taken = run("drift", name, "--write")
    assert (taken.returncode, taken.stderr) == (0, "changed: surveys/form-2025.yaml\n")
    assert run("plan", name).returncode == 0
    assert run("unlock", name).stdout == "there was no lock\n"
    assert "is closed from 2999-12-01 00:00 on" in run("close", name, "--at", "2999-12-01").stdout
    assert "is closed from 2025-12-01 00:00 on" in run("close", name, "--at", "2025-12-01").stdout


@pytest.mark.limesurvey
def test_what_an_open_survey_cannot_take_becomes_a_version_of_its_own(bench, run, number):
    sid = number(number_of(bench.survey))
    number(sid + 1)
    bench.edit("consent:", "anonymous: false\nconsent:")
    plan = bench.root / "reports/plans/form-2025.json"
    assert run("plan", "form-2025").returncode == 3
    assert run("apply", str(plan)).returncode == 0
    assert run("activate", "form-2025").returncode == 0
    bench.edit("  - item: rooms\n", "")
    planned = run("plan", "form-2025")
    assert "cannot be applied:" in planned.stdout or "loses answers:" in planned.stdout
    refused = run("apply", str(plan))
    assert refused.returncode == 1
    assert f"prepared as survey {sid + 1}" in refused.stderr
    assert (plan.parent / f"form-2025.{sid + 1}.lss").is_file()
    assert run("apply", str(plan.parent / f"form-2025.{sid + 1}.json")).stdout == "import it\n"
    assert run("plan", "form-2025", "--sid", str(sid + 1)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--suggest"], "goes with --from"),
        (["--mapping", "map.yaml"], "goes with --from"),
        (["--from", "x.csv", "--mapping", "map.yaml", "--gone"], "is of a server"),
        (["--from", "x.csv", "--mapping", "map.yaml", "--sid", "7"], "is of a server"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(monkeypatch, capsys, arguments, said):
    monkeypatch.setenv("DUZHENG_WORKSPACE", str(ROOT))
    monkeypatch.setattr(sys, "argv", ["duzheng", "survey", "collect", "students-2025", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
