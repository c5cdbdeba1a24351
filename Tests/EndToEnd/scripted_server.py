"""A mail server with one fault at a time that records every byte it receives."""

import queue
import socket
import ssl
import threading


class ScriptedServer:
    """Listens during the `with` block. `behave` sets its behaviour from then on.

    offers_tls     STARTTLS stands in the answer to EHLO
    starttls       the answer to STARTTLS; only after a 220 does TLS begin
    certificate    file with certificate and key
    implicit       TLS from the first byte on
    newest         the newest version of TLS it speaks
    clear_auth, auth  what follows AUTH in the answer to EHLO before TLS and after; none when empty
    login, recipient, end  the answers to AUTH, RCPT TO and the final dot
    """

    def __init__(self, certificate):
        self.good = dict(
            offers_tls=True, starttls="220 2.0.0 go on", certificate=certificate, implicit=False,
            newest=ssl.TLSVersion.MAXIMUM_SUPPORTED, clear_auth="PLAIN LOGIN", auth="PLAIN LOGIN",
            login="235 2.7.0 welcome", recipient="250 2.1.5 ok", end="250 2.0.0 queued")
        self.reset(self.good)

    def behave(self, **wrong):
        """Behaves like a correct server except for the given faults. Clears the record."""
        self.settle()
        self.reset(self.good | wrong)

    def reset(self, script):
        self.script = script
        self.lines = []
        self.bytes = b""
        self.mails = []
        self.connections = 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sessions = queue.Queue()
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            session = threading.Thread(target=self.serve, args=[connection], daemon=True)
            session.start()
            self.sessions.put((session, peer))

    def settle(self):
        """Waits until everything that was sent before is in the transcript."""
        # Connections are handled in order. When this one is, all earlier ones are.
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            name = last.getsockname()
        while True:
            session, peer = self.sessions.get(timeout=30)
            session.join(30)
            if peer == name:
                return
            self.connections += 1

    def serve(self, connection):
        try:
            connection.settimeout(20)
            Session(self, connection).run()
        except OSError:
            pass  # The client closed the connection. What it sent until then is recorded.


class Session:
    def __init__(self, server, connection):
        self.server = server
        self.script = server.script
        self.encrypted = False
        self.take(connection)

    def take(self, connection):
        self.connection = connection
        self.stream = connection.makefile("rwb", buffering=0)

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # The system's policy does not allow TLS 1.0.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = self.script["newest"]
        context.load_cert_chain(self.script["certificate"])
        self.take(context.wrap_socket(self.connection, server_side=True))
        self.encrypted = True

    def say(self, text):
        self.stream.write(text.encode() + b"\r\n")

    def hear(self):
        line = self.stream.readline()
        self.server.bytes += line
        return line

    def run(self):
        if self.script["implicit"]:
            self.encrypt()
        self.say("220 test.example ESMTP")
        while line := self.hear():
            text = line.decode(errors="replace").rstrip("\r\n")
            verb = text.split(" ")[0].upper()
            self.server.lines.append(("TLS " if self.encrypted else "") + verb)
            if verb == "QUIT":
                return self.say("221 2.0.0 bye")
            self.answer(verb)

    def answer(self, verb):
        simple = {"MAIL": "250 2.1.0 ok", "RCPT": self.script["recipient"], "NOOP": "250 2.0.0 ok"}
        if verb == "EHLO":
            self.say("\r\n".join(self.extensions()))
        elif verb == "STARTTLS":
            self.say(self.script["starttls"])
            if self.script["starttls"].startswith("220"):
                self.encrypt()
        elif verb == "AUTH":
            self.say("334 ")
            self.hear()
            self.say(self.script["login"])
        elif verb == "DATA":
            self.receive()
        else:
            self.say(simple.get(verb, "502 5.5.2 what?"))

    def extensions(self):
        lines = ["250-test.example"]
        if self.script["offers_tls"] and not self.encrypted and not self.script["implicit"]:
            lines.append("250-STARTTLS")
        if auth := self.script["auth" if self.encrypted else "clear_auth"]:
            lines.append(f"250-AUTH {auth}")
        return [*lines, "250 ENHANCEDSTATUSCODES"]

    def receive(self):
        self.say("354 go on")
        mail = b""
        while (line := self.hear()) not in (b".\r\n", b""):
            mail += line
        if line and self.script["end"].startswith("2"):
            self.server.mails.append(mail)
        self.say(self.script["end"])
