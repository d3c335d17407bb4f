"""Passkeys (WebAuthn): a key that never leaves its owner's device and answers to this marketplace's own name alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, Index, LargeBinary, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from chassis.errors import Refused
from chassis.ids import new_id
from gateway.account import Account
from gateway.base import Base
from gateway.hosts import LOOPBACK, own_origins

NAME = "Toad Lane"
CHALLENGE_LIFE = timedelta(minutes=5)
_TRANSPORTS = frozenset(AuthenticatorTransport)
# Its owner's finger, face or PIN, and not only somebody who found the device.
_VERIFIED = UserVerificationRequirement.REQUIRED

Options = dict[str, Any]


class PasskeyRefused(Refused):
    code, title = "passkey_refused", "That passkey was not accepted"


class Passkey(Base):
    """`sign_count` grows with each use where the device counts; `transports` tell a browser how to reach it."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PasskeyChallenge(Base):
    """What the next answer in a session must sign: one at a time, and good for one answer."""

    __tablename__ = "passkey_challenges"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: `id` is the host that they are bound to, `origins` are the pages they may answer."""

    id: str
    origins: tuple[str, ...]

    @classmethod
    def at(cls, public_url: str) -> Self:
        """Browsers bind no passkey to a bare address, so that on loopback they work under the name localhost."""
        host = urlsplit(public_url).hostname or ""
        origins = sorted(origin.decode() for origin in own_origins(public_url, ()))
        return cls("localhost" if host in LOOPBACK else host, tuple(origins))

    def creation_options(self, account: Account, known: Sequence[Passkey]) -> tuple[bytes, Options]:
        """A challenge, and what a browser needs to make a passkey that its device does not have yet."""
        options = generate_registration_options(
            rp_id=self.id,
            rp_name=NAME,
            user_id=account.id.bytes,
            user_name=account.email,
            user_display_name=account.name,
            exclude_credentials=[_descriptor(passkey) for passkey in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_VERIFIED
            ),
        )
        return options.challenge, options_to_json_dict(options)

    def request_options(self, known: Sequence[Passkey]) -> tuple[bytes, Options]:
        """A challenge, and what a browser needs to have it signed by one of the account's passkeys."""
        options = generate_authentication_options(
            rp_id=self.id, allow_credentials=[_descriptor(passkey) for passkey in known], user_verification=_VERIFIED
        )
        return options.challenge, options_to_json_dict(options)

    def made(self, credential: Options, challenge: bytes) -> VerifiedRegistration:
        """The new passkey; raises PasskeyRefused."""
        try:
            return verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=list(self.origins),
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise _refused() from error

    def signed(self, credential: Options, challenge: bytes, passkey: Passkey) -> VerifiedAuthentication:
        """That the passkey's owner signed the challenge on a page of ours; raises PasskeyRefused."""
        try:
            return verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=list(self.origins),
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError) as error:
            raise _refused() from error


async def passkeys_of(session: AsyncSession, account_id: UUID) -> Sequence[Passkey]:
    return (await session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id))).all()


async def remember_challenge(session: AsyncSession, session_id: UUID, challenge: bytes, now: datetime) -> None:
    values = {"session_id": session_id, "challenge": challenge, "expires_at": now + CHALLENGE_LIFE}
    added = insert(PasskeyChallenge).values(**values)
    await session.execute(added.on_conflict_do_update(index_elements=["session_id"], set_=values))


async def use_challenge(session: AsyncSession, session_id: UUID, now: datetime) -> bytes:
    """What this session's answer must sign; raises PasskeyRefused where nothing was asked, or too long ago."""
    challenge: bytes | None = await session.scalar(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.session_id == session_id, PasskeyChallenge.expires_at > now)
        .returning(PasskeyChallenge.challenge)
    )
    if challenge is None:
        raise _refused()
    return challenge


async def keep_passkey(
    session: AsyncSession,
    account_id: UUID,
    *,
    name: str,
    made: VerifiedRegistration,
    transports: Sequence[str],
    now: datetime,
) -> None:
    """Raises PasskeyRefused for one that some account has already."""
    added = insert(Passkey).values(
        id=new_id(),
        account_id=account_id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=[known for known in transports if known in _TRANSPORTS],
        added_at=now,
    )
    if await session.scalar(added.on_conflict_do_nothing().returning(Passkey.id)) is None:
        raise PasskeyRefused("It guards an account already. Please take another one.")


async def take_passkey(
    session: AsyncSession,
    party: RelyingParty,
    credential: Options,
    *,
    account_id: UUID,
    challenge: bytes,
    now: datetime,
) -> None:
    """Notes that one of the account's passkeys has signed; raises PasskeyRefused."""
    try:
        credential_id = base64url_to_bytes(str(credential["rawId"]))
    except ValueError as error:
        raise _refused() from error
    ours = select(Passkey).where(Passkey.account_id == account_id, Passkey.credential_id == credential_id)
    passkey = await session.scalar(ours.with_for_update())
    if passkey is None:
        raise _refused()
    passkey.sign_count = party.signed(credential, challenge, passkey).new_sign_count
    passkey.used_at = now


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(name) for name in passkey.transports]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports)


def _refused() -> PasskeyRefused:
    return PasskeyRefused("It has to be one of this account's, used on this very page. Please try again.")
