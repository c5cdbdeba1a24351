import JSON
import TestSupport
import Testing

/// A folder with a configuration in which tests run callback-gateway like a user.
struct GatewayFixture {
    static let sid = "HXXXXXXX071IN"

    let directory: TemporaryDirectory

    init(gateway: String = "{}") throws {
        directory = try TemporaryDirectory()
        let companies = ["HXXXXXXX071IN", "HXXXXXXX072DE"].map {
            #"{"sid": "\#($0)", "timeZone": "Asia/Kolkata"}"#
        }.joined(separator: ", ")
        try directory.write(
            #"{"gateway": \#(gateway), "companies": [\#(companies)]}"#, to: "callback-reports.json")
    }

    func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
        try plain(ProgramRun.of("callback-gateway", arguments, input: input, in: directory))
    }

    /// Runs a command for the company.
    func company(_ command: String, _ operands: String..., input: String = "") throws -> ProgramRun
    {
        let arguments = command.split(separator: " ").map(String.init)
        return try plain(
            ProgramRun.of(
                "callback-gateway", arguments + ["--company", Self.sid] + operands, input: input,
                in: directory))
    }

    /// Creates a profile and returns its ID.
    func make(_ request: String = GatewayFixture.request) throws -> String {
        let run = try company("profile create", input: request)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run)")
        let answer = try JSONValue(parsing: run.output).object
        return try #require(answer?["data"]?.object?["profile_id"]?.string)
    }

    /// An address on the public internet, so that no name has to be looked up.
    static let request = """
        {"title": "Orders", "http_method": "POST", "url": "https://93.184.215.14/in",
         "body": {"to": "<mobile>"}, "channel": "sms", "headers": {"x-api-key": "CANARY"}}
        """

    private func plain(_ run: ProgramRun) -> ProgramRun {
        let notice = "created DIR/callbacks.db: a new database without history\n"
        return ProgramRun(
            output: plain(run.output), errors: plain(run.errors).replacing(notice, with: ""),
            status: run.status)
    }

    /// Leaves out the line that says that the database was created, which `ReadOnlyTests` tests.
    /// Replaces the folder by DIR, the tz release by TZ and times by TIME.
    private func plain(_ text: String) -> String {
        text.replacing(directory.path, with: "DIR")
            .replacing(#/tz database 20[0-9]{2}[a-z]/#, with: "tz database TZ")
            .replacing(#/20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/#, with: "TIME")
    }
}
