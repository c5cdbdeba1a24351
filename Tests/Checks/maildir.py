"""Prints the subjects of the mails in a Maildir, sorted."""
import mailbox
import sys

for subject in sorted(mail["subject"] for mail in mailbox.Maildir(sys.argv[1], create=False)):
    print(subject)
