import API
import CivilTime
import HTTPServer
import Testing

@Suite struct AccessLogTests {
    /// A finished request and its line.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var head = RequestHead(method: "GET", target: "/healthz", peer: "192.0.2.7")
        var answer: Response? = Response(status: 200)
        var duration = Duration.milliseconds(1)
        var now = Instant(milliseconds: 1_800_000_000_045)
        let line: String
    }

    private static func answer(_ status: Int, _ body: String, _ facts: Response.Facts) -> Response {
        var answer = Response(status: status, body: Array(body.utf8))
        answer.facts = facts
        return answer
    }

    static let cases = [
        Case(
            testDescription: "of a company, through a proxy",
            head: RequestHead(
                method: "GET", target: "/v1/H1/callback/profiles/IN_1?a=CANARY",
                headers: [("X-Forwarded-For", "8.8.8.8, 203.0.113.9")], peer: "127.0.0.1"),
            answer: answer(200, "{\"ä\":1}", .init(call: "profile.show", company: "H1")),
            duration: .microseconds(123),
            line: #"{"time":"2027-01-15T08:00:00.045Z","client":"203.0.113.9","method":"GET","#
                + #""path":"/v1/H1/callback/profiles/IN_1","status":200,"bytes":8,"#
                + #""duration_ms":0.123,"call":"profile.show","company":"H1"}"#),
        Case(
            testDescription: "without a company, at a full second",
            answer: answer(503, "", .init(call: "health")), duration: .nanoseconds(2_000_040_001),
            now: Instant(seconds: 1_800_000_000),
            line: #"{"time":"2027-01-15T08:00:00Z","client":"192.0.2.7","method":"GET","#
                + #""path":"/healthz","status":503,"bytes":0,"duration_ms":2000.040001,"#
                + #""call":"health"}"#),
        Case(
            testDescription: "without a response",
            answer: nil, duration: .seconds(30),
            line: #"{"time":"2027-01-15T08:00:00.045Z","client":"192.0.2.7","method":"GET","#
                + #""path":"/healthz","status":null,"bytes":null,"duration_ms":30000}"#),
        Case(
            testDescription: "with control characters",
            head: RequestHead(
                method: "G\"\\", target: "/\u{1B}[2J\u{9B}\u{7F}é%0A??", peer: "2001:db8::1"),
            answer: Response(status: 404, body: [10]), duration: .nanoseconds(50),
            line: #"{"time":"2027-01-15T08:00:00.045Z","client":"2001:db8::1","#
                + #""method":"G\"\\","path":"/\u001b[2J\u009b\u007fé%0A","status":404,"bytes":1,"#
                + #""duration_ms":5e-05}"#),
        Case(
            testDescription: "with a very long path and method",
            head: RequestHead(
                method: String(repeating: "A", count: 301),
                target: "/" + String(repeating: "b", count: 299) + "?c", peer: "192.0.2.7"),
            line: #"{"time":"2027-01-15T08:00:00.045Z","client":"192.0.2.7","#
                + #""method":"\#(String(repeating: "A", count: 300))…","#
                + #""path":"/\#(String(repeating: "b", count: 299))","status":200,"bytes":0,"#
                + #""duration_ms":1}"#),
    ]

    @Test(arguments: cases)
    func writesTheExactBytes(_ known: Case) {
        let request = ServedRequest(
            head: known.head, answer: known.answer, duration: known.duration)
        let line = AccessLog.line(request, at: known.now)
        #expect(String(decoding: line, as: UTF8.self) == known.line)
    }
}
