"""The one way out: https to addresses of others, checked as they are connected to, with an end."""

from __future__ import annotations

import time

import pytest
from tests.outbound.certified import certified
from tests.outbound.loopback import served

from throughline.engine.refusals import Refused
from throughline.outbound import client
from throughline.outbound.client import Limits, NotSent, send
from throughline.outbound.ranges import is_open, networks_of

CLOSED = [
    *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "100.100.100.200", "0.0.0.0", "192.0.0.192", "192.88.99.1", "198.18.0.1", "224.0.0.1"),
    *("239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::127.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
    *("fec0::1", "ff02::1", "5f00::1", "100::1", "3fff::1"),
]


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_of_this_network_or_of_nobody_is_closed(address):
    assert not is_open(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "172.32.0.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_an_address_of_somebody_else_is_open(address):
    assert is_open(address)


def test_a_listed_network_is_open_also_in_the_clothes_of_ipv6():
    listed = networks_of("10.2.0.0/16, fd00::/8")
    assert [is_open(each, listed=listed) for each in ("10.2.0.9", "::ffff:10.2.0.9", "fd00::1")] == [True] * 3
    assert not is_open("10.3.0.1", listed=listed)


def test_a_list_of_networks_names_what_is_none():
    with pytest.raises(Refused, match=r"THROUGHLINE_X: '10\.0\.0\.1/8' is no network"):
        networks_of("fd00::/8,10.0.0.1/8", place="THROUGHLINE_X")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://example.org/", "begin with https"),
        ("file:///etc/passwd", "begin with https"),
        ("example.org/hook", "begin with https"),
        ("http://example.org/", "without TLS"),
        ("https://me:word@example.org/", "user name"),
        ("https://" + "a" * 2100, "address"),
        ("https://exa\nmple.org/", "no address"),
        ("https://[::1", "no address"),
        ("https://", "no address"),
        ("https://exa mple.org/", "no address"),
        ("https://example.org:99999/", "no address"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_as_it_is_typed(address, said):
    with pytest.raises(Refused, match=said):
        client.checked_address(address)


def test_an_answer_comes_back_whole_and_says_who_asked(loopback):
    answer = send(
        "POST", f"{loopback.address}/hook?a=b", body=b"{}", headers={"content-type": "application/json"}
    )
    path, headers, body = loopback.asked[0]
    assert (answer.status, answer.is_success, answer.body) == (200, True, b"ok")
    assert (path, body, headers["host"]) == ("/hook?a=b", b"{}", f"127.0.0.1:{loopback.port}")
    assert headers["user-agent"].startswith("Throughline/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_refused_however_it_is_spelt(loopback, settings, host):
    settings.THROUGHLINE_OUTBOUND_NETWORKS = ()
    settings.THROUGHLINE_OUTBOUND_HTTP = (host.strip("[]"),)
    with pytest.raises(NotSent, match="inside this network"):
        send("POST", f"http://{host}:{loopback.port}/")
    assert loopback.asked == []
    # And is refused where it would be kept, before anything waits to be sent there.
    with pytest.raises(NotSent, match="inside this network"):
        client.require_kept(f"https://{host}/hook")
    assert client.require_kept("https://hooks.example/x").host == "hooks.example"


def test_a_name_that_answers_differently_the_second_time_is_asked_once(loopback, settings, monkeypatch):
    settings.THROUGHLINE_OUTBOUND_HTTP = ("rebinding.example",)
    settings.THROUGHLINE_OUTBOUND_NETWORKS = networks_of("127.0.0.1/32")
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    monkeypatch.setattr(client, "resolved", lambda host, port: next(answers))
    assert send("GET", f"http://rebinding.example:{loopback.port}/").status == 200
    assert next(answers) == ["127.0.0.2"]


def test_of_the_addresses_of_a_name_only_open_ones_are_tried(loopback, settings, monkeypatch):
    settings.THROUGHLINE_OUTBOUND_HTTP = ("mixed.example",)
    settings.THROUGHLINE_OUTBOUND_NETWORKS = networks_of("127.0.0.2/32")
    monkeypatch.setattr(client, "resolved", lambda host, port: ["127.0.0.1", "127.0.0.2"])
    with pytest.raises(NotSent, match=r"mixed\.example cannot be reached: Connection refused"):
        send("GET", f"http://mixed.example:{loopback.port}/")
    assert loopback.asked == []


def test_a_redirect_is_an_answer_and_is_not_followed(loopback):
    answer = send("POST", f"{loopback.address}/elsewhere")
    assert (answer.status, answer.is_success) == (302, False)
    assert [path for path, _, _ in loopback.asked] == ["/elsewhere"]


def test_a_huge_answer_is_cut_off(loopback):
    with pytest.raises(NotSent, match=r"more than 65,536 bytes"):
        send("GET", f"{loopback.address}/huge")


def test_an_answer_that_drips_ends_with_the_time_of_the_whole(loopback):
    begun = time.monotonic()
    with pytest.raises(NotSent, match=r"did not answer within 0\.3 seconds"):
        send("GET", f"{loopback.address}/drip", limits=Limits(seconds=0.3))
    assert time.monotonic() - begun < 3


def test_the_proxy_of_the_environment_is_not_asked(loopback, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send("GET", f"{loopback.address}/answer").status == 200


def test_a_name_without_an_address_and_a_closed_port_are_one_sentence_each(listed):
    with pytest.raises(NotSent, match=r"no address for nowhere\.invalid"):
        send("GET", "https://nowhere.invalid/secret-path")
    with served() as gone:
        pass
    with pytest.raises(NotSent) as refused:
        send("GET", f"{gone.address}/secret-path")
    assert "secret-path" not in str(refused.value)
    assert str(refused.value) == "127.0.0.1 cannot be reached: Connection refused."


def test_the_name_is_proven_by_tls_although_the_address_is_connected_to(listed, monkeypatch, tmp_path):
    monkeypatch.setattr(client, "resolved", lambda host, port: ["127.0.0.1"])
    context = certified("hooks.example.org", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with served(context) as loopback:
        assert send("POST", f"https://hooks.example.org:{loopback.port}/").status == 200
        with pytest.raises(NotSent, match=r"The certificate of other\.example\.org does not hold"):
            send("POST", f"https://other.example.org:{loopback.port}/")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(NotSent, match=r"certificate of hooks\.example\.org does not hold"):
            send("POST", f"https://hooks.example.org:{loopback.port}/")
        assert len(loopback.asked) == 1
