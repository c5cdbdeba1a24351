"""Prints the code points that take two columns according to Unicode's tables, one per line.

Left out are those without a character: Python calls them wide.
"""

import unicodedata


def is_wide(character):
    return (unicodedata.east_asian_width(character) in "WF"
            and unicodedata.category(character) not in ("Mn", "Me", "Cf", "Cn", "Cs", "Co"))


print("\n".join(str(code) for code in range(0x20400) if is_wide(chr(code))))
