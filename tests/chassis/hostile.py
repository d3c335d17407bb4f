"""URLs that strangers have been known to name, each of which leads a careless client to a machine inside."""

from collections.abc import Mapping, Sequence

from tests.chassis.canary import GOOD

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",  # noqa: S104
    "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.88.99.1", "198.18.0.1",
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::",
    "2002:a00:1::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fd00:ec2::254", "fc00::1", "fe80::1",
    "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
]  # fmt: skip
"""Addresses to which no name may lead."""

NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    **{f"a{n}.example.coop": [[address]] for n, address in enumerate(INSIDE)},
    "good.example.coop": [[GOOD]],
    "mixed.example.coop": [["127.0.0.1", GOOD]],
    "mixed6.example.coop": [["::1", "2606:4700::1111"]],
    "nearly.example.coop": [["10.0.0.8", GOOD, GOOD]],
    # The first answer is for the judge, the second for whoever looks again.
    "rebinds.example.coop": [[GOOD], ["127.0.0.1"]],
    "xn--bcher-kva.example": [["127.0.0.1"]],
    "localhost": [["127.0.0.1"]],
    "intranet": [["10.0.0.5"]],
    "metadata.google.internal": [["169.254.169.254"]],
    "127.0.0.1.nip.example": [["127.0.0.1"]],
    "127.0.0.1.": [["127.0.0.1"]],
}

LITERALS = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0X7F.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://127.0.0.1:80/",
    "http://127.0.0.1:22/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://intranet/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://127.0.0.1.nip.example/",
    "http://bücher.example/",
    "http://xn--bcher-kva.example./",
    "http://someone@127.0.0.1/",
    "http://good.example.coop@127.0.0.1/",
    "http://good.example.coop:80@127.0.0.1/",
    "http://127.0.0.1#@good.example.coop/",
    "http://127.0.0.1?@good.example.coop/",
    "http://127.0.0.1\\@good.example.coop/",
    "http://127.0.0.1\\.good.example.coop/",
    "http://127.0.0.%31/",
    " http://127.0.0.1/",
    "ht\ntp://127.0.0.1/",
    "http://127.0.\t0.1/",
    "http://good.example.coop:8080@localhost:6379/",
]
"""URLs with the inside written into them, openly or in disguise."""

BY_NAME = [f"http://{host}/" for host in NAMES if host.startswith(("a", "mixed", "nearly"))]

REDIRECTED = [
    f"http://good.example.coop/to?{target}"
    for target in (
        "http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://a8.example.coop/", "http://localhost:80/",
        "//127.0.0.1/", "http://mixed.example.coop/", "http://good.example.coop@127.0.0.1/",
        "http://good.example.coop/to%3Fhttp://127.0.0.1/", "http://rebinds.example.coop/to%3Fhttp://rebinds.example.coop/",
    )
]  # fmt: skip
"""Innocent at first sight; the next hop, or the one after it, is not."""

TARGETS = [*LITERALS, *BY_NAME, *REDIRECTED]

NOT_THE_WEB = [
    "", "/etc/passwd", "//good.example.coop/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://good.example.coop/", "data:text/plain,hello", "http:good.example.coop", "http:///good.example.coop",
    "http://", "http://[::1", "http://[fe80::1%25lo]/", "http://good.example.coop:port/", "http://good.example.coop:99999/",
    "https://good.example.coop:8443/", "http://good.example.coop:25/", "http://good..example.coop/",
    "http://-good.example.coop/", "http://good_.example.coop/", "http://good.example.coop\r\nHost: evil/",
    "http://good.example.coop\0.evil/", f"http://good.example.coop/{'a' * 2000}", "javascript:alert(1)",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
]  # fmt: skip
"""Refused before anybody is asked anything."""
