import Curl
import Testing

@Suite struct RetryAfterTests {
    private let now: Int64 = 1_760_000_000

    @Test(
        "both forms of Retry-After are parsed",
        arguments: [
            ("0", 0), ("120", 120), ("99999999999999999999", Int64.max),
            ("Thu, 09 Oct 2025 08:55:20 GMT", 120), ("Thursday, 09-Oct-25 08:55:20 GMT", 120),
            ("Thu Oct  9 08:55:20 2025", 120), ("Thu, 09 Oct 2025 08:53:20 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("", nil), ("soon", nil), ("-5", nil),
        ] as [(String, Int64?)])
    func forms(text: String, seconds: Int64?) {
        #expect(RetryAfter.seconds(text, at: now) == seconds)
    }

    @Test(
        arguments: [
            ("120.0", 120), ("120.5", 120), ("-5", nil), ("1.2.3", nil), (".5", nil), ("5.", nil),
        ] as [(String, Int64?)])
    func fractionsOfASecondAreIgnored(text: String, seconds: Int64?) {
        #expect(RetryAfter.seconds(text, at: now) == seconds)
    }
}
