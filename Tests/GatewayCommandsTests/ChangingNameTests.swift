import JSON
import TestSupport
import Testing

/// A host name that is public when its profile is created and local when a callback is sent.
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

    /// Creates a profile while the name is public, makes the name local, and sends a callback.
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

    @Test func theConnectedAddressIsCheckedAgain() throws {
        #expect(try send(allowing: "").contains("blocked"))
        #expect(receiver.connections == 0)
    }

    @Test func anAllowedAddressReceivesTheCallback() throws {
        #expect(try send(allowing: #""127.0.0.0/8""#).contains("delivered"))
        #expect(receiver.requests.count == 1)
    }
}
