"""A private Postfix: queue, mailboxes, log and port in one directory, no DNS."""

import os
import pathlib
import pwd
import socket
import subprocess
import time

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = mx.example.net
mydestination =
alias_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {home}/mailboxes
virtual_mailbox_maps = texthash:{home}/addresses
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
"""


class Postfix:
    """Runs during the `with` block. It rejects all addresses except the given ones."""

    def __init__(self, home, addresses):
        self.home = pathlib.Path(home)
        self.addresses = addresses
        self.port = free_port()

    def __enter__(self):
        self.configure()
        try:
            self.control("start")
            self.wait_for_port()
        except BaseException:
            self.control("abort", check=False)
            raise
        return self

    def __exit__(self, *error):
        if any(error):
            print((self.home / "log").read_text(), end="")
        self.control("stop")

    def configure(self):
        owner = pwd.getpwnam("postfix")
        self.home.chmod(0o755)
        for name in ["configuration", "queue", "data", "mailboxes"]:
            (self.home / name).mkdir()
        for name in ["data", "mailboxes"]:
            os.chown(self.home / name, owner.pw_uid, owner.pw_gid)
        domain = self.addresses[0].partition("@")[2]
        lines = [f"{address} {address.partition('@')[0]}/\n" for address in self.addresses]
        (self.home / "addresses").write_text("".join(lines))
        (self.home / "configuration/main.cf").write_text(
            MAIN.format(
                home=self.home, domain=domain, user=owner.pw_uid, group=owner.pw_gid)
            + self.settings())
        self.write_services()

    def write_services(self):
        (self.home / "configuration/master.cf").write_text(
            MASTER.format(port=self.port) + self.services())

    def settings(self):
        """Additional lines for main.cf, for subclasses."""
        return ""

    def services(self):
        """Additional lines for master.cf."""
        return ""

    def control(self, verb, check=True):
        command = ["postfix", "-c", str(self.home / "configuration"), verb]
        # Write to a file, because the remaining server would keep a pipe open.
        with open(self.home / f"{verb}.txt", "w+") as answer:
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=answer, stderr=answer, timeout=60)
            answer.seek(0)
            if check and result.returncode != 0:
                raise RuntimeError(f"{' '.join(command)}: {answer.read()}")

    def wait_for_port(self):
        wait_until("Postfix listens", lambda: greets(self.port))

    def settle(self):
        """Waits until every accepted email is in a mailbox."""
        queues = ["maildrop", "incoming", "active", "deferred"]
        wait_until(
            "the queue is empty",
            lambda: not any(
                path.is_file()
                for name in queues
                for path in (self.home / "queue" / name).rglob("*")
            ),
        )

    def mails(self, address):
        """Returns the emails of an address as bytes, in no particular order."""
        new = self.home / "mailboxes" / address.partition("@")[0] / "new"
        files = sorted(new.iterdir()) if new.exists() else []
        return [file.read_bytes() for file in files]

    def empty(self, addresses):
        for address in addresses:
            for file in (self.home / "mailboxes" / address.partition("@")[0]).glob("new/*"):
                file.unlink()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def greets(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(3) == b"220"
    except OSError:
        return False


def wait_until(what, holds, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} seconds until {what}")
        time.sleep(0.05)
