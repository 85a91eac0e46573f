"""Words: what results, their charts and the page of fieldwork say, in two languages; one YAML file a verb."""

from __future__ import annotations

from functools import cache
from importlib import resources

from analysis.messages import Language, Texts, pick


@cache
def words(name: str) -> dict[str, Texts]:
    """Give what a verb says, by key.

    >>> words("results")["rows"]["en"]
    'Answers'
    """
    from ruamel.yaml import YAML

    source = resources.files("analysis.satisfaction").joinpath("texts", f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Texts] = YAML(typ="safe", pure=True).load(source)
    return loaded


def said(name: str, key: str, language: Language, /, **values: object) -> str:
    """Say something in a language, with values put in.

    >>> said("results", "yes", "zh-Hans")
    '是'
    """
    return pick(words(name)[key], language).format(**values)
