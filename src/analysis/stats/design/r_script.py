"""The same numbers in R: a script and its data, so that anyone can replicate a figure without this package."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.design.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.margins import Margin

SCRIPT, DATA = "replicate.R", "data.csv"
#: The columns of an estimate that R's numbers are compared with.
COMPARED = ("estimate", "se", "statistic", "p")
LONELY = {"error": "fail"}
VERBS = {"mean": "svymean", "total": "svytotal", "variance": "svyvar"}
HEAD = """\
# Needs R with the package survey. Run it in this folder: Rscript replicate.R
suppressMessages(library(survey))
options(survey.lonely.psu = "{lonely}", digits = 15)
data <- read.csv("data.csv", check.names = FALSE, fileEncoding = "UTF-8", stringsAsFactors = FALSE)

compare <- function(file, ...) {{
  ours <- read.csv(file, check.names = FALSE, fileEncoding = "UTF-8")
  theirs <- list(...)
  for (name in names(theirs)) {{
    r <- as.numeric(theirs[[name]])
    here <- ours[[name]]
    away <- abs(r - here) / pmax(abs(here), 1e-6)  # a standard error of 0 comes out as 1e-17 in R
    cat(sprintf("%s %s: %d numbers, largest relative difference %.2e\\n", file, name, sum(!is.na(away)),
                max(c(0, away), na.rm = TRUE)))
    print(cbind(here = here, r = r))
  }}
}}
whole <- function(parts) list(estimate = unlist(lapply(parts, coef)), se = unlist(lapply(parts, SE)))
"""


class Script(Sample):
    """The verb that writes R; see :class:`analysis.stats.SurveyDesign`."""

    def as_r(self, folder: str | Path, *estimates: Any, script: str = "", columns: Sequence[str] = ()) -> Path:
        """Write an R script with its data that makes this design and computes the same estimates.

        Parameters
        ----------
        folder
            Where ``replicate.R``, ``data.csv`` and one ``estimate-k.csv`` an estimate are written; made if needed.
        estimates
            Frames that this design's ``mean``, ``total``, ``variance``, ``ratio``, ``proportion``, ``chisq``, ``ttest``
            or ``ranktest`` gave, or what ``regress`` gave. Only the columns that they need go into the data.
        script, columns
            More R code, which is written at the end, and the columns that it needs of ``data``.

        Returns
        -------
        pathlib.Path
            The script. It prints our numbers beside R's, and the largest relative difference.

        Raises
        ------
        analysis.messages.DuzhengError
            DZ-S002 for a frame that no verb of a design gave, or a table that is not in memory.

        Notes
        -----
        Weights after ``nonresponse`` are written as they came out; post-strata, raking, calibration and trimming are
        done again by R. Where ours differ from R's on purpose (a domain in one PSU; ties of ranks; see the methods),
        the script shows it.

        Examples
        --------
        >>> import pandas as pd, tempfile
        >>> from analysis.stats import SurveyDesign
        >>> design = SurveyDesign(pd.DataFrame({"w": [1.0, 2, 2], "y": [1, 3, 4]}), weights="w")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     text = design.as_r(folder, design.mean("y")).read_text(encoding="utf-8")
        >>> print(next(line for line in text.splitlines() if line.startswith("design")))
        design <- svydesign(ids = ~1, weights = ~w, data = data)
        """
        data = self.in_memory("as_r")
        frames = [getattr(e, "table", e) for e in estimates]
        asked = [getattr(frame, "attrs", {}).get("request", {}) for frame in frames]
        if not all(asked):
            hint = "give what a verb of the design gave, before it is merged or copied by hand"
            raise DuzhengError(wrong("an estimate that does not say what was asked", "a frame of a design", hint))
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        lines = [HEAD.format(lonely=LONELY.get(self.lonely_psu, self.lonely_psu))]
        used, design_lines = self._design_lines()
        blocks = []
        for number, (frame, request) in enumerate(zip(frames, asked, strict=True), 1):
            used += request["columns"]
            name = f"estimate-{number}.csv"
            frame.to_csv(target / name, index=False, encoding="utf-8", float_format="%.17g")
            blocks.append(f"# {request['verb']}\n" + _block(name, request, frame))
        used += columns
        columns = [name for name in dict.fromkeys(used) if name in data.columns]
        written = data[columns].copy()
        written["duzheng_weight"] = self._written_weight()
        written.to_csv(target / DATA, index=False, encoding="utf-8", float_format="%.17g")
        units = {self.psu, self.ssu}  # only told apart: their values need no order
        lines += [_factor(name, data[name]) for name in columns if not _is_numeric(data[name]) and name not in units]
        path = target / SCRIPT
        path.write_text("\n".join([*lines, *design_lines, "", *blocks, *([script] if script else [])]) + "\n",
                        encoding="utf-8")  # fmt: skip
        return path

    def _written_weight(self) -> Any:
        last = next((step for step in reversed(self.steps) if step.verb == "nonresponse"), None)
        if last is not None:
            return last.after
        return self.steps[0].before if self.steps else self.plan.weight

    def _design_lines(self) -> tuple[list[str], list[str]]:
        fpc = list(self.fpc) if isinstance(self.fpc, tuple) else [self.fpc] if self.fpc else []
        ids = [self.psu, self.ssu] if len(fpc) > 1 else [self.psu]
        named = [name for name in ids if name]
        weight = self.weights if not any(s.verb == "nonresponse" for s in self.steps) else "duzheng_weight"
        parts = [f"ids = ~{' + '.join(map(_name, named)) or '1'}"]
        parts += [f"strata = ~{_name(self.strata)}"] if self.strata else []
        parts += [f"weights = ~{_name(weight)}"]
        parts += [f"fpc = ~{' + '.join(map(_name, fpc))}"] if fpc else []
        parts += ["nest = TRUE"] if self.strata and self.psu and self.nest else []
        lines = [f"design <- svydesign({', '.join(parts)}, data = data)"]
        columns = [*named, *([self.strata] if self.strata else []), self.weights, *fpc]
        last = max((k for k, s in enumerate(self.steps) if s.verb == "nonresponse"), default=-1)
        for step in self.steps[last + 1 :]:
            columns += [name for margin in step.margins for name in margin.names]
            lines.append(f"design <- {_step(step, self.data)}")
        return columns, lines


def request(verb: str, columns: Sequence[str], **arguments: Any) -> dict[str, Any]:
    """Say in a frame's ``attrs`` what was asked, so that it can be asked of R."""
    return {"verb": verb, "columns": list(dict.fromkeys(columns)), **arguments}


