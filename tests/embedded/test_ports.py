"""A port is found, held, and shared with nobody but the server that it is held for."""

import socket

import pytest

from config.embedded.ports import LOOPBACK, HeldPort, PortError, hold_port


@pytest.fixture
def held():
    port = HeldPort()
    yield port
    port.release()


def listener(port: int, *, shares: bool) -> socket.socket:
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shares:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        server.bind((LOOPBACK, port))
        server.listen()
    except OSError:
        server.close()
        raise
    return server


def test_the_next_free_port_is_taken_when_none_was_asked_for(held: HeldPort) -> None:
    found = hold_port(None, default=held.number)
    found.release()
    assert held.number < found.number < held.number + 100


def test_a_port_that_was_asked_for_and_is_taken_is_refused(held: HeldPort) -> None:
    with pytest.raises(PortError, match=f"Port {held.number} cannot be used"):
        hold_port(str(held.number))


@pytest.mark.parametrize("asked", ["abc", "0", "70000", "-1"])
def test_what_is_not_a_port_number_is_refused(asked: str) -> None:
    with pytest.raises(PortError, match="not a port number"):
        hold_port(asked)


def test_a_held_port_is_open_to_our_server_alone(held: HeldPort) -> None:
    with pytest.raises(OSError, match="in use"):
        listener(held.number, shares=False)
    with listener(held.number, shares=True), socket.create_connection((LOOPBACK, held.number)):
        pass


def test_a_port_can_be_held_again_right_after_a_server_with_open_connections(held: HeldPort) -> None:
    with listener(held.number, shares=True) as server, socket.create_connection((LOOPBACK, held.number)) as client:
        # The side that closes first keeps the connection's remains for a minute.
        server.accept()[0].close()
        client.recv(1)
    number = held.number
    held.release()
    hold_port(str(number)).release()
