"""Agreement: whether a code frame codes comments as somebody did who read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.messages import DuzhengError, Fault, Language, Texts, write_number
from analysis.messages.requests import hold_level, wrong
from analysis.satisfaction.open_answers.code_frame import FOLDER, CodeFrame, code_frames, read_code_frame
from analysis.satisfaction.open_answers.coding import SAID, coded
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.words import both, said, words
from analysis.stats.agreement import kappa_interval, kappa_of_rows
from analysis.workspace.provenance import content_hash

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.workspace import Workspace

COLUMNS = ("id", "language", "text", "topics", "coder", "synthetic")
#: The rows below those of topics: all decisions on a comment and a topic; whether a comment has any topic.
OVERALL, ANY = "overall", "any"
SHOWN = ("topic", "n", "by_hand", "by_frame", "both", "kappa", "lower", "upper", "precision_share", "recall_share")


@dataclass(frozen=True, eq=False)
class Agreement(SurveyResult):
    """How a code frame and a coder agree."""

    read: dict[str, str] = field(default_factory=dict, repr=False)  #: of each file read, its SHA-256
    simulated: bool = False

    @property
    def synthetic(self) -> bool:
        """Whether any comment is invented."""
        return self.simulated

    @property
    def files(self) -> dict[str, str]:
        """The content hashes of the files that were read, by path."""
        return self.read

    def subtitle(self, language: Language | None = None) -> str:
        """Say how many comments were coded, and that they are invented where they are."""
        language = language or self.language
        n = write_number(float(self.table["n"].iloc[0]), 0)
        return self.noticed([self.said("subtitle", language, n=n)], language)

    def origin(self, language: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Say how many comments were coded."""
        return ((said("results", "rows", language), (self.subtitle(language),)),)


