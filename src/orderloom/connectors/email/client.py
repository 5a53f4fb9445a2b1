"""Sends e-mail over SMTP (RFC 5321), one recipient a message, so that each is taken or refused by itself."""

import datetime as dt
import email.message
import email.policy
import email.utils
import hashlib
import re
import smtplib
import socket
import ssl
from typing import Literal

import msgspec

from orderloom.connectors.contract import Answer, Connector, Delivered, Failed, Rejected, TooFast
from orderloom.domain.messengers import Message, Window
from orderloom.kit import addresses, limits

_WINDOWS = (Window(60, 60),)
_CLOSED_SECONDS = 300
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[^\s@<>,;:\"\\()\[\]]{1,255}")


class Account(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An account: a server, how the way there is sealed, who signs in, and who stands in From."""

    host: str
    sender: str
    port: int = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password: str = ""
    private: bool = False


def send(account: Account, message: Message, now: dt.datetime) -> Answer:
    """Hand one message over. Its Message-ID is made of its key, so that a repeated one is known as the same."""
    sender = email.utils.parseaddr(account.sender)[1]
    if not _ADDRESS.fullmatch(message.to) or not _ADDRESS.fullmatch(sender):
        return Rejected("an address is no e-mail address")
    if account.security == "none" and not account.private:
        return Rejected("a server outside one's own network needs tls or starttls")
    try:
        target = addresses.resolve(f"https://{account.host}:{account.port}/", private=account.private)
    except addresses.Forbidden as forbidden:
        return Failed(str(forbidden))
    address = target.url.removeprefix("https://").rpartition(":")[0].strip("[]")
    handed_over = False
    try:
        with _connected(account, address) as server:
            if account.user:
                server.login(account.user, account.password)
            content = _content(account, message, sender=sender, now=now)
            handed_over = True
            server.send_message(content, sender, [message.to])
        return Delivered({"to": 1})
    except smtplib.SMTPAuthenticationError as error:
        return _answered(error.smtp_code, error.smtp_error)
    except smtplib.SMTPRecipientsRefused as error:
        return _answered(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Rejected(str(error)[: limits.TEXT_CHARS_MAX])
    except (smtplib.SMTPException, OSError) as error:
        # Once the content is on its way nobody knows; the Message-ID tells a repeated one.
        return Failed(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX], doubtful=handed_over)


def _connected(account: Account, address: str) -> smtplib.SMTP:
    """A connection to the checked address, sealed for the name of the server."""
    context = ssl.create_default_context()
    if account.security == "tls":
        return _SealedServer(account.host, account.port, address, context)
    server = _Server(account.host, account.port, address)
    if account.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


class _Server(smtplib.SMTP):
    """Knows its server by name, connects to the address that was checked."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._address = address
        super().__init__(host, port, timeout=limits.MESSENGER_SECONDS_MAX, local_hostname="orderloom.local")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _SealedServer(_Server):
    """The same, sealed from the first byte."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(host, port, address)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def _content(account: Account, message: Message, *, sender: str, now: dt.datetime) -> email.message.EmailMessage:
    content = email.message.EmailMessage(policy=email.policy.SMTP)
    content["From"] = account.sender
    content["To"] = message.to
    content["Subject"] = " ".join(message.title.split())[: limits.TEMPLATE_TITLE_CHARS_MAX]
    content["Date"] = email.utils.format_datetime(now)
    known = hashlib.sha256(f"{message.key} {message.to}".encode()).hexdigest()[:32]
    content["Message-ID"] = f"<{known}@{sender.rpartition('@')[2]}>"
    content["Auto-Submitted"] = "auto-generated"
    content.set_content(message.text)
    return content


def _answered(code: int, said: bytes | str) -> Answer:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    reason = f"{code} {text}"[: limits.TEXT_CHARS_MAX]
    if code == 421:
        return TooFast(reason, _CLOSED_SECONDS)
    return Failed(reason) if 400 <= code < 500 else Rejected(reason)


CONNECTOR = Connector("email", Account, _WINDOWS, send, personal=True)
