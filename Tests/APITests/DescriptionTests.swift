import CallbackDispatch
import HTTPServer
import JSON
import Profiles
import TestSupport
import Testing

@testable import API

/// Compares the OpenAPI document with the behavior of the API.
@Suite struct DescriptionTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    private func document() throws -> JSONValue {
        try JSONValue(parsing: fixture.ask("GET", "/openapi.json", headers: []).body)
    }

    @Test func describesEveryCallAndParameter() throws {
        let routes = Route.all.map {
            JSONValue.string(
                "\($0.method) /\($0.pattern.joined(separator: "/")) \($0.call.rawValue)")
        }
        var parameters = Operation.allCases.reduce(into: JSONObject()) {
            $0[$1.rawValue] = .array([])
        }
        parameters["profile.list"] = .array(ListParameters.profiles)
        parameters["delivery.list"] = .array(ListParameters.deliveries)
        parameters["number.list"] = .array(ListParameters.pages)
        parameters["event.trigger"] = .array(["wait"])
        parameters["message.incoming"] = .array(["wait"])
        let request = JSONValue.object([
            "document": try document(), "routes": .array(routes),
            "parameters": .object(parameters), "bodies": .array([]),
        ])
        #expect(try PythonCheck.run("openapi", input: request.compact) == "[]\n")
    }

    /// Values that replace one part of a body, chosen to expose differences between validators.
    private static let changes: [JSONValue?] = [
        nil, .null, "", "x", "GET", "post", "abc", "ab", "••••", .integer(0), .integer(12),
        .boolean(true), .array([]), .array(["x"]), .array([.integer(1)]), .object([:]),
        .object(["a": "b"]), .object(["a": .integer(1)]), .object(["secret": "whsec_x"]),
        .object(["algo": "aes-128-gcm", "key": "0123456789abcdef", "IV": "random"]),
        .object(["algo": "AES-128-GCM", "key": "0123456789abcdef"]),
        .object(["algo": "AES-512", "key": "0123456789abcdef", "IV": "random"]),
        .object(["url": "https://93.184.215.14/", "clientID": "a", "clientSecret": "b"]),
        .object(["url": "https://93.184.215.14/", "clientID": "a"]),
        "Default - No Channel Selected", "SMS", " voice ", "ftp://93.184.215.14/",
        "HTTP://93.184.215.14", "XML", .string(String(repeating: "a", count: 256)),
        .string(String(repeating: "a", count: 255)), "a_b-c d", "a/b", "éé\u{301}٣", "- _",
        "c~1", "c~12",
    ]

    /// Rules that involve several members, which the schemas describe only in text.
    private static let beyondSchemas: Set<String> = [
        "body: body/body must be object, or set body_type to another type",
        "body: body/body must be string for body_type xml",
        "body: body/events/0 must NOT be present for channel default, which has no events",
        "body: body must have required property 'event'",
        "body: body/title must contain only letters, digits, spaces, hyphens and underscores",
    ]

    /// Client generators do not support empty constants and Unicode properties in regular
    /// expressions, and Python must be able to compile every pattern.
    @Test func usesOnlyFeaturesThatGeneratorsSupport() throws {
        let text = fixture.ask("GET", "/openapi.json", headers: []).text
        #expect(!text.contains("\"const\"") && !text.contains("\\\\p{"))
        let request = JSONValue.object(["document": try document(), "bodies": .array([])])
        #expect(try PythonCheck.run("openapi", input: request.compact) == "[]\n")
    }

    private func bodies() throws -> [(operation: String, path: String, body: JSONObject)] {
        let id = try fixture.profile()
        func all(_ operation: String, _ path: String, _ base: [JSONObject], _ names: [String])
            -> [(operation: String, path: String, body: JSONObject)]
        {
            base.flatMap { base in
                names.flatMap { name in
                    Self.changes.map { change in
                        var body = base
                        body[name] = change
                        return (operation, path, body)
                    }
                }
            }
        }
        let get: JSONObject = [
            "title": "Orders", "http_method": "GET", "url": "https://93.184.215.14/in",
        ]
        var post = get
        (post["http_method"], post["body"]) = ("POST", .object(["to": "<mobile>"]))
        let names = [
            "title", "http_method", "url", "body", "body_type", "headers", "enc", "channel",
            "events", "response_message", "signing", "auth", "other",
        ]
        let trigger: JSONObject = ["callback_profile": .string(id)]
        return all("profile.create", "/callback/profiles", [get, post], names)
            + all(
                "event.trigger", "/callback/events", [trigger],
                ["channel", "event", "variables", "callback_profile", "callback_id", "other"])
            + all(
                "number.bind", "/whatsapp/numbers/919876543210", [trigger],
                ["callback_profile", "other"])
    }

    @Test func rejectsWhatItsSchemasReject() throws {
        let cases = try bodies()
        let request = JSONValue.object([
            "document": try document(),
            "bodies": .array(
                cases.map {
                    .object(["operation": .string($0.operation), "body": .object($0.body)])
                }),
        ])
        let verdicts = try JSONValue(parsing: PythonCheck.run("openapi", input: request.compact))
        let valid = try #require(verdicts.array).map { $0 == .boolean(true) }
        try #require(valid.count == cases.count && valid.contains(true) && valid.contains(false))
        for (wanted, isValid) in zip(cases, valid) {
            let method = wanted.operation == "number.bind" ? "PUT" : "POST"
            let answer = fixture.call(method, wanted.path, JSONValue.object(wanted.body).compact)
            // An unknown ID is not a matter of the schema.
            let isUnknownID = answer.status == 404 || answer.text.contains("does not exist")
            let isTaken = answer.status < 300 || isUnknownID
            guard isTaken != isValid else { continue }
            let isExcused = isValid && Self.beyondSchemas.isSuperset(of: answer.faults)
            #expect(
                isExcused,
                "\(JSONValue.object(wanted.body).compact): valid \(isValid), \(answer.text)")
        }
    }
}

/// The parameter names that the lists accept.
private enum ListParameters {
    static var profiles: [JSONValue] { ProfileFilter.names.map { .string($0) } }
    static var pages: [JSONValue] { ProfileOperations.pageNames.map { .string($0) } }
    static var deliveries: [JSONValue] { DeliveryOperations.parameters.map { .string($0) } }
}
