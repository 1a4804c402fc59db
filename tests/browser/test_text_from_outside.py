"""Whatever a name holds, a real browser shows its letters and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import PATIENCE, ROOT, end, free_port, wait_until_healthy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NASTY = tuple(
    r"""
http://evil.example/x
see https://www.evil.example now
(http://a.b)
WWW.evil.example
HTTPS://A.B
me@evil.example
(a.b+c@d-e.example)
mailto:me@evil.example
xmpp:me@evil.example
[x](http://a.b)
![x](http://a.b/c.png)
<http://a.b>
[x]: http://a.b
[^1]
http://a.b@c.d
:material/home:
:material_home:
x:material/delete:y
:streamlit:
:red[x]
:blue-badge[x]
:smile:
:+1:
:-1:
a:100:b
:smile::heart:
:small[x]
:rainbow[x]
:shimmer[x]
$x^2$
$$x$$
\(x\)
a $1 and $2 b
`x`
**x**
_x_ __x__
~~x~~
~x~
==x==
<b>x</b>
<img src=x onerror=alert(1)>
<script>alert(1)</script>
&lt;b&gt; &amp; &#x41; &copy;
# x
> x
- x
* x
+ x
1. x
1) x
---
***
===
| a | b |
- [ ] x
::: x
a -> b
a <- b
a <-> b
a -- b
a >= b
a <= b
a ~= b
-> --
\
a\*b
%41 %s {0}
""".strip().splitlines()
)

OURS = ("`x`", "- x", "- [ ] x")
"""What a message may hold: names of settings and lists."""

ELEMENTS = (
    "a, img, svg, code, pre, em, strong, del, h1, h2, h3, ul, ol, table, blockquote, hr, input, sup, .katex"
)

SCRIPT = """
import streamlit as st
from dashboard.parts.messages import harmless
from dashboard.parts.quantities import plain
from tests.browser.test_text_from_outside import NASTY

for number, name in enumerate(NASTY):
    with st.container(key=f"plain-{number}"):
        st.markdown("x " + plain(name))
    with st.container(key=f"message-{number}"):
        st.caption(harmless(name))
    with st.container(key=f"label-{number}"):
        st.button(plain(name), key=f"button-{number}")
"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with every nasty name as text, in a message and as a label."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "names.py").write_text(SCRIPT)
    port, log = free_port(), folder / "server.log"
    options = {"ADDRESS": "127.0.0.1", "HEADLESS": "true", "PORT": str(port), "FILE_WATCHER_TYPE": "none"}
    environment: dict[str, Any] = {f"STREAMLIT_SERVER_{name}": value for name, value in options.items()}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(folder / "names.py")],
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(process, address, log)
        window = browser.new_context()
        opened = window.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.goto(address)
        opened.locator(f".st-key-label-{len(NASTY) - 1} button").wait_for()
        opened.wait_for_function("document.fonts.ready")
        opened.wait_for_timeout(2_000)  # emoji and mathematics are loaded late
        yield opened
        window.close()
    finally:
        end(process)


@pytest.mark.parametrize("number", range(len(NASTY)), ids=NASTY)
def test_a_name_is_shown_letter_by_letter(page: Page, number: int) -> None:
    nasty = NASTY[number]
    for place, name in (
        ("plain", f"x {nasty}"),
        ("message", nasty),
        ("label", nasty),
    ):
        if place == "message" and nasty in OURS:
            continue
        shown = page.locator(f".st-key-{place}-{number}")
        assert " ".join(shown.inner_text().replace("\u2060", "").split()) == " ".join(name.split()), place
        assert shown.locator(ELEMENTS).count() == 0, (place, shown.inner_html())
        assert shown.locator("p span").count() == 0, (place, shown.inner_html())