def _block(file: str, asked: dict[str, Any], frame: pd.DataFrame) -> str:
    """Ask R for one estimate and compare."""
    verb, by = asked["verb"], asked["by"]
    if verb in {"regress", "chisq", "ttest", "ranktest"}:
        return _tests(file, asked, frame)
    calls = []
    for name in asked["variables"]:
        what = f"~factor({_name(name)})" if verb == "proportion" else f"~{_name(name)}"
        function = VERBS.get(verb, "svymean")
        if verb == "ratio":
            function, below = "svyratio", f"~{_name(asked['denominator'])}"
            call = (
                f"svyby({what}, {_by(by)}, denominator = {below}, design, svyratio, na.rm = TRUE)" if by
                else f"svyratio({what}, {below}, design, na.rm = TRUE)"
            )  # fmt: skip
        else:
            call = f"svyby({what}, {_by(by)}, design, {function}, na.rm = TRUE)" if by else (
                f"{function}({what}, design, na.rm = TRUE)"
            )  # fmt: skip
        calls.append(call)
    lines = ",\n  ".join(calls)
    return f'do.call(compare, c("{file}", whole(list(\n  {lines}\n))))\n'


def _tests(file: str, asked: dict[str, Any], frame: pd.DataFrame) -> str:
    """Ask R for regressions and tests, in one subset a domain."""
    verb, by = asked["verb"], asked["by"]
    domains = frame[by].drop_duplicates().to_dict("records") if by else [{}]
    parts = []
    for labels in domains:
        where = " & ".join(f"{_name(str(name))} == {_literal(value)}" for name, value in labels.items())
        plan = f"subset(design, {where})" if where else "design"
        if verb == "regress":
            family = {"gaussian": "gaussian()", "binomial": "quasibinomial()"}.get(asked["family"], "")
            call = (
                f"svyglm({asked['formula']}, {plan}, family = {family}, control = list(epsilon = 1e-14))" if family
                else f"svyolr({asked['formula']}, {plan})"
            )  # fmt: skip
            parts.append(f"local({{m <- {call}; list(estimate = coef(m), se = SE(m))}})")
        elif verb == "chisq":
            formula = f"~{_name(asked['rows'])} + {_name(asked['across'])}"
            call = f'svychisq({formula}, {plan}, statistic = "{asked["statistic"]}")'
            parts.append(f"local({{m <- {call}; list(statistic = m$statistic, p = m$p.value)}})")
        else:
            for name in asked["variables"]:
                right = _name(asked["group"]) if asked["group"] else "1"
                extra = f', test = "{RANKS[asked["test"]]}"' if verb == "ranktest" else ""
                call = f"svy{verb}({_name(name)} ~ {right}, {plan}{extra})"
                parts.append(f"local({{m <- {call}; list(statistic = m$statistic, p = m$p.value)}})")
    lines = ",\n  ".join(parts)
    names = ("estimate", "se") if verb == "regress" else ("statistic", "p")
    pick = ", ".join(f'{name} = unlist(lapply(found, `[[`, "{name}"))' for name in names)
    return f'found <- list(\n  {lines}\n)\ncompare("{file}", {pick})\n'


