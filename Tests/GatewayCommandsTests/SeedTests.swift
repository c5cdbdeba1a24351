import JSON
import TestSupport
import Testing

/// Runs the requests of the documentation that the product follows, exactly as written.
@Suite struct SeedTests {
    private let fixture: ServingFixture

    init() throws {
        fixture = try ServingFixture()
    }

    /// Runs a command of the documentation with another host and key, and parses the response.
    private func run(_ command: String) throws -> JSONObject {
        let text = command.replacing(
            "https://api.in.kaleyra.io", with: "http://127.0.0.1:\(fixture.port)"
        )
        .replacing("Axxxxxxxxxxxxxxxxxxxxxxxxxxxx3", with: fixture.key)
        let run = try ProgramRun.of(program: "/bin/bash", ["-c", text], in: fixture.directory)
        try #require(run.status == 0, "\(run.errors)")
        return try #require(JSONValue(parsing: run.output).object)
    }

    /// A request with a body, as in the documentation.
    private func command(_ body: String, path: String = "profiles") -> String {
        """
        curl --location --request POST 'https://api.in.kaleyra.io/v1/HXXXXXXX071IN/callback/\(path)' \\
        --header 'api-key: Axxxxxxxxxxxxxxxxxxxxxxxxxxxx3' \\
        --header 'Content-Type: application/json' \\
        --data-raw '\(body)'
        """
    }

    @Test func acceptsTheSampleRequest() throws {
        let answer = try run(command(Seeds.createRequest))
        #expect(answer.names == ["code", "message", "data", "error", "status"])
        #expect(answer["code"] == "RBC024" && answer["status"]?.integer == 201)
        #expect(
            answer["message"] == "Profile created successfully" && answer["error"] == .object([:]))
        let data = try #require(answer["data"]?.object)
        // The members of the sample response, in order and with their types.
        #expect(Array(data.names.prefix(11)) == Seeds.answeredKeys)
        #expect(data["body"] == .object(["name": "John Doe"]))
        #expect(data["enc"]?.object?["algo"] == "AES-128-GCM")
        #expect(data["headers"] == #"{"x-api-key":"A-RANDOM-API-KEY"}"#)
        #expect(data["replacers"] == .object([:]) && data["events"] == #"["SMS-sent"]"#)
        #expect(data["status"]?.integer == 1)
    }

    @Test func reportsAMissingTitleLikeTheSample() throws {
        let answer = try run(
            command(#"{"http_method": "GET", "url": "https://webhook.site/aexxxxb3"}"#))
        #expect(
            JSONValue.object(answer)
                == .object([
                    "code": "RBC302", "message": "body must have required property 'title'",
                    "data": .object([:]),
                    "error": .array([.object(["body": "body must have required property 'title'"])]
                    ),
                    "status": .integer(400),
                ]))
    }

    @Test func acceptsTheProfileForIncomingMessages() throws {
        let names = [
            "body", "mime_type", "media_url", "from", "name", "type", "created_at", "reply_to",
            "wanumber", "mobile", "custom_response", "message", "contacts", "location",
        ]
        let query = names.map { "\($0)=<\($0)>" }.joined(separator: "&")
        let url = "https://webhook.site/7ef1e66d-4231-46f7-907a-75df0df6357c"
        let members = names.map { "\"\($0)\": \"<\($0)>\"" }.joined(separator: ",\n")
        for request in [
            #"{"title": "WhatsApp in", "http_method": "GET", "url": "\#(url)?\#(query)"}"#,
            #"{"title": "WhatsApp in", "http_method": "POST", "url": "\#(url)", "body": {\#(members)}}"#,
        ] {
            let answer = try run(command(request))
            #expect(answer["status"]?.integer == 201)
            #expect(answer["data"]?.object?["replacers"]?.object?.names == names)
        }
    }

    @Test func acceptsTheCallbackOfACall() throws {
        let made = try run(
            command(#"{"title": "Voice", "http_method": "GET", "url": "https://webhook.site/2c"}"#))
        let id = try #require(made["data"]?.object?["profile_id"]?.string)
        let answer = try run(
            command(
                #"""
                {"event": "call_end", "variables": {"caller": "1", "callee": "2"}, "callback": {
                  "call_end": { "callback_profile": [ "\#(id)" ], "url": [
                    "https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX1?caller={{caller}}",
                    "https://webhook.site/2cXX89-6XX0-4XX7-bXX9-aeXX1?callee={callee}" ] } } }
                """#, path: "events"))
        #expect(answer["status"]?.integer == 202)
        #expect(answer["data"]?.object?["callbacks"]?.array?.count == 3)
    }
}
