"""A Postfix like those of providers: it requires STARTTLS or TLS and a login."""

import re
import shutil
import smtplib
import ssl
import subprocess

from postfix import Postfix, free_port, wait_until

SETTINGS = """\
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = mx.example.net
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
# No one reads the notices of these tests.
notify_classes =
"""

SASL = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {users}
mech_list: PLAIN LOGIN
"""

SMTPS = {"smtpd_tls_wrappermode": "yes"}


class SubmissionPostfix(Postfix):
    """Has a port for each correct or faulty behaviour; see `ports`.

    `kinds` maps a name to the smtpd settings in which that port differs from the right one.
    """

    def __init__(self, home, addresses, certificate, user, password, kinds):
        super().__init__(home, addresses)
        self.good = {"smtpd_tls_cert_file": certificate, "smtpd_tls_key_file": certificate,
                     "smtpd_tls_security_level": "encrypt", "smtpd_tls_auth_only": "yes"}
        self.user, self.password = user, password
        self.kinds = dict(kinds)
        self.ports = {kind: free_port() for kind in kinds}

    def configure(self):
        super().configure()
        # Debian's Postfix looks for <smtpd_sasl_path>.conf here.
        sasl = self.home / "configuration/sasl"
        sasl.mkdir()
        users = self.home / "data/users"
        (sasl / "smtpd.conf").write_text(SASL.format(users=users))
        # Use standard input, so that it does not appear in the process list.
        subprocess.run(
            ["saslpasswd2", "-p", "-c", "-f", users, "-u", "mx.example.net", self.user],
            input=self.password.encode(), check=True, timeout=30)
        shutil.chown(users, "postfix")

    def settings(self):
        return SETTINGS

    def services(self):
        tls = "tlsmgr unix - - n 1000? 1 tlsmgr\n"
        return tls + "".join(self.service(kind) for kind in self.kinds)

    def service(self, kind):
        options = self.good | self.kinds[kind] | {"syslog_name": f"postfix/{kind}"}
        lines = "".join(f"  -o {name}={value}\n" for name, value in options.items())
        return f"127.0.0.1:{self.ports[kind]} inet n - n - - smtpd\n" + lines

    def commands(self, kind):
        """Returns the commands of each session on a port, as logged by the server."""
        log = (self.home / "log").read_text()
        sessions = re.findall(rf"postfix/{kind}/smtpd\[\d+\]: disconnect from \S+(.*)", log)
        return [sorted(set(re.findall(r"(\w+)=", session)) - {"commands"})
                for session in sessions]

    def repair(self, kind, authority):
        """Fixes a port and waits until another client can log in."""
        self.kinds[kind] = {name: value for name, value in SMTPS.items()
                            if name in self.kinds[kind]}
        self.write_services()
        self.control("reload")
        wait_until(f"the port '{kind}' is right", lambda: self.logs_in(kind, authority))

    def logs_in(self, kind, authority):
        context = ssl.create_default_context(cafile=authority)
        port = self.ports[kind]
        try:
            if "smtpd_tls_wrappermode" in self.kinds[kind]:
                client = smtplib.SMTP_SSL("localhost", port, timeout=10, context=context)
            else:
                client = smtplib.SMTP("localhost", port, timeout=10)
                client.starttls(context=context)
            with client:
                client.login(self.user, self.password)
            return True
        except (OSError, smtplib.SMTPException):
            return False
