import TestSupport
import Testing

@testable import JSON

@Suite struct JSONObjectTests {
    /// An object of any size keeps the last values and the order of the names.
    @Test(arguments: [1, 15, 16, 17, 18, 200])
    func keepsOrderAndLastValues(count: Int) {
        var object = JSONObject()
        for number in 0..<count { object["m\(number)"] = .integer(number) }
        for number in 0..<count where number % 3 == 0 { object["m\(number)"] = .integer(-number) }
        #expect(object.names == (0..<count).map { "m\($0)" })
        for number in 0..<count {
            #expect(object["m\(number)"] == .integer(number % 3 == 0 ? -number : number))
        }
        #expect(object["m"] == nil)
    }

    @Test(arguments: [0, 20]) func `names with other bytes are other members`(others: Int) throws {
        var object = JSONObject()
        for number in 0..<others { object["m\(number)"] = .integer(number) }
        object["caf\u{e9}"] = .integer(1)
        object["cafe\u{301}"] = .integer(2)
        #expect(object["caf\u{e9}"] == .integer(1) && object["cafe\u{301}"] == .integer(2))
        #expect(object.names.count == others + 2)
        #expect(JSONValue.string("\u{e9}") != JSONValue.string("e\u{301}"))
    }

    @Test func removesAMember() {
        var object = JSONObject()
        for number in 0..<18 { object["m\(number)"] = .integer(number) }
        for number in [0, 17, 8] { object["m\(number)"] = nil }
        #expect(object.names == (0..<18).filter { ![0, 17, 8].contains($0) }.map { "m\($0)" })
        #expect(object["m8"] == nil && object["m9"] == .integer(9))
        object["m8"] = "new"
        #expect(object.names.last == "m8" && object["m8"] == "new")
    }

    @Test func equalityIgnoresHowItWasBuilt() {
        var one = JSONObject()
        for number in 0..<18 { one["m\(number)"] = .integer(number) }
        one["m17"] = nil
        var other = JSONObject()
        for number in 0..<17 { other["m\(number)"] = .integer(number) }
        #expect(one == other && one.hashValue == other.hashValue)
    }

    @Test func parsingTakesLinearTime() throws {
        let growth = try ProcessorTime.growth(from: 4000) { size in
            "{" + (0..<size).map { "\"member\($0)\":1" }.joined(separator: ",") + "}"
        } _: { text in
            _ = try JSONValue(parsing: text)
        }
        #expect(growth < 3, "doubling the members takes \(growth) times as long")
    }

    @Test func lookupTakesConstantTime() {
        let growth = ProcessorTime.growth(from: 4000) { size in
            var object = JSONObject()
            for number in 0..<size { object["member\(number)"] = .integer(number) }
            return object
        } _: { object in
            for name in object.names where object[name] == nil { Issue.record("no \(name)") }
        }
        #expect(growth < 3, "doubling the members takes \(growth) times as long")
    }
}
