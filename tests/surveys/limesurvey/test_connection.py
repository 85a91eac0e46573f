"""Connections: who logs in, what is tried again, and what every fault is called; no password is ever repeated."""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import ssl
import subprocess
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.conftest import INVENTED, write
from tests.surveys.limesurvey.conftest import CASSETTES, RECORDED

from analysis.messages import DuzhengError
from analysis.surveys.limesurvey import connection as connections
from analysis.surveys.limesurvey.connection import SUPPORTED, UNTOLD, Server, connect, server_of
from analysis.surveys.limesurvey.live import read_live, surveys_of
from analysis.workspace.settings import checked_address, read_settings

SECRET = "correct horse battery staple"  # noqa: S105  nobody's
PATH = "/index.php/admin/remotecontrol"


class Stub:
    """A server on this machine that answers as it is told: by method what it says, or a function that answers."""

    def __init__(self) -> None:
        self.answers = {"get_session_key": "key", "release_session_key": "OK", "get_site_settings": "6.2.1"}
        self.calls: list[str] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.calls.append(said["method"])
                answer = stub.answers.get(said["method"], {"status": "OK"})
                answer = answer(self) if callable(answer) else answer
                if answer is not None:
                    self.reply(json.dumps({"id": said["id"], "result": answer, "error": None}))

            def reply(self, text, status=200, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def server(self, scheme="http") -> Server:
        return Server(f"{scheme}://127.0.0.1:{self.http.server_port}{PATH}", "li", SECRET)


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr(connections, "PAUSE", 0)
    found = Stub()
    yield found
    found.http.shutdown()
    found.http.server_close()


def failing(times, then, act):
    """Answer with a fault as often as is said, then as one should."""
    left = [times]

    def answer(handler):
        left[0] -= 1
        return act(handler) if left[0] >= 0 else then

    return answer


def bad_gateway(handler):
    handler.reply("<html>502</html>", 502)


def lost(handler):
    handler.connection.shutdown(2)


def fault_of(stub, method="list_surveys", *, repeat=True, **server):
    with pytest.raises(DuzhengError) as caught, connect(stub.server(**server)) as opened:
        opened.call(method, repeat=repeat)
    said = "".join(traceback.format_exception(caught.value))
    assert SECRET not in said
    return caught.value.faults[0]


@pytest.mark.parametrize("act", [bad_gateway, lost])
def test_what_passes_is_tried_again_where_a_call_can_be_repeated(stub, act):
    stub.answers["list_surveys"] = failing(2, [], act)
    with connect(stub.server()) as opened:
        assert opened.call("list_surveys", repeat=True) == []
    assert stub.calls.count("list_surveys") == 3
    stub.answers["delete_survey"] = failing(1, {"status": "OK"}, act)
    assert fault_of(stub, "delete_survey", repeat=False).code == "DZ-L001"
    assert stub.calls.count("delete_survey") == 1


@pytest.mark.parametrize(
    ("act", "code", "found"),
    [
        (bad_gateway, "DZ-L001", "HTTP 502"),
        (lost, "DZ-L001", "no connection"),
        (lambda _: time.sleep(0.5), "DZ-L001", "no answer in time"),
        (lambda handler: handler.reply("<html>Welcome</html>"), "DZ-L002", "not JSON"),
        (lambda handler: handler.reply(""), "DZ-L002", "not JSON"),  # what LimeSurvey says when RPC is switched off
        (lambda handler: handler.reply("<html>", 400), "DZ-L002", "HTTP 400"),
        (lambda handler: handler.reply("", 403), "DZ-L003", "HTTP 403"),
        (lambda _: {"status": "No permission"}, "DZ-L003", "No permission"),
        (lambda _: {"status": "Error: Invalid survey ID"}, "DZ-L005", "Invalid survey ID"),
        (lambda _: {"status": "Survey is active and not editable"}, "DZ-L007", "not editable"),
    ],
)
def test_every_fault_has_a_code(stub, monkeypatch, act, code, found):
    monkeypatch.setattr(connections, "TIMEOUTS", (0.2, 0.2))
    stub.answers["list_surveys"] = act
    fault = fault_of(stub)
    assert fault.code == code
    assert found in fault.found


def test_faults_of_the_login_have_the_same_codes(stub):
    stub.answers["get_session_key"] = lambda handler: handler.reply("<html>Welcome</html>")
    assert fault_of(stub).code == "DZ-L002"
    stub.answers["get_session_key"] = {"status": "Invalid user name or password"}
    assert fault_of(stub).code == "DZ-L003"
    assert (
        stub.calls.count("get_session_key") == 2
    )  # a wrong password is not tried again: accounts are blocked for that


def test_an_expired_session_key_is_mended_by_one_login(stub):
    stub.answers["delete_survey"] = failing(1, {"status": "OK"}, lambda _: {"status": "Invalid session key"})
    with connect(stub.server()) as opened:
        assert opened.call("delete_survey", 1) == {"status": "OK"}
    assert stub.calls.count("get_session_key") == 2
    stub.answers["delete_survey"] = {"status": "Invalid session key"}
    assert fault_of(stub, "delete_survey").code == "DZ-L003"


@pytest.mark.parametrize("version", ["3.27.4", "5.6.8", "7.0.0-beta1", "unknown"])
def test_versions_that_work_otherwise_are_refused(stub, version):
    stub.answers["get_site_settings"] = version
    fault = fault_of(stub)
    assert fault.code == "DZ-L004"
    assert version in fault.found
    assert fault.expected == "6.0 or newer, before 7.0"
    assert "list_surveys" not in stub.calls
    assert stub.calls[-1] == "release_session_key"


def test_who_is_no_administrator_is_not_told_the_version(stub):
    stub.answers["get_site_settings"] = {"status": "Invalid setting"}  # LimeSurvey 6.2.1 says so
    with connect(stub.server()) as opened:
        assert opened.version == UNTOLD


def test_an_old_server_is_refused_though_it_does_not_tell_its_version(stub):
    stub.answers["get_site_settings"] = {"status": "Invalid setting"}
    stub.answers["list_quotas"] = lambda handler: handler.reply("", 500)  # LimeSurvey 5.6.8 does so
    fault = fault_of(stub)
    assert (fault.code, "list_quotas" in fault.found) == ("DZ-L004", True)
    assert "list_surveys" not in stub.calls


def test_a_redirect_is_not_followed_and_nothing_is_sent_there(stub):
    other = Stub()
    target = f"http://127.0.0.1:{other.http.server_port}/"
    for status in (301, 302, 307, 308):
        stub.answers["get_session_key"] = lambda handler, s=status: handler.reply("", s, location=target)
        fault = fault_of(stub)
        assert fault.code == "DZ-L002"
        assert target in fault.found
    assert other.calls == []
    other.http.shutdown()
    other.http.server_close()


def test_a_server_that_speaks_no_tls_is_not_trusted(stub):
    fault = fault_of(stub, scheme="https")
    assert (fault.code, stub.calls) == ("DZ-L001", [])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(stub, tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    stub.http.socket = context.wrap_socket(stub.http.socket, server_side=True)
    fault = fault_of(stub, scheme="https")
    assert (fault.code, stub.calls) == ("DZ-L001", [])
    assert "certificate" in fault.found
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with connect(stub.server("https")) as opened:
        assert opened.version == (6, 2, 1)


def test_passwords_are_in_no_repr_and_no_log(stub, caplog):
    caplog.set_level(logging.DEBUG)
    assert SECRET not in repr(stub.server())
    with connect(stub.server()) as opened:
        assert SECRET not in repr(opened)
        opened.call("list_surveys")
    assert SECRET not in caplog.text


ENVIRONMENT = {"LIMESURVEY_URL": "https://a.example/rc", "LIMESURVEY_USERNAME": "li", "LIMESURVEY_PASSWORD": SECRET}


def test_the_address_comes_from_the_workspace_and_the_password_from_the_environment(tmp_path):
    root = write(tmp_path, {"workspace.yaml": INVENTED["workspace.yaml"]})
    assert server_of(read_settings(root), environment=ENVIRONMENT).url == "https://a.example/rc"
    with (root / "workspace.yaml").open("a", encoding="utf-8") as file:
        file.write("limesurvey: {live: 'https://b.example/rc', staging: 'http://localhost:8080/rc'}\n")
    settings = read_settings(root)
    assert server_of(settings, environment=ENVIRONMENT) == Server("https://b.example/rc", "li", SECRET)
    assert server_of(settings, "staging", environment=ENVIRONMENT).url == "http://localhost:8080/rc"


@pytest.mark.parametrize(
    ("lacks", "code"),
    [("LIMESURVEY_URL", "DZ-L001"), ("LIMESURVEY_USERNAME", "DZ-L003"), ("LIMESURVEY_PASSWORD", "DZ-L003")],
)
def test_what_the_environment_lacks_is_said(lacks, code, monkeypatch):
    monkeypatch.setattr(connections, "find_spec", lambda _: None)
    with pytest.raises(DuzhengError, match=code):
        server_of(environment={name: value for name, value in ENVIRONMENT.items() if name != lacks})
    with pytest.raises(DuzhengError, match="DZ-L001"):
        server_of(None, "staging", environment=ENVIRONMENT)


def test_a_keyring_has_the_password_where_the_environment_has_none(monkeypatch):
    monkeypatch.setattr(connections, "_from_keyring", {"https://a.example/rc": "from the keyring"}.get)
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "LIMESURVEY_PASSWORD"}
    assert server_of(environment=environment).password == "from the keyring"  # noqa: S105


@pytest.mark.parametrize(
    "url",
    ["http://survey.example.org/rc", "https://li:secret@survey.example.org/rc", "https://@survey.example.org/rc",
     "ftp://survey.example.org/rc", "https:///rc", "survey.example.org/rc", "http://127.0.0.1.example.org/rc"],
)  # fmt: skip
def test_passwords_are_sent_by_https_or_to_this_machine_only(url):
    with pytest.raises(ValueError, match="an address") as caught:
        checked_address(url)
    assert "secret" not in str(caught.value)
    with pytest.raises(DuzhengError, match="DZ-L001") as refused:
        server_of(environment=ENVIRONMENT | {"LIMESURVEY_URL": url})
    assert "secret" not in str(refused.value)


def test_this_machine_may_be_called_by_any_of_its_names():
    for url in ("http://127.0.0.1:80/rc", "http://localhost/rc", "http://[::1]/rc"):
        assert checked_address(url) == url


@pytest.mark.limesurvey
def test_a_real_server_is_logged_in_to_and_knows_its_version(server):
    with connect(server) as opened:
        assert SUPPORTED[0] <= opened.version[:2] < SUPPORTED[1]
        assert isinstance(surveys_of(opened), list)
        assert read_live(opened, 299_999) is None


@pytest.mark.limesurvey
def test_a_real_server_takes_a_new_login_after_the_key_expired(connection):
    connection.client.session.release_session_key()
    assert isinstance(surveys_of(connection), list)


@pytest.mark.limesurvey
def test_a_real_server_refuses_a_wrong_password_and_what_a_user_may_not(server):
    with pytest.raises(DuzhengError, match="DZ-L003") as caught, connect(Server(server.url, server.username, SECRET)):
        pass
    assert SECRET not in str(caught.value)
    with connect(server) as opened, pytest.raises(DuzhengError, match="DZ-L003"):
        opened.call("delete_survey", 299_999)  # LimeSurvey says "No permission" of a survey that is not there


def test_recordings_hold_no_secret():
    import os

    secrets = [os.environ[name] for name in ("LIMESURVEY_PASSWORD", "LIMESURVEY_URL") if os.environ.get(name)]
    sizes = 0
    for path in sorted(CASSETTES.glob("*.json.gz")):
        text = gzip.decompress(path.read_bytes()).decode()
        sizes += path.stat().st_size
        assert not [each for each in (*secrets, SECRET, "bounceaccountpass") if each in text], path
        found = json.loads(text)
        for each in found.get("interactions", []):
            said = json.loads(each["request"]["body"])
            first = ["user", "password", "Authdb"] if said["method"] == "get_session_key" else ["key"]
            assert said["params"][: len(first)] == first, path
            assert each["request"]["uri"] == RECORDED.url
            assert not each["request"]["headers"]
            assert not each["response"]["headers"]
    assert sizes < 3_000_000
