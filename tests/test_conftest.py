"""The nets under every test: no socket leaves this machine, and the clock stands."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

from bot.clock import HandClock


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_socket_that_leaves_this_machine_is_refused(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.socket(family) as foreign,
        pytest.warns(UserWarning, match="tried to use"),
        pytest.raises(SocketConnectBlockedError),
    ):
        foreign.connect((host, 80))


def test_a_socket_to_this_machine_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass


def test_the_clock_stands_until_it_is_moved(clock: HandClock) -> None:
    assert clock.today("Asia/Shanghai") == "2026-11-23"
    before = clock.civil()
    clock.advance(1.5)
    assert clock.civil() - before == 1500
