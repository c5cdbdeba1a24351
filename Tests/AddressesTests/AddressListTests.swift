import Addresses
import TestSupport
import Testing

@Suite struct AddressListTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let addresses: [String]
        var names: [String?] = []

        var testDescription: String { text }
    }

    @Test(
        "parses the addresses of a list",
        arguments: [
            Case(text: "a@x.org", addresses: ["a@x.org"]),
            Case(text: " a@x.org ,\tb@x.org ", addresses: ["a@x.org", "b@x.org"]),
            Case(text: "<a@x.org>, < b@x.org >", addresses: ["a@x.org", "b@x.org"]),
            Case(text: "a@x.org, b@x.org,", addresses: ["a@x.org", "b@x.org"]),
            Case(text: ",a@x.org,,b@x.org", addresses: ["a@x.org", "b@x.org"]),
            Case(text: "a@x.org,b@x.org,a@X.ORG", addresses: ["a@x.org", "b@x.org"]),
            Case(text: "A@x.org,a@x.org", addresses: ["A@x.org"]),
            Case(
                text: "a+tag_!#$%&'*/=?^`{|}~-@x.org", addresses: ["a+tag_!#$%&'*/=?^`{|}~-@x.org"]),
            Case(text: "first.last@sub.x-y.org", addresses: ["first.last@sub.x-y.org"]),
            Case(text: "b@bücher.de", addresses: ["b@xn--bcher-kva.de"]),
            Case(text: "a@x．com", addresses: ["a@x.com"]),
            Case(text: "a@例え。テスト", addresses: ["a@xn--r8jz45g.xn--zckzah"]),
            Case(text: "root@localhost", addresses: ["root@localhost"]),
        ])
    func addresses(_ example: Case) throws {
        let list = try AddressList(parsing: example.text)
        #expect(list.mailboxes.map(\.address) == example.addresses)
    }

    @Test(
        "parses display names",
        arguments: [
            Case(
                text: "\"Doe, Jane\" <j@x.org>, b@x.org", addresses: [], names: ["Doe, Jane", nil]),
            Case(text: "Jane Doe <j@x.org>", addresses: [], names: ["Jane Doe"]),
            Case(text: "Jane   Q.  Doe<j@x.org>", addresses: [], names: ["Jane Q. Doe"]),
            Case(text: "\"\" <j@x.org>", addresses: [], names: [nil]),
            Case(text: "\"a \\\"b\\\\ c\" <j@x.org>", addresses: [], names: ["a \"b\\ c"]),
            Case(text: "Jürgen Groß <j@x.org>", addresses: [], names: ["Jürgen Groß"]),
            Case(text: "=?UTF-8?Q?J=C3=BCrgen_G.?= <j@x.org>", addresses: [], names: ["Jürgen G."]),
            Case(
                text: "=?utf-8?B?SsO8?= =?ISO-8859-1?q?rgen=FC?= X <j@x.org>", addresses: [],
                names: ["Jürgenü X"]),
            Case(
                text: "=?koi8-r?Q?abc?= <j@x.org>", addresses: [], names: ["=?koi8-r?Q?abc?="]),
            Case(
                text: "=?UTF-8?Q?a=0D=0ABcc=3Ax?= <j@x.org>", addresses: [],
                names: ["=?UTF-8?Q?a=0D=0ABcc=3Ax?="]),
        ])
    func names(_ example: Case) throws {
        let list = try AddressList(parsing: example.text)
        #expect(list.mailboxes.map(\.name) == example.names)
    }

    @Test("the first of addresses that differ only in case is kept")
    func capitals() throws {
        let list = try AddressList(
            parsing: "Ops@Example.com, x@x.org, ops@example.com, OPS@EXAMPLE.COM")
        #expect(list.mailboxes.map(\.address) == ["Ops@example.com", "x@x.org"])
    }

    @Test("ignored entries have notes")
    func notes() throws {
        let list = try AddressList(parsing: ",a@x.org, A@x.org, a@x.org,")
        #expect(
            list.notes == [
                .duplicate(entry: 3, address: "A@x.org"),
                .duplicate(entry: 4, address: "a@x.org"),
                .emptyEntry(entry: 1),
            ])
    }

    @Test("the original form of an address is kept")
    func writtenForm() throws {
        let mailbox = try Mailbox(parsing: "Books <Info@BÜCHER.de>")
        #expect(mailbox.address == "Info@xn--bcher-kva.de")
        #expect(mailbox.written == "Info@BÜCHER.de")
    }

    @Test("a non-ASCII local part is kept and marked")
    func internationalLocalPart() throws {
        let list = try AddressList(parsing: "jürgen@x.org, j@bücher.de")
        #expect(list.mailboxes.map(\.requiresSMTPUTF8) == [true, false])
    }
}

/// Tests with lists of thousands of addresses.
@Suite struct LongListTests {
    @Test(arguments: ["a", "é", "\"A\" <a", "A"])
    func parsingTakesLinearTime(start: String) throws {
        let end = start.contains("<") ? "@example.com>" : "@example.com"
        let growth = try ProcessorTime.growth(from: 1000) { size in
            (0..<size).map { "\(start)\($0)\(end)" }.joined(separator: ", ")
        } _: { text in
            _ = try AddressList(parsing: text)
        }
        #expect(growth < 3, "doubling the addresses takes \(growth) times as long")
    }
}
