"""Servers that the tests start from Maven's jars: fetched once, and kept in the user's cache."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.engines import missing

COPY_JARS = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
VERSION = re.compile(r"<dependency>.*?<version>(.+?)<", re.DOTALL)
JAVA = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""As it starts fastest."""


def class_path(engine: str, pom: Path, *, otherwise: str) -> Path:
    """A folder with the jars of what the project file depends on.

    Without Java 17 and Maven the test is skipped, with what else would do.
    """
    _require_java(engine, otherwise)
    version = VERSION.search(pom.read_text())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toadlane"
    jars = cache / f"{engine}-{version.group(1) if version else 'unknown'}"
    if not jars.exists():
        _fetch_jars(engine, pom, cache, jars)
    return jars


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)


def _require_java(engine: str, otherwise: str) -> None:
    if shutil.which("java") is None or shutil.which("mvn") is None:
        missing(engine, f"{otherwise}, or install Java 17 and Maven")
    told = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version.group(1)) < 17:
        missing(engine, "it needs Java 17 or newer")


def _fetch_jars(engine: str, pom: Path, cache: Path, jars: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        # Another process of this run may have fetched them while we waited for our turn.
        if not jars.exists():
            _fetch_alone(engine, pom, cache, jars)


def _fetch_alone(engine: str, pom: Path, cache: Path, jars: Path) -> None:
    fetched = Path(tempfile.mkdtemp(dir=cache))
    try:
        run(["mvn", "-B", "-q", "-f", str(pom), COPY_JARS, f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"])
    except subprocess.CalledProcessError as error:
        shutil.rmtree(fetched)
        missing(engine, f"Maven could not fetch it: {error.output[-500:]}")
    # In one step, so that a run that was broken off leaves no half class path behind.
    fetched.rename(jars)
