"""Connections to LimeSurvey's remote control: who logs in, what is tried again, and what every fault is called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.workspace.settings import Settings, checked_address

if TYPE_CHECKING:
    from citric import Client
    from tenacity import Retrying

#: The oldest version of LimeSurvey that this talks to, and the first that it does not.
SUPPORTED = ((6, 0), (7, 0))
#: Of a version that the server does not tell: only its administrators may ask for it.
UNTOLD = (0, 0, 0)
#: Seconds to connect, and to wait for an answer.
TIMEOUTS = (5.0, 60.0)
#: How often a call that can be repeated is tried, and the seconds before the second time.
TRIES, PAUSE = 3, 0.5
#: Errors of a server's proxy that pass.
PASSING = frozenset({502, 503, 504})
#: What a server answers instead of an empty list.
NOTHING = re.compile(r"No [\w ]+ found\.?|No Data, could not get max id\.")
KEYRING = "duzheng"
ENDPOINT = "the address that ends in admin/remotecontrol, with the interface JSON-RPC switched on"


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and who logs in."""

    url: str
    username: str
    password: str = field(repr=False)


def server_of(
    settings: Settings | None = None,
    name: Literal["live", "staging"] = "live",
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Say which server is meant, and who logs in.

    Parameters
    ----------
    settings
        Of the workspace, whose ``limesurvey`` has addresses by name. Without one, LIMESURVEY_URL is the live one's.
    name
        Which of them.
    environment
        Where LIMESURVEY_URL, LIMESURVEY_USERNAME and LIMESURVEY_PASSWORD stand. A password that does not stand there is
        taken from the keyring, if one is installed: service ``duzheng``, entry the address.

    Raises
    ------
    DuzhengError
        DZ-L001 without an address that may be used, DZ-L003 without user name or password.
    """
    known = os.environ if environment is None else environment
    url = settings.limesurvey.get(name, "") if settings else ""
    if not url and name == "live":
        url = known.get("LIMESURVEY_URL", "")
    hint = f"write it to workspace.yaml (limesurvey: {{{name}: https://…}})"
    if not url:
        hint += " or set LIMESURVEY_URL" if name == "live" else ""
        raise DuzhengError(Fault("DZ-L001", found=f"no address of the {name} server", expected="one", hint=hint))
    try:
        checked_address(url)
    except ValueError as error:
        raise DuzhengError(Fault("DZ-L001", found="another address", expected=str(error), hint=hint)) from None
    username = known.get("LIMESURVEY_USERNAME", "")
    password = known.get("LIMESURVEY_PASSWORD", "") or _from_keyring(url)
    missing = [word for word, value in (("user name", username), ("password", password)) if not value]
    if missing:
        hint = f"set LIMESURVEY_USERNAME, and LIMESURVEY_PASSWORD or the keyring's entry {url} of {KEYRING}"
        raise DuzhengError(Fault("DZ-L003", found=f"no {' and no '.join(missing)}", expected="both", hint=hint))
    return Server(url, username, password)


def _from_keyring(url: str) -> str:
    if find_spec("keyring") is None:
        return ""
    import importlib

    # Not every machine has a keyring that opens; its errors are of many kinds.
    with suppress(Exception):
        return importlib.import_module("keyring").get_password(KEYRING, url) or ""
    return ""


class Connection:
    """A session on a server; :func:`connect` opens and closes it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client: Client = self._login()
        self.version = UNTOLD

    def __repr__(self) -> str:
        return f"Connection({self.server!r}, version={self.version})"

    def call(self, method: str, *args: Any, repeat: bool = False) -> Any:
        """Call a method of the remote control.

        Parameters
        ----------
        method
            Its name: ``list_questions``.
        args
            What it takes, without the session's key.
        repeat
            Whether it may be called again when no answer came: only what reads, or sets what is the same afterwards.

        Returns
        -------
        Any
            What the server answered; an empty list where it says that nothing was found.

        Raises
        ------
        DuzhengError
            DZ-L001 to DZ-L003, DZ-L005 and DZ-L007.
        """
        import citric.exceptions as theirs
        import requests

        try:
            try:
                return self._once(method, args, repeat=repeat)
            except theirs.LimeSurveyStatusError as error:
                if "Invalid session key" not in str(error):
                    raise
            # Refused before anything was done: any call may be made again, after a login.
            self.client = self._login()
            return self._once(method, args, repeat=repeat)
        except (theirs.LimeSurveyError, theirs.ResponseMismatchError, requests.RequestException) as error:
            raise DuzhengError(fault_of(error, self.server, method)) from None

    def _once(self, method: str, args: tuple[Any, ...], *, repeat: bool) -> Any:
        import citric.exceptions as theirs

        try:
            if repeat:
                return _again()(self.client.session.rpc, method, *args)
            return self.client.session.rpc(method, *args)
        except theirs.LimeSurveyStatusError as error:
            if NOTHING.fullmatch(str(error)):
                return []
            raise

    def _login(self) -> Client:
        import citric.exceptions as theirs
        import requests
        from citric import Client

        server = self.server
        try:
            return _again()(Client, server.url, server.username, server.password, requests_session=_session())
        except (theirs.LimeSurveyError, theirs.ResponseMismatchError, requests.RequestException) as error:
            # What the error holds on to has the password in its body.
            raise DuzhengError(fault_of(error, server, "get_session_key")) from None


@contextmanager
def connect(server: Server) -> Iterator[Connection]:
    """Log in, look at the server's version, and log out at the end.

    Raises
    ------
    DuzhengError
        DZ-L001 to DZ-L004.
    """
    import citric.exceptions as theirs
    import requests

    connection = Connection(server)
    try:
        connection.version = _version(connection)
        yield connection
    finally:
        with suppress(theirs.LimeSurveyError, theirs.ResponseMismatchError, requests.RequestException, KeyError):
            connection.client.close()


def _version(connection: Connection) -> tuple[int, int, int]:
    """Read the server's version, and refuse one that was not tried; who is no administrator is not told it."""
    try:
        told = str(connection.call("get_site_settings", "versionnumber", repeat=True))
    except DuzhengError as error:
        if error.faults[0].code != "DZ-L007":
            raise
        _hold_untold(connection)
        return UNTOLD
    found = re.match(r"(\d+)\.(\d+)\.?(\d*)", told)
    version = (int(found[1]), int(found[2]), int(found[3] or 0)) if found else UNTOLD
    if not SUPPORTED[0] <= version[:2] < SUPPORTED[1]:
        raise DuzhengError(_unsupported(f"LimeSurvey {told[:40]}"))
    return version


def _hold_untold(connection: Connection) -> None:
    """Refuse a server before 6.0 though it does not tell its version: it has no call for quotas, and breaks on it."""
    try:
        connection.call("list_quotas", 0, repeat=True)
    except DuzhengError as error:
        if error.faults[0].code == "DZ-L002":
            raise DuzhengError(_unsupported("a LimeSurvey that does not know list_quotas")) from None


def _unsupported(found: str) -> Fault:
    oldest, first = (".".join(map(str, each)) for each in SUPPORTED)
    hint = "nothing was changed on it; update the server, or compile to lss and import that by hand"
    return Fault("DZ-L004", found=found, expected=f"{oldest} or newer, before {first}", hint=hint)


def _session() -> Any:
    """Make a session of requests that waits no longer than it should, and follows no redirect."""
    import requests

    class Direct(requests.Session):
        def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
            kwargs.update(timeout=TIMEOUTS, allow_redirects=False)
            answer = super().request(method, url, *args, **kwargs)
            if answer.is_redirect:
                # Whoever answers there would be handed a session's key, or a password.
                raise requests.TooManyRedirects(answer.headers.get("location", "")[:200])
            return answer

    return Direct()


def _again() -> Retrying:
    """Try again what failed on the way, not what was answered."""
    import requests
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

    def passing(error: BaseException) -> bool:
        if isinstance(error, requests.exceptions.SSLError):
            return False
        if isinstance(error, requests.HTTPError):
            return error.response is not None and error.response.status_code in PASSING
        return isinstance(error, requests.ConnectionError | requests.Timeout)

    return Retrying(
        retry=retry_if_exception(passing), stop=stop_after_attempt(TRIES), wait=wait_exponential(PAUSE), reraise=True
    )


def fault_of(error: Exception, server: Server, method: str) -> Fault:
    """Say what an error of the client library means; no password, and no body of a request, is repeated."""
    import citric.exceptions as theirs
    import requests

    of = f"{method} at {server.url}"
    if isinstance(error, requests.RequestException):
        return _on_the_way(error, of)
    if isinstance(error, theirs.LimeSurveyStatusError):
        return _refusal(str(error), method)
    if isinstance(error, theirs.LimeSurveyApiError):
        # What follows may hold what was sent.
        said = re.split(r"The SQL statement|\n", str(error))[0][:200].strip()
        found = f"an error inside the server on {method}: {said}"
        return Fault("DZ-L007", found=found, expected="none", hint="see the server's log")
    return Fault("DZ-L002", found=f"an answer to {of} that is not JSON", expected=ENDPOINT)


def _on_the_way(error: Any, of: str) -> Fault:
    import requests

    match error:
        case requests.exceptions.SSLError():
            hint = "a certificate of the office's own is named in REQUESTS_CA_BUNDLE"
            found = f"a certificate that does not hold ({of})"
            return Fault("DZ-L001", found=found, expected="one that does", hint=hint)
        case requests.Timeout():
            return Fault("DZ-L001", found=f"no answer in time to {of}", expected=f"one within {TIMEOUTS[1]:g} s")
        case requests.TooManyRedirects():
            hint = "nothing was sent there; write the address that is meant"
            return Fault("DZ-L002", found=f"a redirect to {error} by {of}", expected=ENDPOINT, hint=hint)
        case requests.HTTPError():
            status = error.response.status_code if error.response is not None else 0
            code = "DZ-L001" if status in PASSING else "DZ-L003" if status in {401, 403} else "DZ-L002"
            return Fault(code, found=f"HTTP {status} from {of}", expected=ENDPOINT)
    hint = "is the address right, and the network there?"
    return Fault("DZ-L001", found=f"no connection for {of}", expected="a server that answers", hint=hint)


def _refusal(said: str, method: str) -> Fault:
    if re.search(r"permission|session key|not allowed|exceeded", said, re.IGNORECASE) or method == "get_session_key":
        hint = "which rights are needed is on the page on LimeSurvey"
        return Fault("DZ-L003", found=f"{said!r} to {method}", expected="a user who may", hint=hint)
    if "participants table" in said:
        return Fault("DZ-L011", found=f"no participants ({said!r} to {method})", expected="registered participants",
                     hint="register them first")  # fmt: skip
    if re.search(r"invalid survey ?id", said, re.IGNORECASE):
        return Fault("DZ-L005", found=f"{said!r} to {method}", expected="the number of a survey that is there")
    return Fault("DZ-L007", found=f"{said[:200]!r} to {method}", expected="a call that this server takes")
