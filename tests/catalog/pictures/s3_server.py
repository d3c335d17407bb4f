"""A store that speaks S3 for the tests: the one PICTURES_URL names, else one of this run's own, from Maven's jars.

It is not of our making, and judges every signature.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.maven import JAVA, class_path
from tests.ports import free_port

POM = Path(__file__).with_suffix(".xml")
STARTS_WITHIN = 120.0
BUCKET, KEY_ID, SECRET = "goods", "AKIATEST", "secret"
NAMED = ("pictures_url", "pictures_endpoint", "pictures_region", "pictures_key_id", "pictures_key_secret")
PROPERTIES = """
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v4
s3proxy.identity={key_id}
s3proxy.credential={secret}
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={folder}
"""


@contextmanager
def s3_server(folder: Path) -> Iterator[dict[str, Any]]:
    """The catalogue's settings for a bucket that is there."""
    if "PICTURES_URL" in os.environ:
        yield {name: told for name in NAMED if (told := os.environ.get(name.upper()))}
        return
    jars = class_path("s3", POM, otherwise="name a bucket by PICTURES_URL, PICTURES_ENDPOINT and the key's settings")
    port = free_port()
    properties = folder / "s3.properties"
    (folder / "buckets" / BUCKET).mkdir(parents=True)
    properties.write_text(PROPERTIES.format(port=port, key_id=KEY_ID, secret=SECRET, folder=folder / "buckets"))
    command = [*JAVA, "-Xmx96m", "-DLOG_LEVEL=warn", "-cp", f"{jars}/*", "org.gaul.s3proxy.Main"]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([*command, "--properties", str(properties)], stdout=output, stderr=output)
    try:
        _wait_until_up(process, port, folder / "output")
        yield {
            "pictures_url": f"s3://{BUCKET}/pictures",
            "pictures_endpoint": f"http://127.0.0.1:{port}",
            "pictures_key_id": KEY_ID,
            "pictures_key_secret": SecretStr(SECRET),
        }
    finally:
        process.kill()
        process.wait()


def _wait_until_up(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the S3 server did not start: {output.read_text()[-2000:]}")
