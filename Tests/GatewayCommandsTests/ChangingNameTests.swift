import JSON
import TestSupport
import Testing

/// A host that is a public one when its profile is made, and this machine when it is sent to.
@Suite struct ChangingNameTests {
    private let directory: TemporaryDirectory
    private let receiver: ScriptedHTTPReceiver

    init() throws {
        directory = try TemporaryDirectory()
        receiver = try ScriptedHTTPReceiver()
        let source = PythonCheck.path(ofFile: "changing_name.c")
        let compiler = try ProgramRun.of(
            program: "/usr/bin/env",
            ["clang", "-shared", "-fPIC", "-o", directory.path(of: "name.so"), source],
            in: directory)
        try #require(compiler.status == 0, "\(compiler)")
    }

    private func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
        try ProgramRun.of(
            "callback-gateway", arguments,
            environment: [
                "LD_PRELOAD": directory.path(of: "name.so"),
                "CHANGING_NAME": directory.path(of: "address"),
            ], input: input, in: directory)
    }

    /// Makes a profile while the name is public, lets it be this machine's, and sends to it.
    private func send(allowing networks: String) throws -> String {
        try directory.write(
            """
            {"gateway": {"allowNetworks": [\(networks)]},
             "companies": [{"sid": "HA", "timeZone": "UTC"}]}
            """, to: "callback-reports.json")
        try directory.write("93.184.215.14", to: "address")
        let made = try run(
            "profile", "create", "--company", "HA",
            input: """
                {"title": "Orders", "http_method": "POST", "channel": "sms",
                 "url": "http://changing.test:\(receiver.port)/", "body": {"to": "<mobile>"}}
                """)
        let id = try JSONValue(parsing: made.output).object?["data"]?.object?["profile_id"]?.string
        try directory.write("127.0.0.1", to: "address")
        _ = try run(
            "send", "--company", "HA",
            input: #"{"callback_profile": "\#(try #require(id, "\(made)"))"}"#)
        _ = try run("dispatch", "--once")
        return try run("deliveries", "--company", "HA").output
    }

    @Test func isJudgedAgainByTheAddressThatIsConnectedTo() throws {
        #expect(try send(allowing: "").contains("blocked"))
        #expect(receiver.connections == 0)
    }

    @Test func isSentToWhereThatAddressIsAllowed() throws {
        #expect(try send(allowing: #""127.0.0.0/8""#).contains("delivered"))
        #expect(receiver.requests.count == 1)
    }
}
