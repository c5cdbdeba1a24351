"""A mail server that accepts and stores every email while the script runs."""

import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        try:
            self.converse()
        except OSError:
            pass  # The client was killed.

    def converse(self):
        self.say("220 sink")
        recipients = []
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper().strip()
            if verb in (b"EHLO", b"HELO"):
                self.say("250 sink")
            elif verb == b"MAIL":
                recipients = []
                self.say("250 go on")
            elif verb == b"RCPT":
                recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                self.say("250 go on")
            elif verb == b"DATA":
                self.say("354 go on")
                body = self.body()
                if body is None:
                    return
                with self.server.lock:
                    self.server.accepted += [(to, body) for to in recipients]
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("500 what?")

    def body(self):
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return None  # The connection broke before the final dot, so nothing was accepted.


class MailSink(socketserver.ThreadingTCPServer):
    """Listens on its own port. `accepted` contains (recipient, bytes) of every email."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.lock = threading.Lock()
        self.accepted = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]
