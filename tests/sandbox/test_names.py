"""The name server, asked over UDP and TCP by dnspython's resolver."""

import socket
import struct

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
import httpx
import pytest

from tests.sandbox.box import HTTP, Box

NAME = "_toadlane-challenge.sunrise.coop"


def put(box: Box, name: str, *values: str) -> None:
    HTTP.put(f"{box.url}/names/{name}/TXT", json={"values": list(values)}).raise_for_status()


def ask(box: Box, name: str, kind: str = "TXT", *, tcp: bool = False) -> dns.message.Message:
    query = dns.message.make_query(name, kind)
    through = dns.query.tcp if tcp else dns.query.udp
    return through(query, "127.0.0.1", timeout=30, port=box.dns_port)


@pytest.fixture
def resolver(box: Box) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port, made.lifetime = ["127.0.0.1"], box.dns_port, 3.0
    return made


def texts(answer: dns.resolver.Answer) -> set[str]:
    return {b"".join(record.strings).decode() for record in answer}


@pytest.mark.parametrize("tcp", [False, True])
def test_a_record_that_was_put_is_answered(box: Box, resolver: dns.resolver.Resolver, tcp: bool) -> None:
    put(box, NAME, "toadlane=abc", "another word")

    answer = resolver.resolve(NAME, "TXT", tcp=tcp)

    assert texts(answer) == {"toadlane=abc", "another word"}
    assert answer.response.flags & dns.flags.AA


def test_a_name_without_records_does_not_exist_and_the_zone_says_so(box: Box) -> None:
    response = ask(box, "_toadlane-challenge.nobody.coop")

    assert response.rcode() == dns.rcode.NXDOMAIN
    (authority,) = response.authority
    assert (authority.name.to_text(), authority.rdtype) == ("nobody.coop.", dns.rdatatype.SOA)


@pytest.mark.parametrize(("name", "kind"), [(NAME, "A"), ("sunrise.coop", "TXT"), ("b.sunrise.coop", "TXT")])
def test_a_name_that_exists_without_such_a_record_is_empty_but_there(box: Box, name: str, kind: str) -> None:
    put(box, NAME, "here")
    put(box, "a.b.sunrise.coop", "below")

    response = ask(box, name, kind)

    assert (response.rcode(), response.answer) == (dns.rcode.NOERROR, [])
    assert response.authority[0].name.to_text() == "sunrise.coop."


def test_a_record_that_was_taken_away_is_gone(box: Box, resolver: dns.resolver.Resolver) -> None:
    put(box, NAME, "soon gone")
    put(box, NAME)

    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve(NAME, "TXT")


def test_a_neighbour_with_a_similar_name_does_not_make_one_exist(box: Box) -> None:
    put(box, "x.ab.fields.coop", "an underscore is no wildcard")

    assert ask(box, "_b.fields.coop").rcode() == dns.rcode.NXDOMAIN


def test_the_apex_has_its_soa_and_its_name_server(box: Box) -> None:
    assert ask(box, "sunrise.coop", "SOA").answer[0].rdtype == dns.rdatatype.SOA
    assert ask(box, "sunrise.coop", "NS").answer[0].rdtype == dns.rdatatype.NS


def test_capitals_make_no_difference_and_come_back_as_they_were(box: Box) -> None:
    put(box, NAME, "case")

    response = ask(box, "_ToadLane-Challenge.SunRise.COOP")

    assert response.answer[0].name.to_text() == "_ToadLane-Challenge.SunRise.COOP."


def test_a_long_answer_is_cut_over_udp_and_whole_over_tcp(box: Box, resolver: dns.resolver.Resolver) -> None:
    long = "ä" * 400
    put(box, "long.sunrise.coop", long, "second " * 100)

    assert ask(box, "long.sunrise.coop").flags & dns.flags.TC
    assert long in texts(resolver.resolve("long.sunrise.coop", "TXT", tcp=True))
    assert long in texts(resolver.resolve("long.sunrise.coop", "TXT"))


@pytest.mark.parametrize("name", ["example.org", "coop.example"])
def test_names_outside_the_demo_are_refused(box: Box, name: str) -> None:
    assert ask(box, name).rcode() == dns.rcode.REFUSED


