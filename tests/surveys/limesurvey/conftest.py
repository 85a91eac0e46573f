"""A LimeSurvey server: a real one where the environment names it, else its recorded answers.

With LIMESURVEY_URL set, tests marked ``limesurvey`` talk to that server, and record what is said where DUZHENG_RECORD
is 1. Without it they replay ``cassettes/MODULE.TEST.json.gz``. Recordings hold no host, user, password, session key or
token.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import defaultdict
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import citric.session
import pytest
import vcr
from tests.conftest import questionnaires
from tests.surveys.test_lint import surveys_of
from vcr.serialize import deserialize, serialize
from vcr.serializers import jsonserializer

from analysis.surveys import read_bank, read_survey
from analysis.surveys.formats.source import source_of, survey_of
from analysis.surveys.limesurvey import connection as connections
from analysis.surveys.limesurvey import lock as locks
from analysis.surveys.limesurvey.connection import Server, connect, server_of
from analysis.surveys.limesurvey.live import read_settings_of

FORM = Path(__file__).with_name("form.yaml")
CASSETTES = Path(__file__).with_name("cassettes")
#: The questionnaires of this repository as they were when traffic was recorded: later edits don't stale it.
SOURCES = CASSETTES / "questionnaires.json.gz"
RECORDED = Server("https://limesurvey.invalid/index.php/admin/remotecontrol", "user", "password")
TALKS = "LIMESURVEY_URL" in os.environ
RECORDS = TALKS and os.environ.get("DUZHENG_RECORD") == "1"
KEY = re.compile(r"[A-Za-z0-9_~-]{32}")
TOKEN = re.compile(r'"token": ?"([A-Za-z0-9_~-]{10,36})"')
EMAIL = re.compile(r'"adminemail": ?"[^"]*"')


class Archive:
    """Keeps a cassette as packed JSON."""

    @staticmethod
    def load_cassette(path, serializer):
        if not Path(path).is_file():
            raise vcr.persisters.filesystem.CassetteNotFoundError
        return deserialize(gzip.decompress(Path(path).read_bytes()).decode(), serializer)

    @staticmethod
    def save_cassette(path, cassette_dict, serializer):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(serialize(cassette_dict, serializer).encode(), compresslevel=9, mtime=0)
        Path(path).write_bytes(packed)


class Masks:
    """Takes out of traffic who said it, and where; tokens are numbered, so that what is sent with them still fits."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def request(self, request):
        if request.method != "POST":
            return None  # a page that respondents see
        said = json.loads(request.body or b"{}")
        params = list(said.get("params", []))
        if said.get("method") == "get_session_key":
            params = ["user", "password", "Authdb"]
        elif said.get("method") == "import_survey":
            params = ["key", "structure", *params[2:]]  # it stands in the answers that come after
        else:
            params[:1] = ["key"]
        text = self._tokens(json.dumps({"method": said.get("method"), "params": params}, ensure_ascii=False))
        request.uri, request.headers = RECORDED.url, {}
        request.body = text.encode()
        return request

    def response(self, response):
        text = response["body"]["string"].decode()
        for token in TOKEN.findall(text):
            self.tokens.setdefault(token, f"token{len(self.tokens) + 1:011d}")
        found = json.loads(text) if text.startswith("{") else {}
        if isinstance(found.get("result"), str) and KEY.fullmatch(found["result"]):
            text = json.dumps(found | {"result": "key"})
        text = EMAIL.sub('"adminemail": "someone@example.org"', self._tokens(text))
        response["body"]["string"] = text.encode()
        response["headers"] = {}
        return response

    def _tokens(self, text: str) -> str:
        for token, name in self.tokens.items():
            text = text.replace(token, name)
        return text


def _said(request) -> bytes:
    """Give the call and what it takes; method and address are the same for all."""
    return request.body if isinstance(request.body, bytes) else str(request.body).encode()


def _same(one, two) -> bool:
    return _said(one) == _said(two)


