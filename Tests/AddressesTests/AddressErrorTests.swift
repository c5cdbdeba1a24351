import Addresses
import Testing

@Suite struct AddressErrorTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let message: String

        init(_ text: String, _ message: String) {
            self.text = text
            self.message = message
        }

        var testDescription: String { text }
    }

    @Test(
        "an invalid list has an entry, a column and a remedy",
        arguments: [
            Case("", "no address; write at least one, like name@example.com"),
            Case(" , ,", "no address; write at least one, like name@example.com"),
            Case(
                "Doe, Jane <j@x.org>",
                "entry 1, column 1: 'Doe': no '@'; write name@example.com, and put a name that "
                    + "contains a comma in quotes"),
            Case(
                "a@x.org; b@x.org",
                "entry 1, column 8: 'a@x.org; b@x.org': ';' does not separate addresses; use a comma"
            ),
            Case(
                "Team: a@x.org, b@x.org;",
                "entry 1, column 5: 'Team: a@x.org': groups ('Name: …;') are not supported; list "
                    + "the addresses instead; entry 2, column 23: 'b@x.org;': ';' does not "
                    + "separate addresses; use a comma"),
            Case(
                "a@x.org b@x.org",
                "entry 1, column 9: 'a@x.org b@x.org': two addresses; put a comma between them"),
            Case(
                "\"p@evil.com x\"@corp.com",
                "entry 1, column 1: '\"p@evil.com x\"@corp.com': the part before the '@' is in quotes, "
                    + "which is not supported; remove the quotes"),
            Case(
                "<\"p@evil.com x\"@corp.com>",
                "entry 1, column 2: '<\"p@evil.com x\"@corp.com>': the part before the '@' is in quotes, "
                    + "which is not supported; remove the quotes"),
            Case(
                "user@good.com(x)evil.com",
                "entry 1, column 14: 'user@good.com(x)evil.com': comments in parentheses are not "
                    + "accepted; remove it"),
            Case(
                "a@x.org\r\nBcc: e@x.org",
                "entry 1, column 8: 'a@x.org\\u{d}\\u{a}Bcc: e@x.org': a control character, such as "
                    + "a line break; remove it"),
            Case(
                "a@x.org, b\u{0}@x.org",
                "entry 2, column 11: 'b\\u{0}@x.org': a control character, such as a line break; "
                    + "remove it"),
            Case(
                "Jane <j@x.org, b@x.org",
                "entry 1, column 6: 'Jane <j@x.org': the '<' is never closed; add a '>' after the "
                    + "address"),
            Case(
                "a@x.org, a..b@x.org",
                "entry 2, column 12: 'a..b@x.org': a leading, trailing or double dot; remove it"
            ),
            Case(
                "a@b@c.org", "entry 1, column 4: 'a@b@c.org': more than one '@'; an address has one"
            ),
            Case(
                "Jane j@x.org",
                "entry 1, column 6: 'Jane j@x.org': put the address after a name in angle brackets: "
                    + "Name <name@example.com>"),
            Case(
                "\"Jane\"",
                "entry 1, column 1: '\"Jane\"': a name without an address; write \"Name\" "
                    + "<name@example.com>"),
            Case(
                "\"Jane <j@x.org>",
                "entry 1, column 1: '\"Jane <j@x.org>': the quote is never closed; add a \" at its end"
            ),
            Case(
                "<a@x.org> b@x.org",
                "entry 1, column 11: '<a@x.org> b@x.org': unexpected text after the address; "
                    + "separate addresses with commas"),
            Case("Jane <>", "entry 1, column 6: 'Jane <>': no address in the angle brackets"),
            Case(
                "j@y <j@x.org>",
                "entry 1, column 2: 'j@y <j@x.org>': '@' in a name; put the name in quotes: "
                    + "\"Name\" <name@example.com>"),
            Case(
                "<a@x.org NOTIFY=NEVER>",
                "entry 1, column 9: '<a@x.org NOTIFY=NEVER>': white space within the address; remove it"
            ),
            Case(
                "@x.org",
                "entry 1, column 1: '@x.org': nothing before the '@'; write name@example.com"),
            Case(
                ".a@x.org",
                "entry 1, column 1: '.a@x.org': a leading, trailing or double dot; remove it"),
            Case(
                "a.@x.org",
                "entry 1, column 2: 'a.@x.org': a leading, trailing or double dot; remove it"),
            Case(
                "a@x.org.",
                "entry 1, column 9: 'a@x.org.': a leading, trailing or double dot; remove it"),
            Case(
                "a@-x.org",
                "entry 1, column 3: 'a@-x.org': a part of the domain begins or ends with '-'; remove it"
            ),
            Case(
                "a@x_y.org",
                "entry 1, column 3: 'a@x_y.org': '_' is not allowed in an address; remove it"),
            Case(
                "a@x☃.org",
                "entry 1, column 3: 'a@x☃.org': '☃' is not allowed in an address; remove it"),
            Case(
                "a@é-.org",
                "entry 1, column 3: 'a@é-.org': a part of the domain has no ASCII form of at "
                    + "most 63 letters (IDNA); check its spelling"),
            Case("b@", "entry 1, column 2: 'b@': nothing after the '@'; write name@example.com"),
            Case(
                "a@x.org, <b@>",
                "entry 2, column 12: '<b@>': nothing after the '@'; write name@example.com"),
            Case(
                "a@host",
                "entry 1, column 3: 'a@host': the domain has no dot; write it in full, like example.com"
            ),
            Case(
                "a@192.0.2.1",
                "entry 1, column 3: 'a@192.0.2.1': an IP address instead of a domain; use the server's name"
            ),
            Case(
                "a@[IPv6:::1]",
                "entry 1, column 3: 'a@[IPv6:::1]': an IP address instead of a domain; use the server's name"
            ),
        ])
    func message(_ example: Case) throws {
        let error = try #require(throws: AddressListError.self) {
            _ = try AddressList(parsing: example.text)
        }
        #expect(error.description == example.message)
    }

    @Test(
        "a too long address is rejected",
        arguments: [
            (String(repeating: "a", count: 65) + "@x.org", 64),
            ("a@" + String(repeating: "b", count: 64) + ".org", 63),
            ("a@" + String(repeating: "é", count: 64) + ".org", 63),
            ("a@" + Array(repeating: "bcd", count: 64).joined(separator: "."), 255 - 1),
            ("a@" + Array(repeating: "bcd", count: 65).joined(separator: "."), 255),
        ])
    func tooLong(text: String, limit: Int) throws {
        let error = try #require(throws: AddressListError.self) {
            _ = try AddressList(parsing: text)
        }
        #expect(error.errors.map(\.problem) == [.tooLong(limit: limit)])
    }

    @Test("a label that is too long in ASCII is rejected")
    func tooLongInASCII() throws {
        let error = try #require(throws: AddressListError.self) {
            _ = try AddressList(parsing: "a@" + String(repeating: "é", count: 60) + ".org")
        }
        #expect(error.errors.map(\.problem) == [.noASCIIForm])
    }

    @Test(
        "the maximum length is 254 octets",
        arguments: ["", "Name "])
    func longest(name: String) throws {
        let domain = Array(repeating: "bcd", count: 60).joined(separator: ".")
        let longest = String(repeating: "a", count: 254 - 1 - domain.utf8.count) + "@" + domain
        func list(_ address: String) throws -> AddressList {
            try AddressList(parsing: name.isEmpty ? address : "\(name)<\(address)>")
        }
        #expect(try list(longest).mailboxes.map(\.address.utf8.count) == [254])
        let error = try #require(throws: AddressListError.self) { try list("a" + longest) }
        #expect(error.errors.map(\.problem) == [.tooLong(limit: 254)])
    }

    @Test("a mailbox is exactly one address")
    func oneMailbox() throws {
        let error = try #require(throws: AddressListError.self) {
            _ = try Mailbox(parsing: "a@x.org, b@x.org")
        }
        #expect(error.description == "more than one address; only one is allowed")
    }
}
