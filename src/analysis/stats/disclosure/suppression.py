"""Suppression: the least that must be hidden besides the sensitive cells, so that none of them can be inferred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.stats.disclosure.intervals import needed, reach
from analysis.stats.disclosure.search import EFFORT, Search
from analysis.stats.disclosure.system import listed, system_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, slots=True)
class Suppression:
    """A pattern of hidden cells that the audit passed.

    Parameters
    ----------
    pattern
        One row a cell, by name: ``cell``; ``status``, of ``published``, ``primary`` (sensitive), ``secondary`` (hidden
        for others), ``known`` (published before) and ``latent`` (never printed); ``reason`` of a sensitive one;
        ``lower`` and ``upper``, the narrowest interval that an outsider can infer (missing of a latent one that is not
        sensitive). **Not for publication:** which cell is primary and which secondary, and the intervals, tell more
        than the release does.
    cost
        Sum of the weights of what is hidden besides the sensitive cells.
    bound
        What every pattern that protects the cells costs at least.
    proved
        Whether nothing cheaper protects them.
    accepted
        Cells whose exposure was accepted.
    """

    pattern: pd.DataFrame
    cost: float
    bound: float
    proved: bool
    accepted: tuple[Any, ...] = ()

    @property
    def suppressed(self) -> tuple[Any, ...]:
        """The cells that are not to be printed."""
        return tuple(self.pattern.loc[self.pattern["status"].isin(["primary", "secondary"]), "cell"])


def suppress(
    cells: pd.DataFrame, relations: pd.DataFrame, sensitive: pd.DataFrame, *, accepted: Iterable[Any] = (),
    insiders: bool = False, zeros: bool = False, effort: float = 1.0, whole: bool = True,
) -> Suppression:  # fmt: skip
    """Find the least that must be hidden besides the sensitive cells, so that no sensitive cell can be inferred.

    Parameters
    ----------
    cells, relations, whole
        As :func:`~analysis.stats.disclosure.system.system_of` reads them, with true values. Cells that were
        ``published_before`` hide nothing; what is hidden for others costs its ``weight``.
    sensitive
        As :func:`~analysis.stats.disclosure.sensitivity.primary` gives it.
    accepted
        Sensitive cells whose exposure is accepted: they are hidden, and need not be protected.
    insiders
        Whether whoever stands alone in a cell (``clusters`` of 1) must not infer another one with it.
    zeros
        Whether cells without contributors may be hidden for others; who knows that nobody is there sees through it.
    effort
        How long the least pattern is looked for before a quick one is taken; 10 is ten times as long. Patterns of one
        effort are always the same.

    Returns
    -------
    Suppression
        The pattern, with its cost and the proof.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for frames that are wrong; DZ-S005 with every cell that cannot be protected, and why.

    Notes
    -----
    The cell suppression problem, minimise Σ weight × hidden such that
    :func:`~analysis.stats.disclosure.intervals.exposed` finds nothing, by the cutting planes of Fischetti and
    Salazar-González (2001), Management Science 47(7): the cheapest choice that meets the covers known so far is
    audited by linear programs, whose prices give the covers that it does not meet. It ends with the least pattern,
    and ``proved``. Where that takes more than ``effort``, the pattern is that of
    :func:`~analysis.stats.disclosure.flows.flows`, audited alike, with what the least costs at least as the bound.
    What no relation and no pattern joins is solved apart. Published values are taken as known exactly, so that
    rounding protects besides. In R ``sdcTable::protectTable``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.stats.disclosure.sensitivity import primary
    >>> cells = pd.DataFrame({"cell": list("abct"), "value": [3, 20, 50, 73], "n": [3, 20, 50, 73]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": list("abct"), "coefficient": [1, 1, 1, -1]})
    >>> found = suppress(cells, relations, primary(cells))
    >>> found.pattern[["cell", "status", "lower", "upper"]]
      cell     status  lower  upper
    0    a    primary    0.0   23.0
    1    b  secondary    0.0   23.0
    2    c  published   50.0   50.0
    3    t  published   73.0   73.0
    >>> found.cost, found.proved
    (20.0, True)
    """
    import pandas as pd

    system = system_of(cells, relations, whole=whole)
    needs = needed(system, sensitive)
    accepted = tuple(accepted)
    needs["accepted"] = np.isin(needs["at"], system.places(accepted, "accepted"))
    hidden = system.latent.copy()
    lower, upper = (np.where(system.latent, np.nan, system.value) for _ in range(2))
    faults: list[Fault] = []
    cost = bound = 0.0
    for block in system.blocks():
        mine = needs[np.isin(needs["at"], block)]
        if not len(mine):
            continue
        search = Search(system.part(block), mine.assign(at=np.searchsorted(block, mine["at"])),
                         insiders=insiders, zeros=zeros)  # fmt: skip
        if not search.run(effort * EFFORT):
            faults += _faults(search)
            continue
        here = search.choices.hidden(search.chosen, search.system.latent)
        hidden[block] = here
        at = np.flatnonzero(here & ~search.system.latent | np.isin(np.arange(len(block)), search.at))
        lower[block[at]], upper[block[at]], _ = reach(search.outsider, here, at)
        cost, bound = cost + search.cost, bound + search.bound
    if faults:
        raise DuzhengError(*faults)
    reasons = pd.Series(sensitive["reason"].to_numpy(), index=sensitive["cell"].to_numpy())
    reason = pd.Series(system.cells).map(reasons)
    status = np.select([system.latent, hidden & reason.notna(), hidden, system.known],
                       ["latent", "primary", "secondary", "known"], "published")  # fmt: skip
    pattern = pd.DataFrame({"cell": system.cells, "status": status, "reason": reason, "lower": lower, "upper": upper})
    return Suppression(pattern, cost, min(bound, cost), cost <= bound * (1 + 1e-9), accepted)


def _faults(search: Search) -> list[Fault]:
    """Say which cells cannot be protected, and what is in the way."""
    system = search.system
    found = []
    for i, lower, upper, blame in search.unprotected():
        cell = int(search.at[i])
        what = f"can be inferred to be {lower:g} to {upper:g} even if all is hidden that may be"
        hint = "hide the totals around it as well, or merge it with another cell"
        if system.known[cell]:
            what, hint = "was published before", "it cannot be taken back: name it in accepted if that is lived with"
        elif blame == "known":
            given = listed(system.cells[system.known])
            hint = f"what was published before gives it away ({given}): merge cells, or name it in accepted"
        elif blame == "weight":
            hint = f"let more be hidden than is now ({listed(system.cells[np.isinf(system.weight)])} must not be)"
        elif blame == "insider":
            what = "one who stands alone in another cell can infer, whatever else is hidden"
            hint = "merge it with another cell, or name it in accepted"
        wanted = f"{search.low[i]:g} or less to {search.high[i]:g} or more, {search.width[i]:g} wide at least"
        found.append(Fault("DZ-S005", f"the cell {system.cells[cell]}, which {what}", wanted, hint))
    if not found:
        raise RuntimeError("no pattern was found, though there is one")
    return found
