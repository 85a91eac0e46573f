"""Facts as cells: in which measure each number is printed, and with how many decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings.gathered import cells_of
from analysis.findings.measures import PERCENT, of_change

if TYPE_CHECKING:
    import pandas as pd

    from analysis.messages import Texts
    from analysis.workspace import Catalogue, Indicator

#: Decimals of what is derived; levels and changes have their indicator's.
DECIMALS = {"growth": 1, "share": 1, "cv": 3, "place": 0, "peers": 0}
#: The measure of what is derived, where it is not its indicator's; None for none.
MEASURES: dict[str, Texts | None] = {"growth": PERCENT, "share": PERCENT, "cv": None, "place": None, "peers": None}


def cells_of_facts(found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Give facts as cells: with measure, decimals, and how they were computed."""
    return cells_of(
        {
            "id": row["cell"],
            "value": row["value"],
            "unit": row["unit"],
            "indicator": row["indicator"],
            "year": row["year"],
            "base_year": row["base_year"],
            "statistic": row["statistic"],
            "measure": measure_of(row["statistic"], catalogue[row["indicator"]]),
            "counted": counted_of(row["statistic"], catalogue[row["indicator"]]),
            "decimals": decimals_of(row["statistic"], catalogue[row["indicator"]]),
            "how": row["status"] + (f" from {row['made_of'].replace(';', ', ')}" if row["made_of"] else ""),
            "sources": row["sources"],
        }
        for row in found.to_dict("records")
    )


def measure_of(statistic: str, indicator: Indicator) -> Texts | None:
    """Give the measure in which a statistic of an indicator is printed; None for none.

    A change of percentages is in percentage points.
    """
    if statistic in MEASURES:
        return MEASURES[statistic]
    if not any(indicator.measure.values()):
        return None
    return of_change(indicator.measure) if statistic == "change" else indicator.measure


def counted_of(statistic: str, indicator: Indicator) -> Texts | None:
    """Give what a statistic of an indicator counts, where sentences name it in the place of the measure."""
    return None if statistic in MEASURES else indicator.counted


def decimals_of(statistic: str, indicator: Indicator) -> int:
    """Give the decimals with which a statistic of an indicator is shown."""
    return DECIMALS.get(statistic, indicator.decimals)


def is_percentage(indicator: Indicator) -> bool:
    """Tell whether an indicator is in per cent."""
    return indicator.measure["zh-Hans"] == PERCENT["zh-Hans"]
