"""Windows of the browser, which one test uses after the other.

A quarter of what a page takes to open is fetching and compiling Streamlit's scripts, which a window that
has shown them need not do again. All else is as in a new window: the page is loaded anew, has a session of
its own on the server, finds nothing stored, and there is nothing to go back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


class Windows:
    """Windows of two profiles, one with touch and one without.

    Args:
        browser: that they belong to.
        root: the app's address.
    """

    def __init__(self, browser: Browser, root: str) -> None:
        self.root = root
        self._profiles: dict[bool, BrowserContext] = {
            touch: browser.new_context(has_touch=touch) for touch in (False, True)
        }
        self._idle: dict[bool, list[Page]] = {touch: [] for touch in self._profiles}

    def take(self, touch: bool) -> Page:
        """One in which nothing has been opened yet, as far as a page can tell."""
        if self._idle[touch]:
            window = self._idle[touch].pop()
        else:
            window = self._profiles[touch].new_page()
            self._make_blank(window)
        window.evaluate("localStorage.clear()")
        return window

    def give_back(self, window: Page) -> None:
        """Make it blank for the next."""
        self._make_blank(window)
        touch = window.context == self._profiles[True]
        self._idle[touch].append(window)

    def _make_blank(self, window: Page) -> None:
        window.goto(f"{self.root}/_stcore/health")
        window.evaluate("sessionStorage.clear()")
        window.mouse.move(0, 0)
        window.emulate_media(reduced_motion="null")
        history = window.context.new_cdp_session(window)
        history.send("Page.resetNavigationHistory")
        history.detach()
