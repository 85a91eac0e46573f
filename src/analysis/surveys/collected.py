"""A wave that was collected: its answers, the log of the draw, and the known totals, as they lie in a workspace."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import read_bank
from analysis.surveys.columns import columns
from analysis.surveys.formats.codebooks import to_csv
from analysis.surveys.questionnaire import Probability
from analysis.surveys.survey import FOLDER, Survey, read_survey
from analysis.surveys.waves import conditions
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: Where waves lie, real and simulated apart.
DATA, DEMO = "data", "data/demo"
#: The columns of logs and margins that are counts.
COUNTS = ("places", "places_drawn", "persons", "persons_drawn", "answers", "total", "seed")
SHARES = ("probability_place", "probability_person")
TRUTHS = ("synthetic", "certainty")
#: The key of a Parquet file's own words about itself.
ABOUT = b"duzheng"


@dataclass(frozen=True, slots=True, repr=False)
class Collected:
    """A wave as it was collected.

    ``responses`` has one row an answer, with the columns of :func:`analysis.surveys.columns.columns` and, before them,
    ``id``, ``synthetic``, those of the draw, ``language``, ``started``, ``completed``, ``seconds``. ``log`` has one row
    a place that was drawn; ``margins`` the known totals, one frame a margin. ``about`` says where it came from.
    """

    survey: Survey
    synthetic: bool
    responses: pd.DataFrame = field(repr=False)
    log: pd.DataFrame = field(repr=False)
    margins: tuple[pd.DataFrame, ...] = field(default=(), repr=False)
    about: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        made = ", simulated" if self.synthetic else ""
        return f"<wave {self.name}: {len(self.responses):,} answers, {len(self.log):,} places in the log{made}>"

    @property
    def name(self) -> str:
        """Id and wave: ``students-2025``."""
        return self.survey.name


def files_of(root: Path, survey: Survey, *, synthetic: bool) -> dict[str, Path]:
    """Give where the parts of a wave lie: ``responses``, ``codebook``, ``log``, ``margins``."""
    head = survey.questionnaire
    data = root / (DEMO if synthetic else DATA)
    answers = data / "responses" / head.id / str(head.wave)
    said = head.selection.log if isinstance(head.selection, Probability) else ""
    log = data / (said.removeprefix(f"{DATA}/") or f"frames/{survey.name}.csv")
    return {
        "responses": answers / "responses.parquet", "codebook": answers / "codebook.csv",
        "log": log, "margins": log.with_suffix(".margins.csv"),
    }  # fmt: skip


def meaning_of(survey: Survey) -> str:
    """Give the hash of what a questionnaire asks, of whom and under which codes: answers to it mean the same."""
    asked = {
        each.code: (survey.bank.meaning(each.code, each.use.version), conditions(survey, each)) for each in survey.asked
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write_collected(root: Path, wave: Collected) -> list[Path]:
    """Write a wave: all of its files or none.

    Parameters
    ----------
    root
        The workspace. Synthetic waves go below ``data/demo``, others below ``data``.
    wave
        The wave.

    Returns
    -------
    list of pathlib.Path
        The files: answers as Parquet, whose own words say what they are; codebook, log and margins as CSV.
    """
    places = files_of(root, wave.survey, synthetic=wave.synthetic)
    contents = {
        "responses": parquet_of(wave), "codebook": to_csv(wave.survey, synthetic=wave.synthetic).encode("utf-8-sig"),
        "log": csv_of(wave.log), "margins": csv_of(stacked(wave.margins)),
    }  # fmt: skip
    return write_together({path: contents[name] for name, path in places.items()})


def csv_of(table: pd.DataFrame) -> bytes:
    """Write a table as CSV."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def parquet_of(wave: Collected) -> bytes:
    """Write a wave's answers as Parquet, whose own words say what they are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {
        "survey": wave.survey.name, "file": wave.survey.file, "meaning": meaning_of(wave.survey),
        "synthetic": wave.synthetic, **wave.about,
    }  # fmt: skip
    table = pa.Table.from_pandas(wave.responses, preserve_index=False)
    words = {ABOUT: json.dumps(about, ensure_ascii=False, sort_keys=True).encode()}
    written = pa.BufferOutputStream()
    told = {**(table.schema.metadata or {}), **words}
    pq.write_table(table.replace_schema_metadata(told), written, compression="zstd")
    return bytes(written.getvalue().to_pybytes())


def about_of(path: Path) -> dict[str, Any]:
    """Give what a wave's Parquet file says of itself."""
    import pyarrow.parquet as pq

    found: dict[str, Any] = json.loads((pq.read_schema(path).metadata or {}).get(ABOUT, b"{}"))
    return found


