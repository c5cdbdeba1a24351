"""Prints From, To and Subject of an email, whether its HTML equals a file, and its text."""
import email
import email.policy
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
with open(sys.argv[2], encoding="utf-8") as file:
    page = file.read()

for name in ("From", "To", "Subject"):
    print(f"{name}: {mail[name]}")
html = mail.get_body(("html",)).get_content()
print("HTML:", "the same" if html.rstrip("\n") == page.rstrip("\n") else "another")
print(mail.get_body(("plain",)).get_content().rstrip("\n"))