def test_zones_are_not_handed_out(box: Box) -> None:
    assert ask(box, "sunrise.coop", "AXFR", tcp=True).rcode() == dns.rcode.REFUSED


def test_other_opcodes_are_not_implemented(box: Box) -> None:
    query = dns.message.make_query("sunrise.coop", "SOA")
    query.set_opcode(dns.opcode.NOTIFY)

    response = dns.query.udp(query, "127.0.0.1", timeout=30, port=box.dns_port)

    assert response.rcode() == dns.rcode.NOTIMP


def test_garbage_is_a_format_error_and_answers_are_not_answered(box: Box) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(60)
        client.connect(("127.0.0.1", box.dns_port))
        client.send(b"\x12\x34\x01\x00\x00\x09" + b"\x00" * 6 + b"junk")
        answer = client.recv(512)
        client.send(dns.message.make_response(dns.message.make_query("sunrise.coop", "TXT")).to_wire())
        client.send(b"x")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(512)

    assert answer[:2] == b"\x12\x34"
    assert answer[3] & 0x0F == dns.rcode.FORMERR


def test_two_questions_on_one_tcp_connection_are_both_answered(box: Box) -> None:
    put(box, NAME, "twice")
    wire = dns.message.make_query(NAME, "TXT").to_wire()

    with socket.create_connection(("127.0.0.1", box.dns_port), 3) as client, client.makefile("rwb") as stream:
        stream.write(2 * (struct.pack("!H", len(wire)) + wire))
        stream.flush()
        answers = [dns.message.from_wire(stream.read(int.from_bytes(stream.read(2), "big"))) for _ in range(2)]

    assert all(b"twice" in answer.to_wire() for answer in answers)


@pytest.mark.parametrize("name", ["example.org", "coop", "a..coop", f"{'x' * 64}.coop", "%20.coop.evil"])
def test_only_names_in_demo_zones_take_records(box: Box, name: str) -> None:
    assert HTTP.put(f"{box.url}/names/{name}/TXT", json={"values": ["x"]}).status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"values": "x"}', b'{"values": [1]}', b'{"values": [""]}'])
def test_a_body_that_is_no_list_of_values_is_refused(box: Box, body: bytes) -> None:
    assert HTTP.put(f"{box.url}/names/{NAME}/TXT", content=body).status_code == 422


def test_a_person_puts_and_removes_a_record_on_the_page(box: Box, resolver: dns.resolver.Resolver) -> None:
    name = "_toadlane-challenge.by-hand.coop"
    with httpx.Client(base_url=box.url, follow_redirects=True, timeout=90) as person:
        page = person.post("/names", data={"name": name, "value": "first\r\n<script>\r\n", "action": "put"})
        assert "&lt;script&gt;" in page.text
        assert "<script>" not in page.text
        assert texts(resolver.resolve(name, "TXT")) == {"first", "<script>"}
        assert name not in person.post("/names", data={"name": name, "action": "remove"}).text
        problem = person.post("/names", data={"name": "example.org", "value": "x"})

    assert problem.status_code == 422
    assert "must end in .coop" in problem.text


def test_it_answers_as_it_is_told_and_again_plainly(box: Box) -> None:
    put(box, NAME, "told")

    def behave(manner: str) -> None:
        HTTP.put(f"{box.url}/names", json={"manner": manner}).raise_for_status()

    def asked() -> dns.message.Message:
        query = dns.message.make_query(NAME, "TXT", want_dnssec=True)
        return dns.query.udp(query, "127.0.0.1", timeout=60, port=box.dns_port)

    behave("signed")
    assert asked().flags & dns.flags.AD
    assert not ask(box, NAME).flags & dns.flags.AD  # who does not want to know is not told
    behave("failing")
    assert asked().rcode() == dns.rcode.SERVFAIL
    behave("silent")
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query(NAME, "TXT"), "127.0.0.1", timeout=0.3, port=box.dns_port)
    assert HTTP.post(f"{box.url}/names/manner", data={"manner": "plain"}).status_code == 303
    assert b"told" in asked().to_wire()
    assert not asked().flags & dns.flags.AD
    for body in (b"", b"[]", b'{"manner": "rude"}'):
        assert HTTP.put(f"{box.url}/names", content=body).status_code == 422