def read_coded(path: Path) -> pd.DataFrame:
    """Read comments that were coded by hand: id, language, text, topics (codes with ``;`` between), coder, synthetic.

    Raises
    ------
    DuzhengError
        DZ-T001 if the file cannot be read, DZ-T002 for missing columns, DZ-T005 for ids that stand twice.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DuzhengError(Fault("DZ-T001", file=str(path), found=str(error), expected="a CSV file")) from error
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise DuzhengError(Fault("DZ-T002", file=str(path), found=f"no {', '.join(missing)}",
                                 expected=", ".join(COLUMNS)))  # fmt: skip
    twice = table["id"].duplicated()
    if twice.any():
        raise DuzhengError.of(Fault("DZ-T005", file=str(path), row=int(row) + 2, column="id", found=table["id"][row],
                                    expected="each id once") for row in table.index[twice])  # fmt: skip
    return table.assign(synthetic=table["synthetic"].str.casefold() == "true")


def agreement(
    workspace: Workspace,
    by_hand: str | Path | pd.DataFrame,
    frame: str | CodeFrame,
    *,
    level: float = 0.95,
    language: Language | None = None,
) -> Agreement:
    """Compare the codes of a frame with those of somebody who read the comments.

    Parameters
    ----------
    workspace
        Where files lie; ``analysis.open().agreement(…)`` hands it over.
    by_hand
        The file of the comments, as :func:`read_coded` reads it, from the workspace on; or a table of them: ``text``,
        ``topics`` (codes with ``;`` between, nothing for none), and ``synthetic``; one coder.
    frame
        The code frame, or its name in ``surveys/codeframes``.
    level
        Of the intervals.
    language
        Of what is shown unless it is said; the workspace's first one if not given.

    Returns
    -------
    Agreement
        One row a topic, then ``any`` (has a topic at all) and ``overall`` (every topic of every comment): n (comments),
        by_hand, by_frame, both (how often the topic was given), kappa, lower, upper, precision_share (percent of the
        frame's codes that the coder gave too), recall_share (percent of the coder's codes that the frame found).
        Missing where nobody gave the topic.

    Raises
    ------
    DuzhengError
        DZ-S002 for codes that the frame does not have, with every one of them, and for columns that are missing;
        DZ-S003 without comments; and as :func:`read_coded` and :func:`read_code_frame`.

    Notes
    -----
    Cohen's κ = (pₒ − pₑ) / (1 − pₑ), by statsmodels; in R ``psych::cohen.kappa``. Its interval are the values that a
    goodness-of-fit test of both, one, and none does not reject (Donner and Eliasziw 1992, Statistics in Medicine 11),
    as the large-sample variance of Fleiss, Cohen and Everitt (1969), which is 0 where all agree, is of no use for
    topics that few speak of; both coders are taken to give a topic equally often. Overall, decisions on one comment
    hang together: its interval is of a jackknife over comments. κ is low for topics that are rare, whatever the
    agreement (Feinstein and Cicchetti 1990): read it with precision and recall. A frame made while looking at the
    comments agrees better with them than with others.

    Examples
    --------
    >>> import analysis, pandas as pd
    >>> from analysis.satisfaction.open_answers.example import example_frame
    >>> rows = pd.DataFrame({"text": ["作业太多", "午餐太凉", "写到很晚", "操场小"],
    ...                      "topics": ["load", "canteen", "load", ""]})
    >>> found = analysis.open().agreement(rows, example_frame())
    >>> found.table[["topic", "by_hand", "both", "recall_share"]].round(1)
         topic  by_hand  both  recall_share
    0     load        2     1          50.0
    1  canteen        1     1         100.0
    2      any        3     2          66.7
    3  overall        3     2          66.7
    """
    import numpy as np
    import pandas as pd

    hold_level(level)
    files: dict[str, str] = {}
    by_hand = _comments(workspace.root, by_hand, files)
    frame = _frame(workspace.root, frame, files)
    if by_hand.empty:
        raise DuzhengError(Fault("DZ-S003", found="no comments", expected="comments that were coded by hand"))
    given = by_hand["topics"].fillna("").map(lambda of: {code.strip() for code in str(of).split(";")} - {""})
    strange = sorted({code for codes in given for code in codes} - frame.topics.keys())
    if strange:
        raise DuzhengError.of(wrong(repr(code), f"a topic of {frame.id}", ", ".join(frame.topics), "topics")
                              for code in strange)  # fmt: skip
    topics = list(frame.topics)
    hand = np.array([[code in codes for code in topics] for codes in given])
    ours = coded(by_hand["text"], frame)
    found = ours[topics].to_numpy(dtype=bool)
    read, told = (np.column_stack([each, each.any(axis=1)]) for each in (hand, found))
    rows = [_row(code, read[:, at], told[:, at], level) for at, code in enumerate([*topics, ANY])]
    rows.append(_overall(hand, found, level))
    table = pd.DataFrame(rows)
    names = {"topic": {code: topic.name for code, topic in frame.topics.items()}}
    simulated = bool(by_hand["synthetic"].any()) if "synthetic" in by_hand else False
    coders = "、".join(sorted(set(by_hand["coder"]))) if "coder" in by_hand else "?"
    named = f"{frame.id}, version {frame.version} ({frame.date.isoformat()})"
    settings = {"frame": named, "coder": coders, "level": level}
    note = _note(int((ours["said"] == SAID).sum()), int(found.any(axis=1).sum()))
    from analysis.satisfaction.charts.comments import draw_agreement

    return Agreement(
        table,
        "agreement",
        (),
        settings=settings,
        notes=(note, words("agreement")["note.kappa"]),
        drawing=draw_agreement,
        shown=SHOWN,
        decimals={"kappa": 2, "lower": 2, "upper": 2, "by_hand": 0, "by_frame": 0, "both": 0},
        read=files,
        spoken=language or workspace.settings.languages[0],
        simulated=simulated,
        named=Labels(names, {"topic": words("agreement")["column.topic"]}),
        no_script="in R psych::cohen.kappa of both codings",
    )


def _comments(root: Path, by_hand: Any, files: dict[str, str]) -> pd.DataFrame:
    """Give comments that were coded, read from a file where it is named."""
    import pandas as pd

    if isinstance(by_hand, str | Path):
        path = root / by_hand
        table = read_coded(path)
        files[_inside(root, path)] = content_hash(path)
        return table
    if not isinstance(by_hand, pd.DataFrame):
        raise DuzhengError(wrong(f"by_hand={by_hand!r}"[:60], "a CSV file or a table", "see data/demo"))
    gone = [name for name in ("text", "topics") if name not in by_hand]
    if gone:
        raise DuzhengError.of(wrong(f"no {name}", f"the column {name}", "as read_coded() gives", name) for name in gone)
    return by_hand


def _frame(root: Path, frame: Any, files: dict[str, str]) -> CodeFrame:
    if isinstance(frame, CodeFrame):
        return frame
    if not isinstance(frame, str):
        raise DuzhengError(wrong(f"frame={frame!r}"[:60], "a code frame or its name", ", ".join(code_frames(root))))
    found = read_code_frame(root, frame)
    name = f"{FOLDER}/{frame}.yaml"
    files[name] = content_hash(root / name)
    return found


def _inside(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _row(topic: str, hand: np.ndarray, found: np.ndarray, level: float) -> dict[str, Any]:
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa

    n, both, mine, theirs = len(hand), int((hand & found).sum()), int(hand.sum()), int(found.sum())
    kappa = lower = upper = np.nan
    if 0 < mine + theirs < 2 * n:
        cells = [[both, mine - both], [theirs - both, n - mine - theirs + both]]
        kappa = float(cohens_kappa(cells, return_results=False))
        lower, upper = kappa_interval(both, mine + theirs - 2 * both, n, level)
        lower, upper = min(lower, kappa), max(upper, kappa)
    return _counted(topic, n, mine, theirs, both) | {"kappa": kappa, "lower": lower, "upper": upper} | _shares(
        mine, theirs, both)  # fmt: skip


def _overall(hand: np.ndarray, found: np.ndarray, level: float) -> dict[str, Any]:
    """Take all decisions together, with the interval of a jackknife over comments."""
    kappa, lower, upper = kappa_of_rows(hand, found, level)
    both, mine, theirs = (int(each.sum()) for each in (hand & found, hand, found))
    counted = _counted(OVERALL, len(hand), mine, theirs, both)
    return counted | {"kappa": kappa, "lower": lower, "upper": upper} | _shares(mine, theirs, both)


def _counted(topic: str, n: int, mine: int, theirs: int, both: int) -> dict[str, Any]:
    return {"topic": topic, "n": n, "by_hand": mine, "by_frame": theirs, "both": both}


def _shares(mine: int, theirs: int, both: int) -> dict[str, float]:
    shares = {"precision_share": theirs, "recall_share": mine}
    return {name: 100 * both / of if of else float("nan") for name, of in shares.items()}


def _note(wrote: int, with_topic: int) -> Texts:
    values = {"wrote": write_number(wrote, 0), "coverage": write_number(100 * with_topic / wrote if wrote else None, 1)}
    return both("agreement", "note.coverage", **values)
