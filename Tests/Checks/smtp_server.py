"""A mail server with TLS for one connection. At the end it prints what it received, as JSON.

Arguments: a FIFO to which the port is written, "starttls", "smtps" or "plain", and the files of the
certificate and its key. Each line, and each email as a whole, is printed with whether it used TLS.
"""
import json
import socket
import ssl
import sys

fifo, mode, certificate, key = sys.argv[1:]
lines = []


def serve(connection):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    encrypted = mode == "smtps"
    if encrypted:
        connection = context.wrap_socket(connection, server_side=True)
    stream = connection.makefile("rwb", buffering=65536)

    def say(text):
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    say("220 test.example ESMTP")
    while line := stream.readline():
        line = line.decode().rstrip("\r\n")
        lines.append([encrypted, line])
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            offer = "250 STARTTLS" if mode == "starttls" and not encrypted else "250 AUTH PLAIN"
            say("250-test.example\r\n" + offer)
        elif verb == "STARTTLS" and mode == "starttls":
            say("220 go on")
            connection = context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rwb", buffering=65536)
            encrypted = True
        elif verb == "AUTH":
            say("334 ")
            stream.readline()
            say("235 2.7.0 welcome")
        elif verb == "DATA":
            say("354 go on")
            mail = []
            while (line := stream.readline()) not in (b".\r\n", b""):
                mail.append(line)
            lines.append([encrypted, b"".join(mail).decode()])
            say("250 2.0.0 queued")
        elif verb == "QUIT":
            say("221 2.0.0 bye")
            return
        else:
            say("250 2.0.0 ok")


listener = socket.create_server(("127.0.0.1", 0))
with open(fifo, "w") as port:
    port.write(str(listener.getsockname()[1]))
listener.settimeout(30)
try:
    peer = listener.accept()[0]
    peer.settimeout(30)
    serve(peer)
except OSError:
    pass  # The test checks how the client reacts.
print(json.dumps(lines))