@pytest.fixture
def server(request, monkeypatch):
    """A server to log in to: :func:`analysis.surveys.limesurvey.connection.connect`."""
    if request.node.get_closest_marker("limesurvey") is None:
        pytest.fail("a test of a server is marked limesurvey")
    path = CASSETTES / f"{request.module.__name__.rpartition('.')[2]}.{_name(request.node.name)}.json.gz"
    if not TALKS and not path.is_file():
        pytest.skip("no recording of this test: set LIMESURVEY_URL (and DUZHENG_RECORD=1 to make one)")
    # Numbers of calls and of locks are drawn: of a recording they must be the same again.
    monkeypatch.setattr(citric.session, "random", SimpleNamespace(randint=lambda *_: 1))
    numbers = count(1)
    mine = classmethod(lambda cls, owner="": cls(owner or "li@desk", "2026-09-01T08:00:00Z", f"{next(numbers):016x}"))
    monkeypatch.setattr(locks.Lock, "mine", mine)
    if not TALKS:
        monkeypatch.setattr(locks, "SETTLES", 0)
        monkeypatch.setattr(connections, "PAUSE", 0)
    if TALKS and not RECORDS:
        yield server_of()
        return
    masks = Masks()
    tape = vcr.VCR(
        serializer="packed", record_mode="all" if RECORDS else "none", match_on=["said"],
        before_record_request=masks.request, before_record_response=masks.response,
    )  # fmt: skip
    tape.register_serializer("packed", jsonserializer)
    tape.register_persister(Archive)
    tape.register_matcher("said", _same)
    if RECORDS:
        path.unlink(missing_ok=True)
    with tape.use_cassette(str(path)) as cassette:
        if not RECORDS:
            _look_up(cassette)
        yield server_of() if RECORDS else RECORDED


def _look_up(cassette) -> None:
    """Look what was said up by the call: vcr compares each call with all that were recorded, a fifth of the time."""
    said = defaultdict(list)
    for place, (request, response) in enumerate(cassette.data):
        said[_said(request)].append((place, response))
    cassette._responses = lambda request: iter(said[_said(cassette._before_record_request(request))])


def _name(test: str) -> str:
    return re.sub(r"[^\w.-]+", "-", test).strip("-")


@pytest.fixture
def connection(server):
    """A session on it."""
    with connect(server) as opened:
        yield opened


@pytest.fixture
def number(connection):
    """Free numbers of surveys: what lands there is deleted afterwards."""
    taken = []

    def free(sid: int) -> int:
        taken.append(sid)
        delete(connection, sid)
        return sid

    yield free
    for sid in taken:
        delete(connection, sid)


def delete(connection, sid: int) -> None:
    """Delete a survey if it is there."""
    if read_settings_of(connection, sid) is not None:
        connection.call("delete_survey", sid)


@pytest.fixture(scope="session")
def recorded_questionnaires():
    """The questionnaires of this repository as they were recorded."""
    if RECORDS:
        sources = {each.name: source_of(each) for each in questionnaires()}
        CASSETTES.mkdir(exist_ok=True)
        SOURCES.write_bytes(gzip.compress(json.dumps(sources, ensure_ascii=False).encode(), mtime=0))
    elif TALKS or not SOURCES.is_file():
        return {each.name: each for each in questionnaires()}
    return {name: survey_of(text) for name, text in json.loads(gzip.decompress(SOURCES.read_bytes())).items()}


class Bench:
    """A workspace with one questionnaire, whose files can be edited."""

    def __init__(self, root: Path) -> None:
        self.root = root
        surveys_of(FORM.read_text(encoding="utf-8"), root)

    @property
    def survey(self):
        return read_survey(self.root / "surveys/form-2025.yaml", read_bank(self.root), root=self.root)

    @property
    def plans(self) -> Path:
        return self.root / "reports/plans"

    def edit(self, old: str, new: str, *, bank: bool = False):
        path = self.root / ("surveys/bank/items.yaml" if bank else "surveys/form-2025.yaml")
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self.survey


@pytest.fixture
def bench(tmp_path):
    """A workspace with the questionnaire of ``form.yaml``."""
    return Bench(tmp_path)
