"""Prints the sorted subjects of the emails in a Maildir."""
import mailbox
import sys

for subject in sorted(mail["subject"] for mail in mailbox.Maildir(sys.argv[1], create=False)):
    print(subject)
