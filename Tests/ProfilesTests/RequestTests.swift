import CivilTime
import Encryption
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Profiles

@Suite struct RequestTests {
    private let fixture: ProfilesFixture

    init() throws {
        fixture = try ProfilesFixture()
    }

    private func sent(_ request: String, _ event: TriggeredEvent) throws -> CallbackRequest {
        try fixture.profile(request).request(for: event, at: ProfilesFixture.start)
    }

    private func text(_ request: CallbackRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }

    @Test func fillsURLHeadersAndBody() throws {
        let request = try sent(
            post(#""headers": {"x-name": "<name>"}, "body": {"n": "<name>", "m": "<list>"}"#)
                .replacing("/in", with: "/<name>?n={name}"),
            event(#"{"name": "a/b\r\n\"c\"", "list": [1]}"#))
        #expect(request.method == .post)
        let encoded = "a%2Fb%0D%0A%22c%22"
        #expect(request.url == "https://hooks.example.com/\(encoded)?n=\(encoded)")
        #expect(
            request.headers == [
                HTTPHeaderField("x-name", "a/b  \"c\""),
                HTTPHeaderField("Content-Type", "application/json"),
                HTTPHeaderField("Callback-Id", "c-1"),
            ])
        #expect(text(request) == #"{"n":"a/b\r\n\"c\"","m":[1]}"#)
    }

    @Test func sendsPublishedIncomingMessageByGET() throws {
        let message = try IncomingMessage(request: JSONValue(parsing: Seeds.incomingMessage))
        let request = try sent(
            request(#""channel": "whatsapp""#)
                .replacing("https://hooks.example.com/in", with: Seeds.incomingURL),
            message.event(company: ProfilesFixture.company, callbackID: "m-1"))
        let whole =
            #"[{"from":"919000000008","id":"4e7b75d9-e885-4e1f-b958-2568780ff25f","#
            + #""timestamp":"1692619555","type":"text","text":{"body":"Hi"},"#
            + #""profile":{"name":"john"},"wa_number":"917000000009"}]"#
        let query = try #require(request.url.split(separator: "?").last)
        let fields = query.split(separator: "&", omittingEmptySubsequences: false).map { field in
            let parts = field.split(separator: "=", omittingEmptySubsequences: false)
            return [String(parts[0]), decoded(parts[1])]
        }
        #expect(
            fields == [
                ["body", "Hi"], ["mime_type", ""], ["media_url", ""], ["from", "919000000008"],
                ["name", "John"], ["type", "text"], ["created_at", "1692619555"],
                ["reply_to", "4e7b75d9-e885-4e1f-b958-2568780ff25f"],
                ["wanumber", "917000000009"], ["mobile", "919000000008"],
                ["custom_response", "false"], ["message", whole], ["contacts", ""],
                ["location", ""],
            ])
        #expect(request.body.isEmpty)
        #expect(request.headers == [HTTPHeaderField("Callback-Id", "m-1")])
    }

    @Test func sendsPublishedIncomingMessageByPOST() throws {
        let message = try IncomingMessage(request: JSONValue(parsing: Seeds.incomingMessage))
        let request = try sent(
            post("\"channel\": \"whatsapp\", \"body\": \(Seeds.incomingBody)"),
            message.event(company: ProfilesFixture.company, callbackID: "m-1"))
        #expect(
            text(request)
                == #"{"body":"Hi","mime_type":"","media_url":"","from":"919000000008","#
                + #""name":"John","type":"text","created_at":"1692619555","#
                + #""reply_to":"4e7b75d9-e885-4e1f-b958-2568780ff25f","wanumber":"917000000009","#
                + #""mobile":"919000000008","custom_response":"false","message":"#
                + #"[{"from":"919000000008","id":"4e7b75d9-e885-4e1f-b958-2568780ff25f","#
                + #""timestamp":"1692619555","type":"text","text":{"body":"Hi"},"#
                + #""profile":{"name":"john"},"wa_number":"917000000009"}],"contacts":"","#
                + #""location":""}"#)
    }

    @Test func fillsPublishedSampleWithNestedVariables() throws {
        let event = try event(
            #"{"whatsapp_number": "919", "address": {"formatted_address": "1 Main \"St\""}}"#)
        let request = try sent(Seeds.methods[1], event)
        #expect(
            text(request)
                == #"{"name":"Ray","phone":"919","address":{"formatted_address":"1 Main \"St\""}}"#)
    }

    static let names: [(String, String)] = [
        ("<address.formatted_address>", ""), ("<address>", ""), ("<first_name>", ""),
        ("<unknown>", "<unknown>"), ("<unknown.x>", "<unknown.x>"), ("<given>", ""),
        ("<given.x>", ""), ("<outer.1.in>", "yes"), ("<outer.2>", ""), ("<outer.x>", ""),
        ("<a.b>", "whole name"), ("<parts[n]>", "3"), ("<no>", "false"),
    ]

    @Test(arguments: names)
    func resolvesNamesOfChannelAndEvent(placeholder: String, value: String) throws {
        let event = try event(
            #"{"given": null, "outer": [0, {"in": "yes"}], "a": {"b": "nested"}, "#
                + #""a.b": "whole name", "parts[n]": 3, "no": false}"#)
        let request = try sent(
            post(#""body": "\#(placeholder)", "body_type": "text""#), event)
        #expect(text(request) == value)
    }

    @Test func eventNameIsAVariable() throws {
        let template = request(#""channel": "voice""#).replacing(
            "/in", with: "/?e=<event>&c=<caller>")
        let request = try sent(template, event("{}", .voice, "call_end"))
        #expect(request.url == "https://hooks.example.com/?e=call_end&c=")
    }

    static let types: [(String, String)] = [
        (#""body": {}"#, "application/json"),
        (#""body": "<x/>", "body_type": "xml""#, "application/xml"),
        (#""body": "<p>", "body_type": "html""#, "text/html; charset=utf-8"),
        (#""body": "x", "body_type": "TEXT""#, "text/plain; charset=utf-8"),
        (#""body": "x", "body_type": "text", "headers": {"content-type": "text/csv"}"#, "text/csv"),
        (
            #""body": {}, "headers": {"CONTENT_TYPE": "application/hal+json"}"#,
            "application/hal+json"
        ),
    ]

    @Test(arguments: types)
    func setsContentTypeUnlessProfileDoes(members: String, type: String) throws {
        let request = try sent(post(members), event())
        let found = request.headers.filter { $0.name.lowercased() == "content-type" }
        #expect(found.map(\.value) == [type])
    }

    @Test func sendsMembersAsMultipartForm() throws {
        let request = try sent(
            post(
                #""headers": {"Content-Type": "Multipart/Form-Data"}, "body": {"a\"b": "<v>", "#
                    + #""o": {"x": "<v>"}, "n": 5}"#),
            event(#"{"v": "--\r\nX: y"}"#))
        let type = try #require(request.headers.first { $0.name == "Content-Type" }?.value)
        let boundary = try #require(type.split(separator: "boundary=").last.map(String.init))
        #expect(type == "multipart/form-data; boundary=\(boundary)")
        let head = "Content-Disposition: form-data; name="
        #expect(
            text(request)
                == "--\(boundary)\r\n\(head)\"a%22b\"\r\n\r\n--\r\nX: y\r\n"
                + "--\(boundary)\r\n\(head)\"o\"\r\n\r\n{\"x\":\"--\\r\\nX: y\"}\r\n"
                + "--\(boundary)\r\n\(head)\"n\"\r\n\r\n5\r\n--\(boundary)--\r\n")
        let again = try sent(
            post(
                #""headers": {"Content-Type": "multipart/form-data"}, "body": {"a": "1"}"#), event()
        )
        #expect(again.headers.first { $0.name == "Content-Type" }?.value != type)
    }

    @Test func sendsMembersAsFormFields() throws {
        let header = #""headers": {"Content-Type": "application/x-www-form-urlencoded"}"#
        let request = try sent(
            post("\(header), \"body\": {\"a b\": \"<v>\", \"c\": {}}"), event(#"{"v": "1&é="}"#))
        #expect(text(request) == "a%20b=1%26%C3%A9%3D&c=%7B%7D")
        let written = try sent(
            post("\(header), \"body\": \"a=<v>&b=2\", \"body_type\": \"text\""),
            event(#"{"v": "1&é="}"#))
        #expect(text(written) == "a=1%26%C3%A9%3D&b=2")
    }

    /// The example from the specification's website, with a second secret as during a rotation.
    @Test func signsAccordingToStandardWebhooks() throws {
        let profile = try fixture.profile(
            post(
                #""body": {"test": 2432232314}, "signing": {"secret": "#
                    + #"["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "#
                    + #""whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}"#))
        let request = try profile.request(
            for: event(id: "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            at: .init(milliseconds: 1_614_265_330_999))
        #expect(text(request) == #"{"test":2432232314}"#)
        #expect(
            request.headers.dropFirst(2).map(\.value) == [
                "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                "v1,\(Self.signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) "
                    + "v1,\(Self.signature("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))",
            ])
        #expect(
            request.headers.dropFirst(2).map(\.name)
                == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    }

    private static func signature(_ secret: String) -> String {
        let message = #"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test":2432232314}"#
        let key = Data(base64Encoded: secret).map(Array.init) ?? []
        return Data(Digests.hmacSHA256(Array(message.utf8), key: key)).base64EncodedString()
    }

    @Test func replacesLineBreaksInCallbackID() throws {
        let request = try sent(request(), event(id: "a\r\nX: y"))
        #expect(request.headers == [HTTPHeaderField("Callback-Id", "a  X: y")])
    }

    @Test func fillsResponseMessageForCaller() throws {
        let profile = try fixture.profile(
            post(
                #""body": {}, "response_message": "Thank you, {\"name\": \"<first_name>\"}", "#
                    + #""enc": {"algo": "AES-128-CFB", "key": "0123456789abcdef", "IV": "random"}"#)
        )
        let message = try profile.responseMessage(for: event(#"{"first_name": "John"}"#))
        #expect(message == #"Thank you, {"name": "John"}"#)
        #expect(try fixture.profile(request()).responseMessage(for: event()) == nil)
    }

    @Test func fillsBareURL() throws {
        let url = Seeds.voice[2].urls[1]
        let event = try event(#"{"callee": "+91 9"}"#, .voice, "call_end")
        let request = try CallbackRequest(get: url, for: event)
        #expect(
            request
                == CallbackRequest(
                    method: .get,
                    url: "https://webhook.site/2cXX89-6XX0-4XX7-bXX9-aeXX1?callee=%2B91%209",
                    headers: [HTTPHeaderField("Callback-Id", "c-1")], body: []))
        #expect(throws: RequestError.url) { try CallbackRequest(get: "x", for: event) }
    }
}

/// Decodes percent-encoded text.
private func decoded(_ text: Substring) -> String {
    let parts = text.split(separator: "%", omittingEmptySubsequences: false)
    let rest = parts.dropFirst().flatMap { part -> [UInt8] in
        let byte: UInt8 = UInt8(part.prefix(2), radix: 16) ?? 0
        return [byte] + Array(part.dropFirst(2).utf8)
    }
    return String(decoding: Array(parts[0].utf8) + rest, as: UTF8.self)
}
