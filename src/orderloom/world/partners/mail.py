"""A mail server: SMTP with AUTH, mailboxes that exist or not, and the ways in which mail servers say no."""

import base64
import contextlib
import email
import email.message
import email.policy
import socketserver
import threading
from collections.abc import Iterator

_LINE_BYTES_MAX = 4_096
_MESSAGE_BYTES_MAX = 10 * 2**20


class MailServer(socketserver.ThreadingTCPServer):
    """The server. `unknown` recipients are refused with 550, `busy` ones with 450; `trouble` is what it does to the
    next connections, in turn: "closing" (421), "disconnect" (after the content), "full" (452)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, user: str = "", password: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.user, self.password = user, password
        self.unknown: set[str] = set()
        self.busy: set[str] = set()
        self.trouble: list[str] = []
        self.heard: list[tuple[str, email.message.EmailMessage]] = []

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self.server_address[1]

    @contextlib.contextmanager
    def running(self) -> Iterator["MailServer"]:
        """Serve in a thread until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """One connection, line by line, until QUIT or its end."""
        trouble = self.server.trouble.pop(0) if self.server.trouble else ""
        if trouble == "closing":
            self._say("421 4.3.2 too many connections, try later")
            return
        self._say("220 standin ESMTP")
        self.signed_in = not self.server.user
        self.recipient = ""
        while line := self.rfile.readline(_LINE_BYTES_MAX):
            verb, _, rest = line.decode(errors="replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                return
            if verb.upper() == "DATA":
                if not self._content(trouble):
                    return
            else:
                self._answer(verb.upper(), rest)

    def _answer(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            self._say("250-standin", "250-SMTPUTF8", "250 AUTH PLAIN")
        elif verb in ("HELO", "RSET", "NOOP"):
            self._say("250 ok")
        elif verb == "AUTH":
            self._sign_in(rest)
        elif not self.signed_in:
            self._say("530 5.7.0 authentication required")
        elif verb == "MAIL":
            self._say("250 ok")
        elif verb == "RCPT":
            self._receive_for(rest.partition("<")[2].partition(">")[0])
        else:
            self._say("502 5.5.1 not implemented")

    def _sign_in(self, rest: str) -> None:
        _, _, given = rest.partition(" ")
        wanted = f"\0{self.server.user}\0{self.server.password}".encode()
        self.signed_in = base64.b64decode(given) == wanted
        self._say("235 2.7.0 accepted" if self.signed_in else "535 5.7.8 authentication credentials invalid")

    def _receive_for(self, recipient: str) -> None:
        if recipient in self.server.unknown:
            self._say("550 5.1.1 no such user")
        elif recipient in self.server.busy:
            self._say("450 4.2.1 mailbox busy, try again later")
        else:
            self.recipient = recipient
            self._say("250 ok")

    def _content(self, trouble: str) -> bool:
        """Take the content; whether the connection goes on."""
        if not self.recipient:
            self._say("503 5.5.1 no recipient")
            return True
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline(_MESSAGE_BYTES_MAX)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if trouble == "disconnect":
            return False
        if trouble == "full":
            self._say("452 4.3.1 insufficient system storage")
            return True
        read = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(read, email.message.EmailMessage)
        self.server.heard.append((self.recipient, read))
        self._say("250 2.0.0 queued")
        return True

    def _say(self, *lines: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
