"""XLSForm's types and appearances, and what they are here."""

from __future__ import annotations

import re

TYPES = {
    "select_one": "single",
    "select_multiple": "multiple",
    "rank": "ranking",
    "integer": "numeric",
    "int": "numeric",
    "decimal": "numeric",
    "range": "numeric",
    "date": "date",
    "text": "text",
    "string": "text",
    "note": "information",
}
#: The names that selects had before; ``select_one_from_file`` is none of them.
SELECTS = re.compile(
    r"(?:add )?(?P<several>select all that apply|select_multiple|select multiple|select_one|select one|select1|rank)"
    r"(?: from| prompt using| using)? (?P<list>\S.*)"
)
#: What a program notes by itself: nothing that is asked.
NOTED = frozenset({"start", "end", "today", "deviceid", "username", "audit", "simserial", "phonenumber", "subscriberid",
                   "email", "uri:deviceid", "start-geopoint", "background-audio"})  # fmt: skip
#: How something looks, whose meaning stays.
LOOKS = re.compile(
    r"field-list|table-list|minimal|quick|quickcompact|compact(-\d+)?|horizontal(-compact)?|vertical|likert|label|list"
    r"|list-nolabel|multiline|columns(-\d+|-pack)?|no-buttons|no-ticks|picker|autocomplete|w\d+|no-calendar|spinners|numbers"
    r"|thousands-sep|rating|distress|search"
)
