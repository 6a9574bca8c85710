"""Ports of the one-command stack."""

from __future__ import annotations

import socket

import pytest

from stack.ports import Ports, is_free, require_free
from stack.supervisor import StackError


def test_every_listener_has_a_port_of_its_own() -> None:
    listed = Ports.from_base(20000).listed()
    assert len(set(listed.values())) == len(listed)
    assert listed["api"] == 20000


@pytest.mark.parametrize("base", [80, 1023, 65535, 70000, -1])
def test_a_base_port_out_of_range_is_refused(base: int) -> None:
    with pytest.raises(StackError, match="out of range; choose one between 1024 and"):
        Ports.from_base(base)


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(StackError) as caught:
            require_free({"temporal": port})
    assert str(caught.value).startswith(f"port {port} (temporal) is already in use; stop the program")
    assert "make up BASE_PORT=" in str(caught.value)


def test_a_port_just_left_is_free_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    require_free({"api": port})
    assert is_free(port)
