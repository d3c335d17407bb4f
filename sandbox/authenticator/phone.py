"""Which account shares which secret, and the code that follows from it and the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyotp import TOTP

from sandbox.store import Clock, Store

SECONDS = 30
LONGEST = 200
# A house takes a code of the next half minute too, as from a phone whose clock is a little fast.
_AHEAD = 1


class BadSecret(Exception):
    """It is not base32, or the account has no name."""


class NoCodeYet(Exception):
    """The codes of this half minute and of the next were given out."""


@dataclass(frozen=True)
class Shown:
    account: str
    code: str


class Phone:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @property
    def seconds_left(self) -> int:
        """Until the next code."""
        return SECONDS - int(self._clock()) % SECONDS

    def add(self, account: str, secret: str) -> None:
        """One secret for each account: a new one takes the place of the old."""
        plain = "".join(secret.split()).upper()
        if not account or len(account) > LONGEST or not 16 <= len(plain) <= LONGEST:
            raise BadSecret("Give the account's name and its secret as the house shows it.")
        try:
            TOTP(plain).at(0)
        except ValueError as error:
            raise BadSecret("The secret has letters and digits from 2 to 7 only.") from error
        self._store.write(
            "INSERT OR REPLACE INTO authenticators (account, secret, given) VALUES (?, ?, 0)", account, plain
        )

    def shown(self) -> Sequence[Shown]:
        """The code of each account, or the next one where a program took it already."""
        rows = self._store.rows("SELECT account, secret, given FROM authenticators ORDER BY account")
        return [Shown(account, TOTP(secret).generate_otp(self._step(given))) for account, secret, given in rows]

    def take(self, account: str) -> str | None:
        """A code that was given to nobody before, None for an account that is not here; raises NoCodeYet."""
        row = self._store.row("SELECT secret, given FROM authenticators WHERE account = ?", account)
        if row is None:
            return None
        secret, given = row
        step = self._step(given)
        if step <= given:
            raise NoCodeYet
        self._store.write("UPDATE authenticators SET given = ? WHERE account = ?", step, account)
        return str(TOTP(secret).generate_otp(step))

    def _step(self, given: int) -> int:
        now = int(self._clock()) // SECONDS
        return min(max(now, given + 1), now + _AHEAD)
