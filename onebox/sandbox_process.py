"""The outside world in a box: started once, found again, never ended by a crash of the house."""

import os
import signal
import subprocess
import sys
import time

from onebox import asking
from onebox.box import HOST, Box
from onebox.refusal import Refusal
from services.payments.notices import NOTICES


def answers(box: Box) -> bool:
    """Whether this installation's sandbox is there."""
    # Another sandbox on this port would not know our key.
    ours = {"Authorization": f"Bearer {box.secrets.stripe_api_key}"}
    return asking.answers(f"{box.sandbox_url}/v1/events?limit=1", ours)


def ensure(box: Box, *, patience: float = 60.0) -> None:
    """Finds the sandbox, or starts it in a session of its own and waits until it answers; raises Refusal."""
    if answers(box):
        return
    log = (box.folder / "sandbox.log").open("ab")
    process = subprocess.Popen(command(box), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (box.folder / "sandbox.pid").write_text(str(process.pid))
    deadline = time.monotonic() + patience
    while not answers(box):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise Refusal(f"the sandbox did not start; {box.folder / 'sandbox.log'} says why")
        time.sleep(0.05)


def command(box: Box) -> list[str]:
    """How the sandbox of this installation is started."""
    options = {
        "data": box.folder / "sandbox",
        "host": HOST,
        "port": box.ports.sandbox,
        "dns-ports": ",".join(map(str, box.ports.dns)),
        "web-port": box.ports.web,
        "smtp-port": box.ports.smtp,
        "house-url": box.public_url,
        "webhook-url": f"{box.public_url}/api/v1/webhooks/stripe",
        "webhook-events": ",".join(NOTICES),
        "webhook-secret": box.secrets.stripe_webhook_secret,
        "secret-key": box.secrets.stripe_api_key,
        "publishable-key": box.secrets.stripe_publishable_key,
    }
    return [
        sys.executable,
        "-m",
        "sandbox",
        *(word for name, value in options.items() for word in (f"--{name}", str(value))),
    ]


def stop(box: Box) -> bool:
    """Ends the sandbox of this installation, and says whether it was running; its memory stays in its folder."""
    file = box.folder / "sandbox.pid"
    running = file.exists() and answers(box)
    if running:
        os.kill(int(file.read_text()), signal.SIGTERM)
    file.unlink(missing_ok=True)
    return running
