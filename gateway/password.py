"""Passwords: what is accepted, and argon2id off the event loop."""

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from chassis.errors import Refused

SHORTEST = 12
# Longer ones only cost us time; a sentence fits.
LONGEST = 200


class PasswordNotAccepted(Refused):
    code, title = "password_not_accepted", "Please choose another password"


def acceptable(password: str, *, email: str) -> str:
    """Length is what makes a password strong (NIST SP 800-63B); no rules about signs and digits."""
    if len(password) < SHORTEST:
        raise PasswordNotAccepted(
            f"At least {SHORTEST} characters, please: four or five words make a good one.", field="password"
        )
    if len(password) > LONGEST:
        raise PasswordNotAccepted(f"At most {LONGEST} characters, please.", field="password")
    if len(set(password)) < 5 or password.lower() in (email, email.partition("@")[0] * 2):
        raise PasswordNotAccepted("Too easy to guess: four or five words make a good one.", field="password")
    return password


class Passwords:
    """Hashing takes tens of milliseconds and much memory on purpose, so only a few are done at once."""

    def __init__(self, *, memory_kib: int, passes: int, at_once: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._at_once = CapacityLimiter(at_once)
        self._nobodys = self._hasher.hash("the password of nobody")

    async def hash(self, password: str) -> str:
        return await to_thread.run_sync(self._hasher.hash, password, limiter=self._at_once)

    async def matches(self, hashed: str | None, password: str) -> bool:
        """The same work whether or not there is an account, so that the time taken does not tell."""
        verified = await to_thread.run_sync(self._verify, hashed or self._nobodys, password, limiter=self._at_once)
        return verified and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False
