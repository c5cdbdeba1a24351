import JSON
import TestSupport
import Testing

@Suite struct ProfileCommandTests {
    private let fixture: GatewayFixture

    init() throws {
        fixture = try GatewayFixture()
    }

    @Test func printsTheSpecifiedEnvelope() throws {
        let run = try fixture.company("profile create", "-", input: GatewayFixture.request)
        #expect(run.status == 0 && run.errors.isEmpty)
        let id = try #require(run.output.firstMatch(of: #/IN_[-0-9a-f]{36}/#)?.output)
        #expect(
            run.output == """
                {
                  "code": "RBC024",
                  "message": "Profile created successfully",
                  "data": {
                    "title": "Orders",
                    "http_method": "POST",
                    "url": "https://93.184.215.14/in",
                    "body": {
                      "to": "<mobile>"
                    },
                    "enc": {},
                    "headers": "{\\"x-api-key\\":\\"CANARY\\"}",
                    "replacers": {
                      "mobile": "919876543218"
                    },
                    "response_message": "",
                    "events": "[\\"SMS-sent\\"]",
                    "profile_id": "\(id)",
                    "status": 1,
                    "channel": "sms",
                    "body_type": "json",
                    "created_at": "TIME",
                    "modified_at": null,
                    "version": 1
                  },
                  "error": {},
                  "status": 201
                }

                """)
    }

    @Test func printsEveryErrorAndExitsWith65() throws {
        let run = try fixture.company(
            "profile create", input: #"{"http_method": "PUT", "url": "x"}"#)
        #expect(
            run
                == ProgramRun(
                    output: """
                        {
                          "code": "RBC302",
                          "message": "body must have required property 'title'",
                          "data": {},
                          "error": [
                            {
                              "body": "body must have required property 'title'"
                            },
                            {
                              "body": "body/url must be a URL that begins with https:// or http://"
                            },
                            {
                              "body": "body must have required property 'body'"
                            }
                          ],
                          "status": 400
                        }

                        """, errors: "", status: 65))
    }

    @Test func readsAFile() throws {
        try fixture.directory.write(GatewayFixture.request, to: "profile.json")
        #expect(try fixture.company("profile create", "profile.json").status == 0)
        let missing = try fixture.company("profile create", "none.json")
        #expect(missing.errors == "callback-gateway: none.json: No such file or directory\n")
        #expect(missing.status == 66 && missing.output.isEmpty)
        try fixture.directory.write(String(repeating: " ", count: 1 << 20) + "{}", to: "big.json")
        let big = try fixture.company("profile create", "big.json")
        #expect(big.errors == "callback-gateway: big.json: File too large\n" && big.status == 66)
    }

    @Test func createsUpdatesAndDeletesAProfile() throws {
        let id = try fixture.make()
        #expect(try fixture.company("profile show", id).output.contains(#"\"x-api-key\":\"••••\""#))
        let update = try fixture.company(
            "profile update", id, input: #"{"title": "Other", "headers": {"x-api-key": "••••"}}"#)
        #expect(update.status == 0 && update.output.contains("\"version\": 2"))
        #expect(!update.output.contains("CANARY"))
        #expect(try fixture.company("profile disable", id).output.contains("\"status\": 3"))
        let rows = try fixture.company("profile list").output.split(separator: "\n")
        #expect(
            rows.map { $0.split(separator: " ") } == [
                ["ID", "STATUS", "METHOD", "CHANNEL", "CREATED", "TITLE"],
                [id[...], "disabled", "POST", "sms", "TIME", "Other"],
            ])
        #expect(try fixture.company("profile enable", id).output.contains("\"status\": 1"))
        #expect(try fixture.company("profile delete", id).status == 0)
        let gone = try fixture.company("profile show", id)
        #expect(gone.status == 65 && gone.output.contains("No profile exists with this id"))
        #expect(try fixture.company("profile list").output == "no profiles\n")
    }

    @Test func listsWithFilters() throws {
        _ = try fixture.make()
        func titles(_ options: String...) throws -> Int {
            let run = try ProgramRun.of(
                "callback-gateway",
                ["profile", "list", "--company", GatewayFixture.sid, "--format", "json"] + options,
                in: fixture.directory)
            return try JSONValue(parsing: run.output).object?["data"]?.object?["total"]?.integer
                ?? -1
        }
        #expect(try titles("--title", "ORD") == 1 && titles("--title", "x") == 0)
        #expect(try titles("--http-method", "POST") == 1 && titles("--http-method", "GET") == 0)
        #expect(try titles("--created-to", "2020-01-01") == 0)
        let wrong = try fixture.company("profile list", "--limit", "0")
        #expect(wrong.status == 65 && wrong.output.contains("params/limit must be a whole number"))
    }

    @Test func acceptsOnlyConfiguredCompanies() throws {
        let run = try fixture.run("profile", "list", "--company", "HXXXXXXX071I")
        #expect(run.status == 64)
        #expect(
            run.errors == """
                callback-gateway profile list: --company: 'HXXXXXXX071I' is not a company in \
                callback-reports.json; did you mean 'HXXXXXXX071IN'?
                See 'callback-gateway profile list --help'.

                """)
    }

    @Test func hidesProfilesOfOtherCompanies() throws {
        let id = try fixture.make()
        let run = try fixture.run("profile", "show", id, "--company", "HXXXXXXX072DE")
        #expect(run.status == 65 && run.output.contains("\"status\": 404"))
    }

    @Test func rejectsSpecialAddressesUnlessAllowed() throws {
        let request = GatewayFixture.request.replacing("93.184.215.14", with: "127.0.0.1")
        let run = try fixture.company("profile create", input: request)
        #expect(run.status == 65)
        #expect(
            run.output.contains(
                "body/url must NOT point to 127.0.0.1: 127.0.0.1 is a loopback address; "
                    + "to allow it, use 'gateway.allowNetworks'"))
        let open = try GatewayFixture(gateway: #"{"allowNetworks": ["127.0.0.0/8"], "pod": "EU"}"#)
        let made = try open.company("profile create", input: request)
        #expect(made.status == 0 && made.output.contains("\"profile_id\": \"EU_"))
    }

    @Test func acceptsTheSpecifiedSample() throws {
        let sample = """
            {"title": "Callback_Profile_Test_1", "http_method": "PUT",
             "url": "https://webhook.site/aexxxxb3-axx4-4xx9-8xxc-efxxxxxxxx35",
             "enc": {"algo": "AES-128-GCM", "key": "12xxxxxxxxxxxx34", "IV": "12xxxxxxxxxxxx38"},
             "headers": {"x-api-key": "A-RANDOM-API-KEY"}, "body": {"name": "John Doe"},
             "response_message": "Expected response message", "channel":"sms", "events": "SMS-sent"}
            """
        #expect(try fixture.company("profile create", input: sample).status == 0)
    }

    @Test func storesItsKeyAtTheConfiguredPath() throws {
        let fixture = try GatewayFixture(gateway: #"{"secretKeyFile": "other.key"}"#)
        _ = try fixture.make()
        #expect(try fixture.directory.names().contains("other.key"))
        try fixture.directory.write(String(repeating: "0", count: 64), to: "other.key")
        let other = try fixture.company("profile list")
        #expect(other.status == 78)
        #expect(
            other.errors == "callback-gateway: DIR/other.key: the secrets in the database were "
                + "encrypted with another key; restore the original key from a backup\n")
    }
}
