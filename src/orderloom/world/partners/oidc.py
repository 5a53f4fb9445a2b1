"""A stand-in of a company's OpenID provider: discovery, a sign-in page, codes, tokens with real signatures, keys that
change, the end of a session by either side; and all that such a server, or whoever sits between, can do wrong."""

import base64
import hashlib
import hmac
import html
import json
import secrets
import threading
import urllib.parse
import urllib.request
from typing import Any

from joserfc import jwk, jwt

from orderloom.kit import clock
from orderloom.world.partners.listening import Door, Partner

_PAGE = """<!doctype html><html lang="en"><title>Acme sign-in</title><h1>Acme</h1>
<form method="post"><label>User <input name="user" autofocus></label>{kept}<button>Sign in</button></form></html>"""


class Server(Partner):
    """A provider with one client. `people` maps a user's name to its claims beside `sub`, which is the name.

    `trouble` is done at the next token, one each: "nonce", "audience", "expired", "none", "hs256", "stranger" (signed
    with a key that is not published), "issuer", "no_token", "5xx", "garbage". A `thin` token leaves the claims to
    userinfo. Of an ended session it tells the hub at `back_channel` where that is named; `goodbyes` are the queries
    that browsers came to its place of signing out with."""

    def __init__(self, client_id: str = "hub", secret: str = "s3cret & more") -> None:
        super().__init__(_Door)
        self.client_id, self.secret = client_id, secret
        self.people: dict[str, dict[str, Any]] = {}
        self.thin = False
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.back_channel = ""
        self.goodbyes: list[dict[str, str]] = []
        self.sids: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()
        self._number = 0
        self.rotate()

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return f"http://127.0.0.1:{self.server_port}/acme"

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self._number += 1
        self.signer = jwk.RSAKey.generate_key(2048, {"kid": f"key-{self._number}", "use": "sig", "alg": "RS256"})

    def metadata(self) -> dict[str, Any]:
        """What it publishes of itself."""
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "userinfo_endpoint": f"{at}/userinfo",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/logout",
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def code(self, asked: dict[str, str], user: str) -> str:
        """The address that a browser is sent back to when somebody has signed in."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "user": user}
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urllib.parse.urlencode(back)}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint: a code opens once, for who asked for it, with the verifier of its challenge."""
        pair = base64.b64decode(authorization.partition(" ")[2]).decode().split(":")
        if [urllib.parse.unquote_plus(each) for each in pair] != [self.client_id, self.secret]:
            return 401, {"error": "invalid_client"}
        with self._one_at_a_time:
            asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = _coded(digest)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        self.tokens[access] = asked["user"]
        trouble = self.trouble.pop(0) if self.trouble else ""
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if trouble != "no_token":
            answer["id_token"] = self._token(asked, str(trouble))
        return (503 if trouble == "5xx" else 200), answer

    def logout_token(self, sub: str = "", sid: str = "", *, trouble: str = "", jti: str = "") -> str:
        """Its word that a session, or all of a person, has ended. The `trouble` of a token can be had here too, besides
        "with_nonce", "no_event", "no_jti", "old", "typed" (as an access token) and "nobody" (names neither)."""
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 120,
            "jti": jti or secrets.token_urlsafe(16),
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            **({"sub": sub} if sub else {}),
            **({"sid": sid} if sid else {}),
        }
        match trouble:
            case "with_nonce":
                claims["nonce"] = "n"
            case "no_event":
                claims["events"] = {"http://schemas.openid.net/event/another": {}}
            case "no_jti":
                del claims["jti"]
            case "old":
                claims["iat"] = now - 3_600
            case "nobody":
                claims.pop("sub", None)
                claims.pop("sid", None)
            case _:
                claims.update(self._wrong(trouble, now))
        return self._signed(claims, trouble, "at+jwt" if trouble == "typed" else "logout+jwt")

    def sign_out(self, asked: dict[str, str]) -> str:
        """A browser comes to sign out: the person's session ends here, and the hub is told. Returns the way back."""
        self.goodbyes.append(asked)
        said = json.loads(_decoded(asked["id_token_hint"].split(".")[1])) if "id_token_hint" in asked else {}
        if self.back_channel and said:
            token = self.logout_token(said["sub"], said.get("sid", ""))
            body = urllib.parse.urlencode({"logout_token": token}).encode()
            with urllib.request.urlopen(self.back_channel, body, timeout=10):
                pass
        return asked["post_logout_redirect_uri"]

    def _wrong(self, trouble: str, now: int) -> dict[str, Any]:
        """Claims that are not what they should be."""
        wrong: dict[str, dict[str, Any]] = {
            "issuer": {"iss": "https://elsewhere.example.com"},
            "audience": {"aud": "another"},
            "expired": {"iat": now - 7_200, "exp": now - 3_600},
        }
        return wrong.get(trouble, {})

    def _token(self, asked: dict[str, str], trouble: str) -> str:
        now = int(clock.now().timestamp())
        sid = self.sids.setdefault(asked["state"], f"s-{len(self.sids) + 1}")
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": asked["user"],
            "sid": sid,
            "nonce": "of another sign-in" if trouble == "nonce" else asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **({} if self.thin else self.people.get(asked["user"], {})),
            **self._wrong(trouble, now),
        }
        return self._signed(claims, trouble, "JWT")

    def _signed(self, claims: dict[str, Any], trouble: str, kind: str) -> str:
        header = {"alg": "RS256", "kid": self.signer.kid, "typ": kind}
        if trouble == "none":
            return ".".join(map(_written, ({"alg": "none"}, claims))) + "."
        if trouble == "hs256":  # The public key, which everybody has, as the secret of a symmetric signature.
            signed = ".".join(map(_written, ({"alg": "HS256", "kid": self.signer.kid}, claims)))
            made = hmac.digest(self.signer.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_coded(made)}"
        stranger = (
            jwk.RSAKey.generate_key(2048, {"kid": str(self.signer.kid)}) if trouble == "stranger" else self.signer
        )
        return jwt.encode(header, claims, stranger)


