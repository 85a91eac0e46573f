"""The texts of an XLSForm in our languages."""

from __future__ import annotations

import re

from analysis.messages import Language
from analysis.surveys.formats.imported import TO_WRITE
from analysis.surveys.formats.xlsform.sheets import Row, Sheets

HAN = re.compile(r"[㐀-鿿]")
#: Columns whose texts are listed as such, and those that name a row or say nothing of what is asked.
WORDED = frozenset({"label", "hint"})
NAMED = frozenset({"type", "name", "calculation", "appearance"})


class Worded:
    """Reads labels and hints; those in other languages are counted and listed."""

    def __init__(self, sheets: Sheets, unplaced: list[str]) -> None:
        self.sheets, self.unplaced = sheets, unplaced
        self.columns = self.languages()

    def languages(self) -> dict[str, Language]:
        """Say which language each ending of a column is; list those that have no place, with their texts."""
        rows = [row for sheet in ("survey", "choices") for row in self.sheets.get(sheet, [])]
        endings: dict[str, list[Row]] = {}
        for row in rows:
            for column, text in row.cells.items():
                name, mark, said = column.partition("::")
                if name in {"label", "hint"} and text.strip():
                    endings.setdefault(mark + said, []).append(row)
        found: dict[str, Language] = {}
        for ending in sorted(endings, key=lambda ending: not ending):
            language = self.language(ending, endings[ending])
            if language:
                found[ending] = language
                continue
            count = 0
            for row in rows:
                for column in [column for column in row.cells if column.endswith(ending)]:
                    count += bool(row.take(column))
            self.unplaced.append(f"the language {ending.removeprefix('::')}: {count} texts in it")
        return found

    def language(self, ending: str, rows: list[Row]) -> Language | None:
        """Say which of our languages a column's ending names; None if none."""
        said = ending.removeprefix("::").lower()
        default = next((row.cells.get("default_language", "") for row in self.sheets.get("settings", [])), "")
        if not said and default.strip():
            said = default.strip().lower()
        if re.search(r"\(zh|中文|汉语|chinese|^zh", said):
            return "zh-Hans"
        if re.search(r"\(en|english|^en$|^en[-_]", said):
            return "en"
        if ending:
            return None
        if any(HAN.search(row.cells.get("label", "")) for row in rows):
            return "zh-Hans"
        self.unplaced.append("the texts without a language: taken as English")
        return "en"

    def text(self, row: Row, name: str = "label") -> dict[str, str]:
        """Read a label or hint in our languages; empty if there is none."""
        found: dict[str, str] = {}
        for ending, language in self.columns.items():
            if language in found or not row.cells.get(f"{name}{ending}", "").strip():
                continue
            text = row.take(f"{name}{ending}")
            asked = re.findall(r"\$\{\s*([\w-]+)\s*\}", text)
            if asked:
                what = f"the {name} of {row.cells.get('name', '').strip()} in {language}"
                self.unplaced.append(f"{what}: it repeats an answer: {', '.join(asked)}")
            found[language] = text.replace("$ {", "${")
        return found if "zh-Hans" in found or not found else TO_WRITE | found

    @staticmethod
    def words(row: Row, name: str = "label") -> list[str]:
        """Give a label or hint in every language that it has, our own or not."""
        found = [" ".join(text.split()) for column, text in row.cells.items() if column.partition("::")[0] == name]
        return list(dict.fromkeys(text for text in found if text))

    def whole(self, row: Row, what: str, kind: str, why: str = "") -> str:
        """Name a row that is listed whole, with its texts and all that it says beside them."""
        label, hint = " / ".join(self.words(row)), " / ".join(self.words(row, "hint"))
        said = ", ".join(([label] if label else []) + ([f"help “{hint}”"] if hint else []))
        name = f"the {what} {row.cells.get('name', '').strip() or kind}" + (f" ({said})" if said else "")
        rest = {column: text.strip() for column, text in row.cells.items() if text.strip() and column not in NAMED}
        count, condition = rest.pop("repeat_count", ""), rest.pop("relevant", "")
        more = [f"{count} times"] if count else []
        more += [f"if {condition}"] if condition else []
        more += [f"{column} {text!r}" for column, text in rest.items() if column.partition("::")[0] not in WORDED]
        return ", ".join([f"{name}: {why}" if why else name, *more])
