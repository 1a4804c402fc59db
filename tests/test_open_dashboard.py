"""What the command line says of an address at which the dashboard cannot listen."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from lstm_core.__main__ import main


@pytest.mark.parametrize("address", ["0.0.0.0:8501", "203.0.113.9", "::1:8501:", "http://localhost"])
def test_an_address_at_which_it_cannot_listen_is_named(address: str) -> None:
    said = CliRunner().invoke(main, ["--address", address])
    assert said.exit_code == 2
    assert (
        f"`--address` must be an address or name of this machine, without port; got {address!r}"
        in said.output
    )


def test_an_address_is_for_the_dashboard_alone() -> None:
    said = CliRunner().invoke(main, ["--address", "0.0.0.0", "runs"])
    assert said.exit_code == 2
    assert "--address is for the dashboard; `runs` opens none." in said.output
