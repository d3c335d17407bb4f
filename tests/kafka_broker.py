"""A real Kafka broker for the tests: the one KAFKA_BOOTSTRAP_SERVERS names, else one of this run's own."""

import os
import socket
import subprocess
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.maven import JAVA, class_path, run
from tests.ports import free_port

POM = Path(__file__).with_suffix(".xml")
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
        self._java = [*JAVA, "-Xmx384m", "-cp", f"{jars}/*"]
        self._properties = folder / "broker.properties"
        self._properties.write_text(PROPERTIES.format(port=port, controller_port=controller_port, folder=folder))
        cluster_id = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        run([*self._java, "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self._properties)])
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
    jars = class_path("kafka", POM, otherwise="set KAFKA_BOOTSTRAP_SERVERS")
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
