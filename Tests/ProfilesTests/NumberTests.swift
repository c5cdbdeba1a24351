import API
import JSON
import TestSupport
import Testing

@testable import Profiles

@Suite struct NumberTests {
    static let texts: [(String, String?)] = [
        ("+917976543219", "917976543219"), ("917976543219", "917976543219"),
        ("+1234567", "1234567"), ("123456789012345", "123456789012345"), ("123456", nil),
        ("1234567890123456", nil), ("0123456789", nil), ("++123456789", nil), ("", nil),
        ("12345 6789", nil), ("١٢٣٤٥٦٧٨٩", nil), ("917xxxxxxx9", nil),
    ]

    @Test(arguments: texts)
    func readsE164(text: String, digits: String?) {
        #expect(PhoneNumber(text)?.digits == digits)
    }

    @Test func messagesGoToProfileOfNumber() throws {
        let fixture = try ProfilesFixture()
        let operations = fixture.operations()
        let first = try fixture.make(request(#""channel": "whatsapp""#))
        let second = try fixture.make(request())
        #expect(try operations.bind("+917000000009", to: first).isSuccess)
        #expect(try operations.bind("917000000010", to: second).isSuccess)
        let message = try IncomingMessage(request: JSONValue(parsing: Seeds.incomingMessage))
        #expect(
            try fixture.store.profileID(of: message.number, company: ProfilesFixture.company)
                == first
        )
        #expect(try fixture.store.profileID(of: message.number, company: "OTHER") == nil)
        #expect(try operations.bind("917000000009", to: second).isSuccess)
        #expect(
            try fixture.store.profileID(of: message.number, company: ProfilesFixture.company)
                == second)
        #expect(
            try operations.bindings().data.compact
                == #"{"numbers":[{"wanumber":"+917000000009","callback_profile":"\#(second)"},"#
                + #"{"wanumber":"+917000000010","callback_profile":"\#(second)"}],"total":2,"limit":1000,"#
                + #""offset":0,"next_offset":null}"#)
        #expect(try operations.unbind("+917000000010").isSuccess)
        #expect(try operations.binding(of: "+917000000010").status == 404)
        #expect(try operations.delete(second).isSuccess)
        #expect(
            try fixture.store.profileID(of: message.number, company: ProfilesFixture.company) == nil
        )
        #expect(try operations.bindings().data.object?["total"] == .integer(0))
    }

    @Test func rejectsInvalidBindings() throws {
        let fixture = try ProfilesFixture()
        let sms = try fixture.make(Seeds.createRequest)
        let number = try fixture.operations().bind("12", to: sms)
        #expect(
            number.message
                == "params/number must be a number in E.164 format, such as +919876543210")
        let channel = try fixture.operations().bind("917000000009", to: sms)
        #expect(
            channel.message == "body/callback_profile must be a profile of the whatsapp or "
                + "default channel; the channel of this one is sms")
        #expect(try fixture.operations().unbind("917000000009").status == 404)
    }

    @Test func parsesMessage() throws {
        let message = try IncomingMessage(
            request: JSONValue(parsing: #"{"wanumber": 917000000009, "callback_id": "m", "x": 1}"#))
        #expect(message.number.digits == "917000000009" && message.callbackID == "m")
        #expect(
            JSONValue.object(message.variables).compact
                == #"{"wanumber":917000000009,"x":1,"custom_response":false}"#)
        let event = message.event(company: "A", callbackID: "m")
        #expect(event.channel == .whatsapp && event.event == "incoming-message")
    }

    @Test(arguments: [
        ("{}", "body must have required property 'wanumber'"),
        (
            #"{"wanumber": "x"}"#,
            "body/wanumber must be a number in E.164 format, such as 919876543210"
        ),
        ("[]", "body must be object"),
    ])
    func rejectsMessagesWithoutNumber(json: String, words: String) throws {
        let value = try JSONValue(parsing: json)
        let error = #expect(throws: ProfileFaults.self) { try IncomingMessage(request: value) }
        #expect(error?.description == words)
    }
}
