"""What the tests do with the explorer's page in Chromium: open it, find, click, press, move, and look at its map."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from browser import complaints, watched


def show(browser: Chrome, url: str) -> None:
    """Open a page anew, also where only its fragment differs from the one that is open."""
    browser.get("about:blank")
    complaints(browser)
    watched(browser)
    browser.get(url)
    until(browser, lambda: browser.execute_script("return document.documentElement.classList.contains('ready')"))


def until(browser: Chrome, condition: Callable[[], Any]) -> Any:
    """Waits for what a condition gives to be true; at most ten seconds."""
    return WebDriverWait(browser, 10, poll_frequency=0.03).until(lambda _: condition())


def find(browser: Chrome, css: str) -> WebElement:
    """The first element of a selector."""
    return browser.find_element(By.CSS_SELECTOR, css)


def texts(browser: Chrome, css: str) -> list[str]:
    """The texts of all elements of a selector, as they are seen."""
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, css)]


def kinds(browser: Chrome) -> list[str]:
    """What the panel calls the thing it shows."""
    return [str(each.get_attribute("textContent")) for each in browser.find_elements(By.CSS_SELECTOR, "#panel .kicker")]


def answered(browser: Chrome, script: str, *arguments: Any) -> Any:
    """What an expression is in the page; as JSON, because the driver cannot carry half a surrogate pair."""
    return json.loads(browser.execute_script(f"return JSON.stringify({script})", *arguments))


def click(browser: Chrome, css: str) -> None:
    """A click on an element, wherever it stands."""
    browser.execute_script("document.querySelector(arguments[0]).click()", css)


def press(browser: Chrome, *keys: str) -> None:
    """Keys for whatever has the focus."""
    ActionChains(browser).send_keys(*keys).perform()


def figures(browser: Chrome) -> dict[str, float]:
    """Every number of the price, as the page counts it now."""
    found: dict[str, float] = browser.execute_script("return decomposeExplorer.figures()")
    return found


def shown_price(browser: Chrome) -> dict[str, str]:
    """The numbers that stand above the map."""
    return {
        row.get_attribute("data-figure") or "": row.find_element(By.CSS_SELECTOR, ".value").text
        for row in browser.find_elements(By.CSS_SELECTOR, "#price > div")
    }


def at(browser: Chrome, table: str) -> tuple[int, int]:
    """Where a table's tile lies, from the middle of the map, in pixels."""
    x, y, width, height = browser.execute_script(
        "const box = document.getElementById('map').getBoundingClientRect();"
        "const at = decomposeExplorer.locate(arguments[0]);"
        "return [at[0], at[1], box.width, box.height]",
        table,
    )
    return round(x - width / 2), round(y - height / 2)


def to_map(browser: Chrome) -> WebElement:
    """Brings the map into view and takes the pointer off it."""
    canvas = find(browser, "#map")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", canvas)
    ActionChains(browser, duration=0).move_to_element(find(browser, ".brand")).perform()
    return canvas


def select_table(browser: Chrome, table: str) -> None:
    """Finds a table by its name."""
    search = find(browser, "#search")
    search.clear()
    search.send_keys(table, Keys.ENTER)
    assert find(browser, "#panel h3").text == table


def move(browser: Chrome, table: str, service: str) -> None:
    """Moves a table by the list beside the map."""
    select_table(browser, table)
    Select(find(browser, "#move-to")).select_by_visible_text(service)


def picture(browser: Chrome) -> int:
    """Keeps how the map looks once it has come to rest; its number is for `differs`."""
    return int(
        browser.execute_async_script(
            "const done = arguments[0], map = document.getElementById('map'), copy = document.createElement('canvas');"
            "const pen = copy.getContext('2d', {willReadFrequently: true});"
            "copy.width = map.width; copy.height = map.height;"
            "requestAnimationFrame(() => requestAnimationFrame(() => { pen.drawImage(map, 0, 0);"
            " window.pictures = window.pictures || [];"
            " done(window.pictures.push(pen.getImageData(0, 0, copy.width, copy.height).data) - 1); }))"
        )
    )


def differs(browser: Chrome, left: int, right: int) -> bool:
    """Whether two pictures show different things: more than what smoothing makes of the same thing drawn twice."""
    count = browser.execute_script(
        "const [a, b] = [window.pictures[arguments[0]], window.pictures[arguments[1]]]; let count = 0;"
        "for (let i = 0; i < a.length; i += 4)"
        " if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 30) count += 1;"
        "return count",
        left,
        right,
    )
    return bool(count > 500)


def section(browser: Chrome, name: str) -> WebElement:
    """Brings a section into view, where it is built."""
    browser.execute_script("document.getElementById(arguments[0]).scrollIntoView({behavior: 'instant'})", name)
    until(browser, lambda: find(browser, f"#{name}-body").text)
    return find(browser, f"#{name}-body")