def stacked(margins: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    """Put margins below each other; ``margin`` counts them."""
    import pandas as pd

    if not margins:
        return pd.DataFrame({"margin": [], "total": []})
    return (
        pd.concat([frame.assign(margin=number) for number, frame in enumerate(margins, 1)])
        .set_index("margin")
        .reset_index()
    )


def columns_of_margin(margin: pd.DataFrame) -> list[str]:
    """Give the columns of a margin, or of quotas, that say whom a row is of."""
    return [str(name) for name in margin.columns if name not in {"margin", "wanted", "total", "synthetic"}]


def collected(workspace: Workspace, name: str | Survey, *, synthetic: bool = False) -> Collected:
    """Read a wave that was collected.

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().collected("students-2025")`` hands it over.
    name
        The questionnaire's id and wave, or the questionnaire where it was read before.
    synthetic
        Whether the demonstration wave is meant, which ``make demo`` makes.

    Raises
    ------
    DuzhengError
        DZ-Q007 if there is no such questionnaire; DZ-Q012 if nothing was collected with it, or the answers were
        given to a questionnaire that meant something else, or are synthetic where real ones were asked for.
    """
    root = workspace.root
    survey = _survey(root, name) if isinstance(name, str) else name
    places = files_of(root, survey, synthetic=synthetic)
    gone = [place for place in places.values() if not place.is_file()]
    if gone:
        raise DuzhengError.of(
            Fault("DZ-Q012", file=place.relative_to(root).as_posix(), found="no such file",
                  expected=f"a part of the {'simulated' if synthetic else 'collected'} wave {survey.name}",
                  hint="make it with `make demo`" if synthetic else "collect it first, or ask for the simulated one")
            for place in gone
        )  # fmt: skip
    return _read(survey, places, root, synthetic=synthetic)


def _survey(root: Path, name: str) -> Survey:
    path = root / FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise DuzhengError(
            Fault("DZ-Q007", found=repr(name), expected="a questionnaire", hint="see `duzheng survey list`")
        )
    return read_survey(path, read_bank(root), root=root)


def _read(survey: Survey, places: dict[str, Path], root: Path, *, synthetic: bool) -> Collected:
    import pyarrow.parquet as pq

    table, about = pq.read_table(places["responses"]), about_of(places["responses"])
    wrong = []
    if about.get("meaning") != meaning_of(survey):
        wrong.append(("answers to a questionnaire that meant something else", "the questionnaire that was asked",
                      "make them anew, or read the questionnaire of that commit"))  # fmt: skip
    if bool(about.get("synthetic")) is not synthetic:
        wrong.append((f"synthetic = {about.get('synthetic')}", f"{synthetic}", "never mix real and simulated answers"))
    if wrong:
        file = places["responses"].relative_to(root).as_posix()
        raise DuzhengError.of(Fault("DZ-Q012", file=file, found=f, expected=e, hint=h) for f, e, h in wrong)
    log, margins = read_frames(root, survey, synthetic=synthetic)
    if log is None:
        raise FileNotFoundError(places["log"])
    return Collected(survey, synthetic, table.to_pandas(), log, margins, about)


def read_frames(root: Path, survey: Survey, *, synthetic: bool) -> tuple[pd.DataFrame | None, tuple[pd.DataFrame, ...]]:
    """Read the log of a wave's draw and its known totals; None and nothing where there are no such files."""
    import pandas as pd

    places = files_of(root, survey, synthetic=synthetic)
    log = _typed(pd.read_csv(places["log"], dtype="string"), survey) if places["log"].is_file() else None
    if not places["margins"].is_file():
        return log, ()
    stacked = pd.read_csv(places["margins"], dtype="string")
    return log, tuple(
        _typed(frame.drop(columns="margin").dropna(axis=1, how="all").reset_index(drop=True), survey)
        for _, frame in stacked.groupby("margin")
    )


def _typed(frame: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """Make numbers of counts, truths of truths, and leave codes what they are in the answers."""
    points = {column.name for column in columns(survey) if column.number}
    for name in frame.columns:
        if name in COUNTS:
            frame[name] = frame[name].astype("float64" if name == "total" else "int64")
        elif name in SHARES:
            frame[name] = frame[name].astype("float64")
        elif name in TRUTHS:
            frame[name] = frame[name] == "True"
        elif name in points:
            frame[name] = frame[name].astype("Int16")
    return frame
