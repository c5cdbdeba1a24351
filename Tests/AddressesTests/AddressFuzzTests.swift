import TestSupport
import Testing

@testable import Addresses

/// No text traps a parser, and accepted addresses round-trip.
@Suite struct AddressFuzzTests {
    private static let pieces = [
        "a@x.org", "b@bücher.de", "@", "<", ">", "\"", "\\", ",", ";", " ", "\t", "\r\n", "\u{0}",
        ".", "..", "-", "=?utf-8?q?=41?=", "=?utf-8?b?", "?=", "=?", "xn--", "xn--a", "é",
        "e\u{301}", "😀", "。", "(", ")", "localhost", "Jane", "[1.2.3.4]", "\u{202E}",
        "xn--99999999999999", "\u{AD}", "ß", String(repeating: "a", count: 64),
    ]

    private func text(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...7, using: &random))
            .compactMap { _ in Self.pieces.randomElement(using: &random) }.joined()
    }

    @Test func noListTrapsAndAddressesRoundTrip() throws {
        var random = SeededRandom(seed: 5322)
        var (taken, refused) = (0, 0)
        for _ in 0..<6000 {
            let text = text(&random)
            do {
                let list = try AddressList(parsing: text)
                taken += 1
                for mailbox in list.mailboxes {
                    let again = try AddressList(parsing: "<\(mailbox.address)>")
                    #expect(again.mailboxes.map(\.address) == [mailbox.address], "\(text)")
                    #expect(!mailbox.address.contains { $0.isWhitespace || $0 == "<" })
                }
            } catch {
                refused += 1
                let told = "\(error)".unicodeScalars.filter { $0 != "\n" }
                #expect(!told.contains { $0.properties.generalCategory == .control }, "\(text)")
            }
        }
        #expect(taken > 50 && refused > 200, "\(taken) accepted, \(refused) rejected")
    }

    /// The fast parser returns the same results as the complete grammar.
    @Test func fastParserMatchesTheGrammar() throws {
        var random = SeededRandom(seed: 822)
        let pieces = [
            "a", "B", "7", "_", "-", ".", "@", ",", ", ", " ", "ops@example.com", "x.org", "x-1.De",
            "com", "1.2", "+", "localhost", "é", String(repeating: "a", count: 64),
            String(repeating: "b.", count: 100),
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...6, using: &random))
                .compactMap { _ in pieces.randomElement(using: &random) }.joined()
            let plain = try? AddressList(parsing: text)
            let scanned = try? AddressList(scanning: text)
            #expect(plain?.mailboxes == scanned?.mailboxes, "\(text)")
            #expect(plain?.notes == scanned?.notes, "\(text)")
            if plain != nil { taken += 1 }
        }
        #expect(taken > 1000, "\(taken) accepted")
    }

    @Test func noLocationTraps() {
        var random = SeededRandom(seed: 587)
        let schemes = ["smtp://", "smtps://", "file:", "", "SMTP:", "http://"]
        let parts = Self.pieces + ["/", ":", "587", "65536", "-1", "%", "%00", "[::1]", "#", "?"]
        for _ in 0..<6000 {
            let rest = (0..<Int.random(in: 0...5, using: &random))
                .compactMap { _ in parts.randomElement(using: &random) }.joined()
            let url = (schemes.randomElement(using: &random) ?? "") + rest
            do throws(MailLocationError) {
                _ = try MailLocation(parsing: url, tls: nil, hasPassword: false, relativeTo: "/")
            } catch {
                let told = "\(error)".unicodeScalars
                #expect(!told.contains { $0.properties.generalCategory == .control }, "\(url)")
            }
        }
    }
}
