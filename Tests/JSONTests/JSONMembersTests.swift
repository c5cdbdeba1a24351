import TestSupport
import Testing

@testable import JSON

/// Reading some members of an object without parsing the others.
@Suite struct JSONMembersTests {
    private func members(_ text: String, _ names: String...) -> JSONObject? {
        JSONObject(only: names, of: Array(text.utf8))
    }

    @Test func returnsTheNamedMembersAlone() {
        let text = #"{"a": 1, "b" : [{"c": "]}"}, 2], "c": {"a": "\"}"}, "d": true}"#
        #expect(members(text, "c", "a") == ["a": .integer(1), "c": .object(["a": "\"}"])])
        #expect(members(text, "d", "x") == ["d": .boolean(true)])
        #expect(members("{}", "a") == [:])
    }

    /// What is skipped is not parsed: that takes the time.
    @Test func skippedValuesNeedNotBeValid() {
        #expect(members(#"{"a": [1 2, tru], "b": "x"}"#, "b") == ["b": "x"])
    }

    @Test(arguments: ["", "[]", "1", "{", #"{"a""#, #"{"a":}"#, #"{"a": 1"#, #"{"a": [1}"#, "{a"])
    func textThatIsNoObjectIsNil(text: String) {
        #expect(members(text, "a") == nil)
    }

    @Test func findsWhatTheParserFinds() throws {
        var random = SeededRandom(seed: 29)
        let words: [JSONValue] = [
            .null, .boolean(false), .integer(-15), "", "a\"\\{}[],: ", "é\u{0}\n", .array([]),
        ]
        for _ in 0..<500 {
            var object: JSONObject = [:]
            for name in ["a", "b", "c", "d", "e"] where Bool.random(using: &random) {
                let word = words.randomElement(using: &random) ?? .null
                let nested = JSONValue.array([word, .object(["a": word, "f": .array([word])])])
                object[name] = Bool.random(using: &random) ? word : nested
            }
            let text = Array(JSONValue.object(object).compact.utf8)
            for name in ["a", "c", "e"] {
                #expect(JSONObject(only: [name], of: text)?[name] == object[name])
            }
        }
    }
}
