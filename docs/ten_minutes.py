"""From text to data in ten minutes: four questionnaires on a LimeSurvey server, answered, collected, estimated.

All answers are SYNTHETIC: nobody is asked. Run it from the repository, with a server of your own to try things on:

    export LIMESURVEY_URL=… LIMESURVEY_USERNAME=… LIMESURVEY_PASSWORD=…
    .venv/bin/python docs/ten_minutes.py reports/ten_minutes

The folder becomes a workspace of its own; what was collected lies in its data/demo. The surveys are deleted from the
server at the end, unless --keep is said.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import pandas as pd
from tests.browser import chromium
from tests.surveys.limesurvey.interviews import Form, Interview, journey
from tests.surveys.limesurvey.respondents import Respondent

import analysis
from analysis.surveys.collected import csv_of, files_of, stacked
from analysis.surveys.formats.lss.structure import number_of
from analysis.surveys.keys import place_key
from analysis.surveys.limesurvey.answers import fields_of, to_server
from analysis.surveys.limesurvey.connection import Connection, connect, server_of
from analysis.surveys.limesurvey.fielding import attributes_of_draw
from analysis.surveys.limesurvey.journal import journal_of
from analysis.surveys.limesurvey.participants import access_codes, link, listed, register
from analysis.surveys.limesurvey.rehearse import persons_of, who_answered
from analysis.surveys.limesurvey.sending import send
from analysis.surveys.places import PARAMETER, place_code
from analysis.surveys.simulate import Simulated, read_truth, simulate
from analysis.surveys.simulate.recovered import fair, recovered
from analysis.workspace.files import write_together

NAMES = ("students-2025", "parents-2025", "staff-2025", "public-2025")
ANSWERS = 300
#: Of those who are drawn: 300 answers are those of about 500 participants.
RATE = 0.6


def duzheng(folder: Path, *arguments: str, expected: int = 0) -> str:
    """Run a command as people do, and show it."""
    print(f"$ duzheng survey {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-c", "from analysis.cli import main; main()", "--workspace", str(folder), "survey"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=folder)
    print("".join(f"    {line}\n" for line in (done.stdout + done.stderr).splitlines()), end="", flush=True)
    if done.returncode != expected:
        raise SystemExit(f"ended with {done.returncode} where {expected} was expected")
    return done.stdout


def deploy(folder: Path, name: str) -> None:
    """Bring a questionnaire onto the server, see that nothing is left to be done, and open it."""
    plan = f"reports/plans/{name}.json"
    duzheng(folder, "plan", name, expected=3)
    duzheng(folder, "apply", plan)
    duzheng(folder, "plan", name)
    duzheng(folder, "activate", name)


def answer(connection: Connection, folder: Path, wave: Simulated, page: object) -> dict[str, object]:
    """Register who was drawn, send the simulated answers, and have one more answered in a browser, in Chinese."""
    survey, sid, key = wave.survey, number_of(wave.survey), place_key()
    rows = wave.responses.assign(id=[str(number) for number in range(1, len(wave.responses) + 1)])
    attributes = attributes_of_draw(survey)
    tokens: list[str] = []
    if attributes:
        persons = persons_of(wave, attributes)
        register(connection, sid, persons, journal=journal_of(folder, survey.name, sid))
        known = {row["attribute_1"]: row["token"] for row in listed(connection, sid, ["attribute_1"])}
        tokens = [known[person] for person in who_answered(wave)]
        free = access_codes(connection, sid)
        address = free[~free["token"].isin(tokens)]["link"].iloc[-1]
        print(f"    {len(persons)} participants")
    else:
        places = rows[PARAMETER].dropna().unique()
        codes = {place: place_code(place, survey.name, key) for place in places}
        rows = rows.assign(**{PARAMETER: rows[PARAMETER].map(codes).astype("str")})
        address = link(connection.server.url, sid, "").partition("?")[0] + f"?{PARAMETER}={codes[places[0]]}"
    sent = to_server(survey, rows, fields_of(connection.call("get_fieldmap", sid)))
    if tokens:
        sent = [row | {"token": token} for row, token in zip(sent, tokens, strict=True)]
    begun = time.perf_counter()
    send(connection, survey, sid, sent)
    print(f"    {len(sent)} simulated answers in {time.perf_counter() - begun:.0f} s")
    interview = Interview(page, Form.of(connection, survey, sid), "zh-Hans")
    interview.open(address)
    given = journey(interview, Respondent(survey, random.Random(2025)))  # noqa: S311  nothing secret
    print(f"    one more in a browser: {interview.pages} pages, {len(given)} answers")
    return given


def estimate(folder: Path, wave: Simulated) -> pd.DataFrame:
    """Collect, and put estimates beside what is true."""
    survey = wave.survey
    duzheng(folder, "collect", survey.name, "--synthetic")
    found = analysis.open(folder).collected(survey.name, synthetic=True)
    if len(found.responses) != len(wave.responses) + 1:
        raise SystemExit(f"{len(found.responses)} interviews came back")
    return recovered(survey, wave.truth, found.responses, found.log)


def play(folder: Path, *, keep: bool = False) -> pd.DataFrame:
    """Go all the way with every questionnaire; give the estimates."""
    for name in ("surveys", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("responses", "frames"))
    shutil.copy(ROOT / "workspace.yaml", folder)
    for name in ("DUZHENG_LINK_KEY", "DUZHENG_PLACE_KEY"):
        os.environ.setdefault(name, secrets.token_hex(32))
    surveys = analysis.open(folder).questionnaires()
    tables = []
    with connect(server_of(analysis.open(folder).settings)) as connection, chromium() as browser:
        for name in NAMES:
            survey = surveys[name]
            truth = read_truth(
                folder / f"data/demo/{survey.questionnaire.id}.truth.yaml", [*surveys.values()], root=folder
            )
            manner = truth.manner.model_copy(update={"rate": RATE})
            wave = simulate(survey, fair(truth.model_copy(update={"manner": manner}), survey), n=ANSWERS, seed=7)
            files = files_of(folder, survey, synthetic=True)
            write_together({files["log"]: csv_of(wave.log.drop(columns="answers")),
                            files["margins"]: csv_of(stacked(wave.margins))})  # fmt: skip
            deploy(folder, name)
            try:
                page = browser.new_context().new_page()
                answer(connection, folder, wave, page)
                tables.append(estimate(folder, wave).assign(survey=name))
                duzheng(folder, "close", name)
            finally:
                if not keep:
                    connection.call("delete_survey", number_of(survey))
    return pd.concat(tables, ignore_index=True)


def main() -> None:
    """Play, and show the estimates of all units together."""
    begun = time.perf_counter()
    arguments = [each for each in sys.argv[1:] if each != "--keep"]
    if len(arguments) != 1 or Path(arguments[0]).exists():
        raise SystemExit(f"usage: {Path(__file__).name} [--keep] FOLDER   (a new one)")
    folder = Path(arguments[0]).resolve()
    folder.mkdir(parents=True)
    found = play(folder, keep="--keep" in sys.argv)
    shown = found[found["unit"].isna()].drop(columns=["unit", "se"])
    print("\nSYNTHETIC: nobody was asked. Indices of all units together, beside what is true:\n")
    print(shown.round(1).to_string(index=False))
    print(f"\n{found['inside'].sum()} of {found['inside'].notna().sum()} intervals of 99 % hold the truth; "
          f"{time.perf_counter() - begun:.0f} s in all")  # fmt: skip


if __name__ == "__main__":
    main()
