"""Responds to HTTPS requests with 200, using a self-signed certificate that it creates.

Usage: https_server.py FIFO CERTIFICATE NAME [TICKETS]. Writes its port to the FIFO when the certificate is
ready, and exits after one connection. TICKETS is the number of session tickets that it sends.
"""
import socket
import ssl
import subprocess
import sys

fifo, certificate, name = sys.argv[1:4]
key = certificate + ".key"
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
     "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
     "-keyout", key, "-out", certificate], check=True, capture_output=True)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
if sys.argv[4:]:
    context.num_tickets = int(sys.argv[4])
listener = socket.create_server(("127.0.0.1", 0))
with open(fifo, "w") as file:
    file.write(str(listener.getsockname()[1]))
connection, _ = listener.accept()
try:
    with context.wrap_socket(connection, server_side=True) as secure:
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = secure.recv(65536)
            if not chunk:
                break
            head += chunk
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        print(head.split(b"\r\n")[0].decode())
except (ssl.SSLError, OSError) as error:
    print("no TLS:", error)
