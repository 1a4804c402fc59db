"""What a link asks of a whole session: which parts of pages are hidden, and that nothing is asked.

The session reads it from the address that it begins with. Every page that is reached from there, in whatever
way, has it in its address again, so that a reload or a link that is sent on asks for the same.
"""

from __future__ import annotations

from dashboard.parts import address_parameters, guess
from dashboard.session import hidden


def take_from_address() -> None:
    """Remember what the address asks for; once a session."""
    hidden.take_from_address()
    guess.asks()


def wishes() -> dict[str, str]:
    """Parameters of the address, those that ask for anything."""
    return {**hidden.wish(), **guess.wish()}


def keep_in_address() -> None:
    """Have the browser write the wishes into the address of the page, and into its links to other pages."""
    if found := wishes():
        address_parameters.keep_in_address(found, key="link-wishes", every_page=True)
