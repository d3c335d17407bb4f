"""What a browser is told to refuse on our behalf."""

from collections.abc import Mapping

from gateway.headers import RawHeaders, header

_CSP = b"content-security-policy"
_PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_API_POLICY: Mapping[str, str] = {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'"}


class SecurityHeaders:
    """The headers of every answer, made once; `https` adds the promise never to come back without it."""

    def __init__(self, *, https: bool) -> None:
        self._common: RawHeaders = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            # "no-referrer" would make browsers send "Origin: null" with our own forms.
            (b"referrer-policy", b"same-origin"),
            # Search asks where somebody is once they press the button for it, and never else.
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self)"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]
        if https:
            self._common.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        self._api = [*self._common, (_CSP, _written(_API_POLICY))]
        self._page = [*self._common, (_CSP, _written(_PAGE_POLICY))]

    def beside(self, headers: RawHeaders, path: str) -> RawHeaders:
        """What goes with an answer. A page may bring a policy of its own, as the one with Stripe's card fields has to:
        two policies would hold both, and the stricter one would win."""
        if header(headers, _CSP) is not None:
            return self._common
        return self._api if path.startswith("/api/") and path != "/api/docs" else self._page


def _written(policy: Mapping[str, str]) -> bytes:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items()).encode()