class _Door(Door):
    server: Server

    def do_GET(self) -> None:  # noqa: N802
        """What is published, and the page where people sign in."""
        server, parts = self.server, urllib.parse.urlsplit(self.path)
        server.asked.append(parts.path)
        match parts.path.removeprefix("/acme"):
            case "/.well-known/openid-configuration":
                self._tell(200, server.metadata())
            case "/keys":
                self._tell(200, {"keys": [server.signer.as_dict(private=False)]})
            case "/userinfo":
                user = server.tokens.get(self.headers.get("authorization", "").partition(" ")[2])
                known = user is not None
                self._tell(200 if known else 401, {"sub": user, **server.people.get(user or "", {})} if known else {})
            case "/logout":
                back = server.sign_out(dict(urllib.parse.parse_qsl(parts.query)))
                self.say(303, b"", {"location": back})
            case "/authorize":
                kept = "".join(
                    f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
                    for name, value in urllib.parse.parse_qsl(parts.query)
                )
                page = _PAGE.format(kept=kept).encode()
                self.say(200, page, {"content-type": "text/html; charset=utf-8"})
            case _:
                self._tell(404, {})

    def reply(self, raw: bytes) -> None:
        """Somebody signs in, or the hub redeems a code."""
        server, path = self.server, urllib.parse.urlsplit(self.path).path
        server.asked.append(path)
        form = dict(urllib.parse.parse_qsl(raw.decode()))
        if path.endswith("/authorize"):
            user = form.pop("user", "")
            if user in server.people:
                back = server.code(form, user)
            else:
                said = {"error": "access_denied", "state": form["state"], "iss": server.issuer}
                back = f"{form['redirect_uri']}?{urllib.parse.urlencode(said)}"
            self.say(303, b"", {"location": back})
            return
        if server.trouble and server.trouble[0] == "garbage":
            server.trouble.pop(0)
            self.say(200, b"<html>ok</html>")
            return
        self._tell(*server.redeem(form, self.headers.get("authorization", "")))

    def _tell(self, status: int, body: dict[str, Any]) -> None:
        self.say(status, json.dumps(body).encode())


def _written(part: dict[str, Any]) -> str:
    return _coded(json.dumps(part).encode())


def _decoded(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


def _coded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()
