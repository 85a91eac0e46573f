"""Pages of answers as they were collected: each written before the next is asked for, so that nothing starts anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.exports import Exports, stamp_of
from analysis.workspace import content_hash

if TYPE_CHECKING:
    import pandas as pd

FOLDER, STATE = ".collecting", "state.json"
#: Interviews a page. A server takes more than twice as long for twice as many from about twenty thousand on.
PAGE = 5000
#: Numbers that lie further apart are asked for one by one.
NEAR = 50
#: Numbers without an interview, after which everything that is left is asked for at once.
FARTHEST = 1_000_000
#: Changed with what pages hold.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    file: str
    sha256: str
    ids: tuple[str, ...]
    anchor: tuple[str, str] | None = None  #: an interview that was finished, and when


@dataclass(slots=True)
class State:
    """What was collected of a survey."""

    sid: int
    meaning: str  #: of the questionnaire that pages were held to
    link: str  #: the fingerprint of the key of pseudonyms
    format: int = FORMAT
    pages: list[Page] = field(default_factory=list)
    unfinished: dict[str, str] = field(default_factory=dict)  #: when they were last changed, by number
    dropped: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def ids(self) -> dict[str, int]:
        """The newest page of each interview."""
        return {id_: place for place, page in enumerate(self.pages) for id_ in page.ids}


#: What makes a page of our own of rows of the server: its frame, and what was dropped; nothing if it has faults.
Reader = Callable[[list[dict[str, Any]]], "tuple[pd.DataFrame, list[tuple[str, str, int]]] | None"]


class Pages:
    """The pages of a survey in a folder beside its answers."""

    def __init__(self, folder: Path, fresh: State) -> None:
        self.folder = folder / FOLDER
        self.state = self._known(fresh) or fresh

    def _known(self, fresh: State) -> State | None:
        """Read what was collected before, as far as it is of the same survey and its files are whole."""
        try:
            told = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if {name: told.get(name) for name in ("format", "sid", "meaning")} != {
            "format": FORMAT, "sid": fresh.sid, "meaning": fresh.meaning}:  # fmt: skip
            return None
        if told["link"] != fresh.link:
            raise DuzhengError(
                Fault("DZ-Q010", found="another key of pseudonyms than the wave was collected with",
                      expected=f"the key with the fingerprint {told['link']}",
                      hint="take the key that was kept; or remove what was collected, and collect it anew")
            )  # fmt: skip
        pages = [
            Page(page["file"], page["sha256"], tuple(page["ids"]), tuple(page["anchor"]) if page["anchor"] else None)
            for page in told["pages"]
        ]
        whole = [page for page in pages if self._is_whole(page)]
        dropped = [(name, what, number) for name, what, number in told["dropped"]]
        state = State(**{**told, "pages": whole, "dropped": dropped})
        # What was on a page that is damaged is looked for as what was not finished.
        lost = {id_ for page in pages if page not in whole for id_ in page.ids} - state.ids.keys()
        state.unfinished |= dict.fromkeys(lost, "")
        return state

    def _is_whole(self, page: Page) -> bool:
        path = self.folder / page.file
        return path.is_file() and content_hash(path) == page.sha256

    def add(self, rows: list[dict[str, Any]], read: Reader) -> None:
        """Write a page, and then that it is there: a file that the state does not name is none."""
        made = read(rows)
        if made is None:
            return
        frame, dropped = made
        finished = next((row for row in rows if row.get("submitdate")), None)
        anchor = (str(finished["id"]), stamp_of(finished)) if finished else None
        self.state.pages.append(self._written(frame, anchor))
        self.state.dropped += dropped
        for id_ in frame["id"]:
            self.state.unfinished.pop(id_, None)
        self.state.unfinished |= {str(row["id"]): stamp_of(row) for row in rows if not row.get("submitdate")}
        self._save()

    def _written(self, frame: pd.DataFrame, anchor: tuple[str, str] | None) -> Page:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / ".page.part"
        frame.to_parquet(part, index=False, compression="zstd")
        digest = content_hash(part)
        name = f"{int(frame['id'].iloc[0]):09d}-{digest[:12]}.parquet"
        part.replace(self.folder / name)
        return Page(name, digest, tuple(frame["id"]), anchor)

    def forget(self, ids: set[str]) -> None:
        """Take answers that were deleted on the server out of every page."""
        import pandas as pd

        kept = []
        for page in self.state.pages:
            if ids.isdisjoint(page.ids):
                kept.append(page)
                continue
            frame = pd.read_parquet(self.folder / page.file)
            frame = frame[~frame["id"].isin(ids)]
            anchor = page.anchor if page.anchor and page.anchor[0] not in ids else None
            kept += [self._written(frame, anchor)] if len(frame) else []
        self.state.pages = kept
        for id_ in ids:
            self.state.unfinished.pop(id_, None)
        self.tidy()

    def _save(self) -> None:
        part = self.folder / f".{STATE}.part"
        part.write_text(json.dumps(asdict(self.state), ensure_ascii=False), encoding="utf-8")
        part.replace(self.folder / STATE)

    def frame(self) -> pd.DataFrame:
        """Give all interviews, each as it was collected last, in the order of their numbers.

        Raises
        ------
        RuntimeError
            If one stands twice, or is not there.
        """
        import pandas as pd

        newest = self.state.ids
        parts = []
        for place, page in enumerate(self.state.pages):
            ids = [id_ for id_ in page.ids if newest[id_] == place]
            if ids:
                frame = pd.read_parquet(self.folder / page.file)
                parts.append(frame if len(ids) == len(frame) else frame[frame["id"].isin(ids)])
        if not parts:
            return pd.DataFrame()
        whole = pd.concat(parts, ignore_index=True)
        if whole["id"].duplicated().any() or len(whole) != len(newest):
            raise RuntimeError("pages of answers with doubles or gaps")
        order = pd.to_numeric(whole["id"]).argsort(kind="stable")
        return whole if order.is_monotonic_increasing else whole.iloc[order].reset_index(drop=True)

    def tidy(self) -> None:
        """Remove pages that hold nothing that was collected last, and files of no page."""
        newest = {self.state.pages[place].file for place in self.state.ids.values()}
        self.state.pages = [page for page in self.state.pages if page.file in newest]
        if self.folder.is_dir():
            self._save()
            for path in self.folder.glob("*.parquet"):
                if path.name not in newest:
                    path.unlink()


def update(pages: Pages, exports: Exports, read: Reader, *, page: int = PAGE) -> set[str]:
    """Collect interviews that are new, and anew those that were changed; give those that the server has no more.

    Notes
    -----
    What was finished does not change: LimeSurvey lets nobody go back to it, unless it is told to. Only the interviews
    that were not finished when they were collected are looked at again. If the server has another number of interviews
    than it should, every interview that is known is looked for.

    Raises
    ------
    DuzhengError
        DZ-L007 if the interviews on the server are others under the same numbers.
    """
    _same(pages, exports)
    known = {*pages.state.ids, *pages.state.unfinished}
    _changed(pages, exports, read, page)
    new = _new(pages, exports, read, page, known)
    if exports.count() == len(known) + len(new):
        return set()
    # Somebody deleted answers, or some came late with a lower number than others.
    there: set[str] = set()
    ids = sorted(map(int, known))
    for place in range(0, len(ids), page):
        last = ids[place + page] - 1 if place + page < len(ids) else ids[-1]
        there |= exports.stamps(ids[place] if place else 1, last).keys()
    _again(pages, exports, read, page, there - known)
    return known - there


def _same(pages: Pages, exports: Exports) -> None:
    """Hold one finished interview of each page to the one that was collected."""
    newest = pages.state.ids
    anchors = {page.anchor[0]: (place, page.anchor[1]) for place, page in enumerate(pages.state.pages) if page.anchor}
    for id_, (place, stamp) in anchors.items():
        now = exports.stamps(int(id_), int(id_)).get(id_, stamp)
        if newest.get(id_) == place and now != stamp:
            raise DuzhengError(
                Fault("DZ-L007", found=f"another interview under the number {id_} than the one that was collected",
                      expected="the same answers as before, and new ones",
                      hint=f"was the survey closed and activated anew? Keep what was collected, move "
                      f"{pages.folder.name} away, and collect the new answers by themselves")
            )  # fmt: skip


def _new(pages: Pages, exports: Exports, read: Reader, page: int, known: set[str]) -> set[str]:
    """Collect what comes after the last interview that is known; give the numbers."""
    first = max(map(int, known), default=0) + 1
    there, width, empty = exports.count() - len(known), page, 0
    found: set[str] = set()
    waiting: list[dict[str, Any]] = []
    while there - len(found) > page and empty < FARTHEST:
        rows = exports.rows(first, first + width - 1)
        # Numbers may have been left out: then look further at once, but never for more than a server gives at once.
        first, empty = first + width, 0 if rows else empty + width
        width = page if len(rows) > page / 4 else min(2 * width, 4 * page)
        found |= {str(row["id"]) for row in rows}
        waiting += rows
        if len(waiting) >= page:
            pages.add(waiting, read)
            waiting = []
    waiting += exports.rows(first)
    if waiting:
        pages.add(waiting, read)
    return found | {str(row["id"]) for row in waiting}


def _changed(pages: Pages, exports: Exports, read: Reader, page: int) -> None:
    """Collect anew what was not finished when it was collected, and was changed since."""
    before = pages.state.unfinished
    if before:
        now = exports.stamps(1, max(map(int, {*before, *pages.state.ids})), finished=False)
        _again(pages, exports, read, page, {id_ for id_, stamp in before.items() if now.get(id_) != stamp})


def _again(pages: Pages, exports: Exports, read: Reader, page: int, wanted: set[str]) -> None:
    for ids in _ranges(sorted(map(int, wanted)), page):
        rows = [row for row in exports.rows(ids[0], ids[-1]) if str(row["id"]) in wanted]
        if rows:
            pages.add(rows, read)


def _ranges(ids: Sequence[int], page: int) -> Iterator[list[int]]:
    """Put numbers together that lie near each other, a page at most from the first to the last."""
    found: list[int] = []
    for id_ in ids:
        if found and (id_ - found[-1] > NEAR or id_ - found[0] >= page):
            yield found
            found = []
        found.append(id_)
    if found:
        yield found
