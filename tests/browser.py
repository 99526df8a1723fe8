"""A real Chromium for tests: headless, private, offline; every page is watched for errors, dialogs and requests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--force-prefers-reduced-motion",
    "--window-size=1440,1043",
)


# Runs before the page's own script, outside its policy: what would be shown or was forbidden is kept for the test.
_WATCH = """
window.seenByTest = [];
const note = (what, text) => { window.seenByTest.push(what + ": " + text); };
for (const name of ["alert", "confirm", "prompt"]) window[name] = (text) => note(name, text);
addEventListener("securitypolicyviolation", (event) => note(event.violatedDirective, event.blockedURI));
addEventListener("error", (event) => note("error", event.message));
addEventListener("unhandledrejection", (event) => note("rejection", event.reason));
"""


class BrowserMissingError(RuntimeError):
    """Chromium or its driver is not on PATH."""


@contextmanager
def chromium(folder: Path, *flags: str) -> Iterator[webdriver.Chrome]:
    """A browser with a fresh profile in `folder`; what it downloads lands in `folder / "downloads"`."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise BrowserMissingError("chromium and chromedriver are not on PATH: install chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        downloads = folder / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
        yield browser
    finally:
        browser.quit()


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Errors, warnings and policy violations on the console since the last call."""
    return [f"{entry['level']}: {entry['message']}" for entry in browser.get_log("browser")]


def watched(browser: webdriver.Chrome) -> list[str]:
    """Every address the pages asked for since the last call, their own blobs left out, and every dialog they opened."""
    found = []
    for entry in browser.get_log("performance"):
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        params = message["params"]
        if message["method"] == "Network.requestWillBeSent" and not params["request"]["url"].startswith("blob:"):
            found.append(params["request"]["url"])
        elif message["method"] == "Network.webSocketCreated":
            found.append(params["url"])
        elif message["method"] == "Page.javascriptDialogOpening":
            found.append(f"dialog: {params['message']}")
    return found
