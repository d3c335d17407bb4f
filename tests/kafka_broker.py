"""A real Kafka broker for the tests: the one KAFKA_BOOTSTRAP_SERVERS names, else one of this run's own."""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.engines import missing
from tests.ports import free_port

POM = Path(__file__).with_suffix(".xml")
COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
STARTS_WITHIN = 300.0

# A broker and controller in one. The coordinator waits for nobody, so that a lone consumer starts at once.
PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
log.dirs={folder}/log
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
"""


class KafkaBroker:
    """One broker in KRaft mode on loopback, its log in a folder; it can be stopped and started again."""

    def __init__(self, jars: Path, folder: Path) -> None:
        port, controller_port = free_port(), free_port()
        self.bootstrap_servers = f"127.0.0.1:{port}"
        self._port, self._folder = port, folder
        self._java = ["java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]
        self._properties = folder / "broker.properties"
        self._properties.write_text(PROPERTIES.format(port=port, controller_port=controller_port, folder=folder))
        cluster_id = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        _run([*self._java, "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self._properties)])
        self._process = self._launch()

    def _launch(self) -> subprocess.Popen[bytes]:
        output = (self._folder / "output").open("ab")
        return subprocess.Popen(
            [*self._java, "kafka.Kafka", str(self._properties)], stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )

    def wait_until_up(self) -> None:
        """Returns when the broker takes connections."""
        deadline = time.monotonic() + STARTS_WITHIN
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"the Kafka broker did not start: {(self._folder / 'output').read_text()[-2000:]}")

    def restart(self) -> None:
        """Kills the broker, as a lost machine would be, and starts it again on the same log."""
        self._process.kill()
        self._process.wait()
        self._process = self._launch()
        self.wait_until_up()

    def stop(self) -> None:
        """Ends the broker; its log is of no more use."""
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[KafkaBroker]:
    """A broker of this run's own, which a test may restart."""
    jars = _jars()
    with tempfile.TemporaryDirectory(prefix="toadlane-kafka-") as folder:
        broker = KafkaBroker(jars, Path(folder))
        try:
            broker.wait_until_up()
            yield broker
        finally:
            broker.stop()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> str:
    """Bootstrap servers of a real broker, without any topics of ours."""
    if named := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return named
    broker: KafkaBroker = request.getfixturevalue("kafka_broker")
    return broker.bootstrap_servers


def _jars() -> Path:
    """The broker's class path, fetched once by Maven and kept in the user's cache."""
    _require_java()
    version = re.search(r"kafka_2\.13</artifactId>\s*<version>(.+?)<", POM.read_text())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toadlane"
    jars = cache / f"kafka-{version.group(1) if version else 'unknown'}"
    if not jars.exists():
        _fetch_jars(cache, jars)
    return jars


def _require_java() -> None:
    if shutil.which("java") is None or shutil.which("mvn") is None:
        missing("kafka", "set KAFKA_BOOTSTRAP_SERVERS, or install Java 17 and Maven")
    told = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version.group(1)) < 17:
        missing("kafka", "the broker needs Java 17 or newer")


def _fetch_jars(cache: Path, jars: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        # Another process of this run may have fetched them while we waited for our turn.
        if not jars.exists():
            _fetch_alone(cache, jars)


def _fetch_alone(cache: Path, jars: Path) -> None:
    fetched = Path(tempfile.mkdtemp(dir=cache))
    try:
        _run(["mvn", "-B", "-q", "-f", str(POM), COPY_JARS, f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"])
    except subprocess.CalledProcessError as error:
        shutil.rmtree(fetched)
        missing("kafka", f"Maven could not fetch the broker: {error.output[-500:]}")
    # In one step, so that a run that was broken off leaves no half class path behind.
    fetched.rename(jars)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
