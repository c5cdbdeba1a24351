import Addresses
import CivilTime
import Mail
import TestSupport
import Testing

@Suite struct MessageTests {
    private static let family = "👨‍👩‍👧‍👦"

    private static let strings = [
        "", "Report", "a b c", " leading and trailing ", "two  blanks", "tilde ~ and \"quotes\" \\",
        "=?utf-8?q?not_encoded?=", "?=", "Größe 12 € – 100 %", "日本語の件名がここにあります",
        String(repeating: "word ", count: 60) + "end", String(repeating: "x", count: 300),
        String(repeating: "ü", count: 200), String(repeating: family, count: 12),
        "e" + String(repeating: "\u{301}", count: 120), "नमस्ते दुनिया रिपोर्ट", "שלום", "😀 0 failed",
        "Co., Ltd.", "a@b <c>", "(comment)", "Name: group;", "under_score=3D?", "\u{a0}nbsp",
        "100% \u{200b}zero", "x=", "=",
    ]

    @Test("Python reads subjects unchanged")
    func subjects() throws {
        let cases = try Self.strings.map { try MailCase(subject: $0) }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    @Test("Python reads names unchanged")
    func names() throws {
        let cases = try Self.strings.map { name in
            let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
            return try MailCase(to: "\"\(quoted)\" <ops@example.com>")
        }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    @Test("Python reads bodies unchanged")
    func bodies() throws {
        let texts =
            Self.strings + [
                ".", "..\n.\nFrom me\n.From", "a\r\nb\rc\nd", "\n\n\n", "trailing \t \nx\t",
                "\u{0}\u{1}\u{7f}\u{85}",
                String(repeating: "=", count: 300), String(repeating: ".", count: 300),
                String(repeating: "From ", count: 60), String(repeating: " ", count: 200) + "\n",
                String(repeating: "1234567890", count: 20) + "From me", "--=_boundary\n--\n",
                String(repeating: "abc ", count: 18) + "abc  ",
                String(repeating: "a", count: 75) + "é",
            ]
        let cases = try texts.flatMap { text in
            var both = try MailCase(text: text)
            both.message.html = "<p>" + text + "</p>"
            return [try MailCase(text: text), both]
        }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    @Test("Python reads attachments unchanged")
    func attachments() throws {
        let names = Self.strings.filter { !$0.isEmpty && !$0.contains("\\") && !$0.contains("/") }
        let cases = try names.enumerated().map { index, name in
            var example = try MailCase()
            let bytes = (0..<(index * 41)).map { UInt8($0 * 7 % 256) }
            example.message.attachment = .init(name: "of " + name + ".csv", bytes: bytes)
            if index.isMultiple(of: 2) { example.message.html = "<p>Größe</p>" }
            return example
        }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    @Test("Python reads other headers unchanged")
    func otherHeaders() throws {
        var example = try MailCase()
        example.message.replyTo = try Mailbox(parsing: "\"Care, 24h\" <care@bücher.de>")
        example.message.listID = ListID.report(
            company: "HXXXXXXX071IN", frequency: "daily", domain: "example.com")
        example.message.listUnsubscribe =
            "https://example.com/u/" + String(repeating: "x", count: 120)
        #expect(example.message.listID == "daily.hxxxxxxx071in.example.com")
        let problems = try MailCase.problems(of: [example])
        #expect(problems == "")
    }

    @Test("an international recipient is shown as an empty group")
    func internationalRecipient() throws {
        let example = try MailCase(to: "Jürgen <jürgen@example.com>")
        let problems = try MailCase.problems(of: [example])
        #expect(problems == "")
    }

    @Test("Python reads dates unchanged")
    func dates() throws {
        let seconds: [Int64] = [
            0, 951_782_399, 951_868_800, 1_709_164_800, 4_102_444_799, 1_735_689_599,
        ]
        let cases = try seconds.flatMap { second in
            try [0, 3600, -3600, 20_700, -12_600, 50_400, -43_200].map { offset in
                var example = try MailCase()
                example.message.date = Instant(seconds: second)
                example.message.offset = offset
                return example
            }
        }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    @Test("Python reads random texts unchanged")
    func fuzz() throws {
        var generator = SeededRandom(seed: 5322)
        let cases = try (0..<300).map { _ in try Self.randomCase(&generator) }
        let problems = try MailCase.problems(of: cases)
        #expect(problems == "")
    }

    private static func randomCase(_ generator: inout SeededRandom) throws -> MailCase {
        var example = try MailCase(
            subject: randomText(60, &generator), text: randomText(400, &generator, lines: true))
        if Bool.random(using: &generator) {
            example.message.html = randomText(400, &generator, lines: true)
        }
        if Bool.random(using: &generator) {
            let name = "of" + randomText(60, &generator).filter { !"/\\".contains($0) } + ".csv"
            example.message.attachment = .init(
                name: name, bytes: Array(randomText(300, &generator).utf8))
        }
        return example
    }

    private static func randomText(
        _ length: Int, _ generator: inout SeededRandom, lines: Bool = false
    ) -> String {
        let letters = "abc XYZ  ..==_?-'\",;:<>()@%&\\/=?äöüß–€日本語नमस्ते😀👍🏽e\u{301}".map(String.init)
        let all =
            letters + [family, "From ", "=?utf-8?b?"]
            + (lines ? ["\n", "\r\n", "\n.", "\t", "\n\n"] : [])
        let count = Int.random(in: 0...length, using: &generator)
        return (0..<count).map { _ in all[Int.random(in: 0..<all.count, using: &generator)] }
            .joined()
    }

    @Test("equal values give equal bytes")
    func deterministic() throws {
        var example = try MailCase(subject: "Größe")
        example.message.html = "<p>1</p>"
        example.message.attachment = .init(name: "a.csv", bytes: [1, 2])
        let first = try example.message.bytes()
        #expect(try example.message.bytes() == first)
        example.message.html = "<p>2</p>"
        #expect(try example.message.bytes() != first)
    }

    @Test("a plain mail has exactly these lines")
    func exactBytes() throws {
        let bytes = try MailCase(subject: "0 failed – all well").message.bytes()
        #expect(
            String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n") == """
                From: Callback Reports <reports@example.com>
                To: Ops <ops@example.com>
                Subject: =?utf-8?q?0_failed_=E2=80=93_all_well?=
                Date: Sat, 21 Nov 2026 09:09:41 +0530
                Message-ID: <0123456789abcdef@example.com>
                Auto-Submitted: auto-generated
                X-Auto-Response-Suppress: All
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Hello

                """)
    }
}