RANKS = {"wilcoxon": "wilcoxon", "vanderwaerden": "vanderWaerden", "median": "median"}


def _step(step: Any, data: Any) -> str:
    """Do one step of the weighting again."""
    if step.verb == "poststratify":
        margin = step.margins[0]
        return f"postStratify(design, ~{' + '.join(map(_name, margin.names))}, {_population(margin)})"
    if step.verb == "rake":
        formulas = ", ".join(f"~{' + '.join(map(_name, m.names))}" for m in step.margins)
        frames = ", ".join(map(_population, step.margins))
        control = "control = list(maxit = 1000, epsilon = 1e-12)"
        return f"rake(design, list({formulas}), list({frames}), {control})"
    if step.verb == "trim":
        given = step.arguments
        high = "Inf" if np.isinf(given["upper"]) else repr(given["upper"])
        strict = str(given["strict"]).upper()
        return f"trimWeights(design, lower = {given['lower']!r}, upper = {high}, strict = {strict})"
    return _calibrate(step, data)


def _calibrate(step: Any, data: Any) -> str:
    """Write a calibration as one formula with R's contrasts: the constant, then all but the first of each category."""
    whole = next((float(m.totals.sum()) for m in step.margins if m.code is not None), None)
    terms, totals = (["0"], []) if whole is None else ([], [whole])
    for margin in step.margins:
        if len(margin.names) > 1:
            hint = "make one column of the combination, or use poststratify"
            raise DuzhengError(wrong(f"calibration to {margin.title} in R", "margins of one column", hint))
        if margin.code is None:
            terms.append(_name(margin.names[0]))
            totals += margin.totals.tolist()
        elif margin.names:
            values = [label[0] for label in margin.labels]
            order = [values.index(value) for value in _categories(data[margin.names[0]]) if value in values]
            terms.append(f"factor({_name(margin.names[0])})")
            totals += margin.totals[order[1:]].tolist()
    given = step.arguments["bounds"]
    bounds = f", bounds = c({_number(given[0])}, {_number(given[1])})" if given else ""
    return (
        f"calibrate(design, ~{' + '.join(terms) or '1'}, c({', '.join(map(_number, totals))}), "
        f'calfun = "{step.arguments["method"]}", epsilon = 1e-12, maxit = 1000{bounds})'
    )


def _population(margin: Margin) -> str:
    columns = [
        f"{_name(name)} = c({', '.join(_literal(label[k]) for label in margin.labels)})"
        for k, name in enumerate(margin.names)
    ]
    return f"data.frame({', '.join(columns)}, Freq = c({', '.join(map(_number, margin.totals))}), check.names = FALSE)"


def _by(by: list[str]) -> str:
    """Write domains so that R varies them in our order: its first varies fastest."""
    return f"~{' + '.join(_name(name) for name in reversed(by))}"


def _categories(column: Any) -> list[Any]:
    """List the values of a column in the order that domains have."""
    return list(column.cat.categories) if hasattr(column, "cat") else sorted(column.dropna().unique())


def _factor(name: str, column: Any) -> str:
    levels = ", ".join(_literal(str(value)) for value in _categories(column))
    extra = ", ordered = TRUE" if hasattr(column, "cat") and column.cat.ordered else ""
    return f"data[[{_literal(name)}]] <- factor(data[[{_literal(name)}]], levels = c({levels}){extra})"


def _is_numeric(column: Any) -> bool:
    from pandas.api import types

    return bool(types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype))


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9._]*", name) else "`" + name.replace("`", "\\`") + "`"


def _literal(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return '"True"' if value else '"False"'
    if isinstance(value, int | float | np.number):
        return _number(float(value))
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _number(value: float) -> str:
    return "Inf" if value == np.inf else "-Inf" if value == -np.inf else f"{value:.17g}"
