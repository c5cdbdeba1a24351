import JSON
import TestSupport
import Testing

/// A gateway that serves its own database.
final class ServingFixture: Sendable {
    static let sid = "HXXXXXXX071IN"

    let directory: TemporaryDirectory
    let program: RunningProgram
    let port: Int
    let key: String

    /// - Parameter script: A shell script that starts the program with `exec "$0" "$@"`, or nil.
    convenience init(through script: String? = nil) throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            """
            {"gateway": {"allowNetworks": ["127.0.0.0/8"]},
             "companies": [{"sid": "\(Self.sid)", "timeZone": "Asia/Kolkata"}]}
            """, to: "callback-reports.json")
        try self.init(in: directory, through: script)
    }

    /// Starts another gateway with the same database.
    init(in directory: TemporaryDirectory, through script: String? = nil) throws {
        self.directory = directory
        let made = try ProgramRun.of(
            "callback-gateway", ["key", "create", "--company", Self.sid], in: directory)
        key = String(made.output.dropLast())
        let arguments = ["serve", "--listen", "127.0.0.1:0"]
        if let script {
            let path = ProgramRun.path(of: "callback-gateway")
            program = try RunningProgram(
                program: "/bin/sh", ["-c", script, path] + arguments, in: directory)
        } else {
            program = try RunningProgram("callback-gateway", arguments, in: directory)
        }
        let port = program.wait { errors in
            errors.firstMatch(of: #/serving on port ([0-9]+)\n/#).flatMap { Int($0.1) }
        }
        self.port = try #require(port, "\(program.errors)")
    }

    func client() throws -> RawClient { try RawClient(port: port, keeping: self) }

    /// Sends a request of the company, with its key.
    func call(_ method: String, _ path: String, _ body: String? = nil) throws -> RawClient.Response
    {
        let headers = ["api-key: \(key)", "Content-Type: application/json"]
        return try #require(
            client().request(method, "/v1/\(Self.sid)\(path)", headers: headers, body: body))
    }

    /// Creates a profile that posts to a URL and returns its ID.
    func profile(_ url: String) throws -> String {
        let made = try call(
            "POST", "/callback/profiles",
            """
            {"title": "Orders", "http_method": "POST", "url": "\(url)", "body": {"a": "<mobile>"},
             "response_message": "Thank you, <name>"}
            """)
        return try #require(made.data?["profile_id"]?.string, "\(made.body)")
    }

    /// Accepts a callback with the command, without a connection, and returns its ID.
    func sendFromCommand(_ profile: String) throws -> String {
        let sent = try ProgramRun.of(
            "callback-gateway", ["send", "--company", Self.sid, "--profile", profile],
            in: directory)
        return String(sent.output.dropLast())
    }

    /// The entries of the access log so far.
    var accesses: [JSONObject] {
        program.output.split(separator: "\n").compactMap { line in
            (try? JSONValue(parsing: String(line)))?.object
        }
    }

    func stop() throws -> Int32 {
        program.signal(15)
        return try program.end()
    }
}

extension RawClient.Response {
    var data: JSONObject? { (try? JSONValue(parsing: body))?.object?["data"]?.object }
}
