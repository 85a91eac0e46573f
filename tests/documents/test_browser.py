"""In a real browser the charts come alive, and nothing complains."""

import os
import re
import shutil
import subprocess

import pytest

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=10000",
)


@pytest.fixture
def browser():
    program = shutil.which("chromium")
    if program is None and os.environ.get("CI"):
        pytest.fail("chromium is missing; CI installs Debian's package `chromium`")
    if program is None:
        pytest.skip("no chromium; install Debian's package `chromium`")
    return program


@pytest.mark.browser
def test_charts_come_alive_without_a_complaint_on_the_console(browser, rendered, tmp_path):
    page = rendered.files["html"].resolve().as_uri()
    command = [browser, *OPTIONS, f"--user-data-dir={tmp_path}", "--window-size=390,900", "--dump-dom", page]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert len(re.findall(r'<figure[^>]*data-live="yes"', done.stdout)) == 2
    assert len(re.findall(r'class="chart-static"[^>]*hidden', done.stdout)) == 2
    assert done.stdout.count('class="marks"') == 4
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line and "WARN" not in line]
