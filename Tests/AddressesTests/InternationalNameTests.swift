import Addresses
import TestSupport
import Testing

@Suite struct InternationalNameTests {
    private static let domains = [
        "bücher.de", "BÜCHER.de", "bu\u{308}cher.de", "español.com", "中国互联网络信息中心.cn",
        "россия.рф", "παράδειγμα.ελ", "מזל.ישראל", "مثال.إختبار", "उदाहरण.परीक्षा", "한국.kr",
        "żółw.pl", "đại-học.vn", "ｗｉｄｅ．com", "a-ü-9.com", "Ǆ.com", "ﬁle.org", "n\u{303}.es",
        "İstanbul.tr", "Å.no", "ÅÄÖ.se",
    ]

    @Test("A-labels match Python's codec")
    func domainsLikePython() throws {
        let answers = try PythonCheck.run("idna", input: Self.domains.joined(separator: "\n"))
        let ours = try Self.domains.map { try Mailbox(parsing: "a@\($0)").domain }
        #expect(ours == answers.split(separator: "\n").map(String.init))
    }

    /// Excludes letters that IDNA 2003 maps to others. libcurl also maps them if a label mixes
    /// scripts in a way that IDNA 2008 forbids.
    @Test("the Punycode of random letters matches Python's codec")
    func randomLabels() throws {
        var generator = SeededRandom(seed: 3492)
        let letters = Array("abcxyz0189éüñдλж中文字한あいうअआاب".map(String.init))
        let labels = (0..<300).map { _ in
            "é"
                + (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &generator)]
                }.joined()
        }
        let answers = try PythonCheck.run("punycode", input: labels.joined(separator: "\n"))
        let ours = try labels.map { try Mailbox(parsing: "a@\($0).org").domain }
        #expect(ours == answers.split(separator: "\n").map { "xn--\($0).org" })
    }

    @Test(
        "letters that are valid in IDNA 2008 are not mapped",
        arguments: [
            ("straße.de", "xn--strae-oqa.de"), ("βόλος.com", "xn--nxasmm1c.com"),
        ])
    func keptLetters(name: String, ascii: String) throws {
        #expect(try Mailbox(parsing: "a@\(name)").domain == ascii)
    }
}
