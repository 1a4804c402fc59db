"""What the browser did that brought this run of the script."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx


def history_navigation() -> bool:
    """Whether this run of the script answers the browser's Back or Forward button.

    Only then is an address believed that this session wrote: it otherwise lags behind the form, which may
    have been changed again while the address was on its way to the browser.
    """
    context = get_script_run_ctx()
    return context is not None and bool(getattr(context, "is_history_navigation", False))
