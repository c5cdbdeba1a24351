import API
import JSON
import SQL
import Storage
import TestSupport
import Testing

@testable import Profiles

@Suite struct OperationTests {
    private let fixture: ProfilesFixture
    private let operations: ProfileResponses

    init() throws {
        fixture = try ProfilesFixture()
        operations = fixture.operations()
    }

    private func data(_ envelope: Envelope) throws -> JSONObject {
        #expect(envelope.isSuccess, "\(envelope.json.text())")
        return try #require(envelope.data.object)
    }

    private func create(_ request: String) throws -> Envelope {
        try operations.create(Array(request.utf8), at: fixture.now)
    }

    private func update(_ id: String, _ request: String) throws -> Envelope {
        try operations.update(id, Array(request.utf8), at: fixture.now)
    }

    @Test func createResponseMatchesPublishedSample() throws {
        let envelope = try create(Seeds.createRequest)
        #expect(envelope.code == "RBC024" && envelope.status == 201)
        #expect(envelope.message == "Profile created successfully")
        #expect(envelope.error == .object([:]))
        var data = try data(envelope)
        #expect(Array(data.names.prefix(11)) == Seeds.answeredKeys)
        let id = try #require(data["profile_id"]?.string)
        let uuid4 = #/IN_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
        #expect(id.wholeMatch(of: uuid4) != nil)
        data["warnings"] = nil
        #expect(
            JSONValue.object(data).compact
                == #"{"title":"Callback_Profile_Test_1","http_method":"PUT","url":"#
                + #""https://webhook.site/aexxxxb3-axx4-4xx9-8xxc-efxxxxxxxx35","body":{"name":"#
                + #""John Doe"},"enc":{"algo":"AES-128-GCM","key":"12xxxxxxxxxxxx34","IV":"#
                + #""12xxxxxxxxxxxx38"},"headers":"{\"x-api-key\":\"A-RANDOM-API-KEY\"}","#
                + #""replacers":{},"response_message":"Expected response message","events":"#
                + #""[\"SMS-sent\"]","profile_id":"\#(id)","status":1,"channel":"sms","body_type":"#
                + #""json","created_at":"2026-11-18T11:06:40Z","modified_at":null,"version":1}"#)
    }

    @Test func missingTitleResponseMatchesPublishedSample() throws {
        let text = Seeds.createRequest.replacing(
            #""title": "Callback_Profile_Test_1","#, with: "")
        let envelope = try create(text)
        #expect(envelope.json.text() == Seeds.missingTitle)
        #expect(try operations.list([]).data.object?["total"] == .integer(0))
    }

    @Test func reportsAllFaultsTogether() throws {
        let envelope = try create(#"{"http_method": "x", "url": "y"}"#)
        #expect(envelope.error.array?.count == 3)
        #expect(envelope.error.array?.first?.object?.names == ["body"])
        #expect(envelope.message == "body must have required property 'title'")
    }

    @Test func reportsInvalidJSON() throws {
        let envelope = try create("{'canary")
        #expect(
            envelope.message == "body must be JSON: line 1, column 2: expected a name in quotes")
        #expect(envelope.status == 400)
    }

    @Test func warnsAboutReusedNonce() throws {
        #expect(try data(create(Seeds.createRequest))["warnings"]?.array?.count == 1)
        let random = Seeds.createRequest.replacing("12xxxxxxxxxxxx38", with: "random")
        #expect(try data(create(random))["warnings"] == nil)
    }

    @Test func returnsSamplesOfPlaceholders() throws {
        let text = post(
            #""channel": "whatsapp", "body": {"a": "<name> <name>", "b": "<own>"}, "headers": "#
                + #"{"x": "<contacts>"}, "response_message": "<type>""#
        ).replacing("/in", with: "/{mobile}")
        let replacers = try data(create(text))["replacers"]
        #expect(
            replacers?.compact
                == #"{"mobile":"919876543218","contacts":[],"name":"John","own":"value","type":"text"}"#
        )
    }

    @Test func masksSecretsInResponses() throws {
        let text = post(
            #""body": {}, "headers": {"Authorization": "Basic c", "aa": "heyy"}, "enc": {"algo": "#
                + #""AES-128-CFB", "key": "0123456789abcdef", "IV": "0123456789abcdef"}, "signing": "#
                + #"{"secret": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "#
                + #""whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"]}"#)
        let id = try fixture.make(text)
        let shown = try data(operations.show(id))
        #expect(shown["enc"]?.compact == #"{"algo":"AES-128-CFB","key":"••••","IV":"••••"}"#)
        #expect(shown["headers"] == #"{"Authorization":"••••","aa":"heyy"}"#)
        #expect(shown["signing"]?.compact == #"{"secret":["••••","••••"]}"#)
    }

    @Test func showsRandomIVUnmasked() throws {
        let id = try fixture.make(Seeds.createRequest.replacing("12xxxxxxxxxxxx38", with: "random"))
        let enc = try data(operations.show(id))["enc"]
        #expect(enc?.compact == #"{"algo":"AES-128-GCM","key":"••••","IV":"random"}"#)
    }

    @Test func masksCredentials() throws {
        let id = try fixture.make(
            request(
                #""auth": {"url": "https://l.example", "clientID": "id", "clientSecret": "s", "#
                    + #""scope": "x", "api_token": "t", "jwt": "t", "audience": "y"}"#))
        #expect(
            try data(operations.show(id))["auth"]?.compact
                == #"{"url":"https://l.example","clientID":"id","clientSecret":"••••","scope":"x","#
                + #""api_token":"••••","jwt":"••••","audience":"y"}"#)
    }

    @Test func doesNotFindProfilesOfOtherCompanies() throws {
        let id = try fixture.make(request(), of: "OTHER")
        let words =
            #"{"code":"RBC302","message":"No profile exists with this id","data":{},"#
            + #""error":[{"params":"No profile exists with id: \#(id)"}],"status":404}"#
        #expect(try operations.show(id).json.compact == words)
        #expect(try update(id, "{}").json.compact == words)
        #expect(try operations.delete(id).json.compact == words)
        #expect(try operations.enable(id, at: fixture.now).json.compact == words)
        #expect(try operations.disable(id, at: fixture.now).json.compact == words)
        #expect(try operations.bind("+917000000009", to: id).json.compact == words)
        #expect(try operations.list([]).data.object?["total"] == .integer(0))
        #expect(try fixture.operations("OTHER").show(id).isSuccess)
    }

    @Test func disablesAndEnables() throws {
        let id = try fixture.make(request())
        #expect(try data(operations.disable(id, at: fixture.now))["status"] == .integer(3))
        #expect(try data(operations.show(id))["status"] == .integer(3))
        #expect(try data(operations.enable(id, at: fixture.now))["status"] == .integer(1))
        #expect(try data(operations.show(id))["version"] == .integer(1))
    }

    @Test func deletesPermanently() throws {
        let id = try fixture.make(Seeds.createRequest)
        let envelope = try operations.delete(id)
        #expect(envelope.message == "Profile deleted successfully")
        #expect(envelope.data.object?["profileId"] == .string(id))
        #expect(try operations.show(id).status == 404)
        #expect(try operations.delete(id).status == 404)
        let left = try fixture.log.database.integer("SELECT count(*) FROM profile_versions")
        #expect(left == 0)
    }
}
