"""New questionnaires: the next wave of one, or a first."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.messages import DuzhengError, Fault
from analysis.surveys.survey import FOLDER
from analysis.workspace.yaml_files import dump_editable, load_editable, read_yaml

#: What a first questionnaire begins with: everything that must be there, to be written over.
TEMPLATE = """\
# yaml-language-server: $schema=schema.json
id: {id}
wave: {wave}
respondent: {respondent}
languages: [zh-Hans, en]
title: {{zh-Hans: 待定, en: TBD}}
welcome: {{zh-Hans: 待定, en: TBD}}
consent:
  text: {{zh-Hans: 参加是自愿的。您可以不回答任何一题，也可以随时停下。, en: Taking part is voluntary. You may leave out any question and stop at any time.}}
  privacy: {{zh-Hans: 这份问卷不记名；结果只按区汇总。, en: Your answers are anonymous; results are published for districts only.}}
closing: {{zh-Hans: 谢谢您的回答！, en: Thank you for your answers!}}
minutes: 10
selection:
  kind: probability
  frame: 待定
  strata: [district]
  psu: school
  log: data/frames/{id}-{wave}.csv
expected: {{total: 10000, rate: 0.7, groups: {{district: 16}}, cluster: 25, icc: 0.05, sd: 20}}
margins: []  # what will the answers be weighted to?
sections:
  - id: first
    title: {{zh-Hans: 待定, en: TBD}}
    items:
      - {{item: {item}}}
analyses:
  items: [{item}]
"""  # noqa: E501  one text a line, as questionnaires have it


def new_survey(
    root: Path,
    id: str,  # noqa: A002
    wave: int,
    *,
    like: str = "",
    respondent: str = "public",
    item: str = "",
) -> Path:
    """Write a new questionnaire to ``surveys/ID-WAVE.yaml``.

    Parameters
    ----------
    root
        The workspace.
    id, wave
        Of the questionnaire.
    like
        The file whose copy it begins as: comments and order are kept; id, wave and years in titles and file names are
        those of the new one, allowances that spoke of the wave before are left out.
    respondent, item
        Of a first questionnaire.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DuzhengError
        DZ-Q007 if the file is there already, or ``like`` is not.
    """
    path = root / FOLDER / f"{id}-{wave}.yaml"
    if path.exists():
        name = path.relative_to(root).as_posix()
        hint = "edit it, or choose another wave"
        raise DuzhengError(Fault("DZ-Q007", found=name, expected="a file that is not there", hint=hint))
    if not like:
        path.write_text(TEMPLATE.format(id=id, wave=wave, respondent=respondent, item=item or "…"), encoding="utf-8")
        return path
    source = next((each for each in (Path(like), root / FOLDER / f"{like}.yaml") if each.is_file()), None)
    if source is None:
        raise DuzhengError(Fault("DZ-Q007", found=repr(like), expected="a questionnaire's file",
                                 hint="see `duzheng survey list`"))  # fmt: skip
    read_yaml(source, source.name, code="DZ-Q001")
    node = load_editable(source.read_text(encoding="utf-8-sig"))
    before, name = str(node["wave"]), str(node["id"])
    node["id"], node["wave"] = id, wave
    for texts in (node["title"], node["selection"]):
        for key, value in texts.items():
            if isinstance(value, str):
                text = value.replace(f"{name}-{before}", f"{id}-{before}")
                texts[key] = re.sub(rf"(?<!\d){before}(?!\d)", str(wave), text)
    _forget(node)
    path.write_text(dump_editable(node), encoding="utf-8")
    return path


def _forget(node: object) -> None:
    """Leave out allowances that compare with the wave before (L2…)."""
    if isinstance(node, dict):
        if "allow" in node:
            node["allow"][:] = [each for each in node["allow"] if not str(each.get("rule", "")).startswith("L2")]
            if not node["allow"]:
                del node["allow"]
        for value in node.values():
            _forget(value)
    elif isinstance(node, list):
        for value in node:
            _forget(value)
