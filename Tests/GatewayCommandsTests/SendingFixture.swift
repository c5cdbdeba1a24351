import FoundationEssentials
import JSON
import TestSupport
import Testing

/// A folder with a configuration in which tests run both programs like a user.
///
/// Callbacks may be sent to this machine, where the test receivers are.
struct SendingFixture {
    let directory: TemporaryDirectory

    static let configuration = """
        {"database": "callbacks.db", "gateway": {"allowNetworks": ["127.0.0.0/8"]},
         "mail": {"url": "file:mail", "from": "reports@example.com"},
         "companies": [
            {"sid": "HA", "name": "Example Ltd", "timeZone": "UTC",
             "callbackReport": {"daily": {"emailAddresses": "ops@example.com"}}},
            {"sid": "HB", "timeZone": "UTC"}]}
        """

    init(_ configuration: String = SendingFixture.configuration) throws {
        directory = try TemporaryDirectory()
        try directory.write(configuration, to: "callback-reports.json")
    }

    @discardableResult
    func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
        try ProgramRun.of("callback-gateway", arguments, input: input, in: directory)
    }

    func reports(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun.of("callback-reports", arguments, in: directory)
    }

    /// Creates a profile that posts to a URL and returns its ID.
    ///
    /// - Parameter more: Additional members of the request, each followed by a comma.
    func profile(_ url: String, more: String = "", company: String = "HA") throws -> String {
        let request = """
            {\(more) "title": "Orders", "http_method": "POST", "url": "\(url)",
             "body": {"text": "<text>"}}
            """
        let made = try run("profile", "create", "--company", company, input: request)
        let data = try JSONValue(parsing: made.output).object?["data"]?.object
        return try #require(data?["profile_id"]?.string, "\(made.output)")
    }

    /// Accepts a callback for a profile.
    func send(_ profile: String, id: String, text: String = "hello") throws {
        let sent = try run(
            "send", "--company", "HA", "--profile", profile, "--callback-id", id, "--variables",
            #"{"text":"\#(text)"}"#)
        try #require(sent == ProgramRun(output: id + "\n", errors: "", status: 0))
    }

    func dispatch(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun.of(
            "callback-gateway", ["dispatch", "--once"] + arguments, in: directory)
    }

    /// Returns the output of `deliveries`, newest first.
    func deliveries(_ arguments: String...) throws -> [JSONObject] {
        let listed = try ProgramRun.of(
            "callback-gateway",
            ["deliveries", "--company", "HA", "--format", "json"] + arguments, in: directory)
        let data = try JSONValue(parsing: listed.output).object?["data"]?.object
        return (data?["deliveries"]?.array ?? []).compactMap(\.object)
    }
}

/// A successful run that printed this.
func prints(_ output: String) -> ProgramRun {
    ProgramRun(output: output, errors: "", status: 0)
}
