import API
import CivilTime
import JSON
import TestSupport
import Testing

@testable import Profiles

/// Processing time grows linearly with the size of a request, for any contents.
@Suite struct WorstInputTests {
    private struct Input: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The size of the smaller request.
        let size: Int
        let request: @Sendable (_ size: Int) -> String

        init(
            _ name: String, _ size: Int, _ request: @escaping @Sendable (_ size: Int) -> String
        ) {
            (testDescription, self.size, self.request) = (name, size, request)
        }
    }

    private static func members(_ size: Int, _ value: String = "\"1\"") -> String {
        (0..<size).map { "\"key\($0)\": \(value)" }.joined(separator: ",")
    }

    private static func markup(_ body: String, _ type: String = "xml") -> String {
        post("\"body_type\": \"\(type)\", \"body\": \"\(body)\"")
    }

    private static func times(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    private static let encryption =
        "\"enc\": {\"algo\": \"aes-128-gcm\", \"key\": \"0123456789abcdef\", \"IV\": \"random\""

    private static let inputs: [Input] = [
        Input("headers", 1000) { request("\"headers\": {\(members($0))}") },
        Input("headers as text", 1000) { size in
            let text = members(size).replacing("\"", with: "\\\"")
            return request("\"headers\": \"{\(text)}\"")
        },
        Input("fields of auth", 1000) { size in
            request(
                "\"auth\": {\"url\": \"https://h.example\", \"clientID\": \"a\", "
                    + "\"clientSecret\": \"b\", \(members(size))}")
        },
        Input("unknown members", 1000) { request(members($0)) },
        Input("a long name", 15000) { request("\"\(times("x", $0))\": 1") },
        Input("members of a body", 1000) { post("\"body\": {\(members($0, "\"<a>\""))}") },
        Input("placeholders", 2000) { size in
            post("\"body\": {\"a\": \"\((0..<size).map { "<p\($0)>" }.joined())\"}")
        },
        Input("encrypted parameters", 500) { size in
            let names = (0..<size).map { "<p\($0).a.b>" }.joined()
            let params = (0..<size).map { "\"p\($0)\"" }.joined(separator: ",")
            return post("\"body\": {\"a\": \"\(names)\"}, \(encryption), \"params\": [\(params)]}")
        },
        Input("unknown parameters", 500) { size in
            let names = (0..<size).map { "<p\($0)>" }.joined()
            let params = (0..<size).map { "\"q\($0)\"" }.joined(separator: ",")
            return post("\"body\": {\"a\": \"\(names)\"}, \(encryption), \"params\": [\(params)]}")
        },
        Input("events", 2000) { size in
            let events = Array(repeating: "\"call_end\"", count: size).joined(separator: ",")
            return request("\"channel\": \"voice\", \"events\": [\(events)]")
        },
        Input("a long channel", 15000) { size in
            request("\"channel\": \"default\(times(" ", size))\(times("-", size))x\"")
        },
        Input("a long title", 15000) { request().replacing("Orders", with: times("é", $0)) },
        Input("start and other end tags", 1000) { markup(times("<a>", $0) + times("</b>", $0)) },
        Input("start and end tags", 1000) { markup(times("<a>", $0) + times("</a>", $0)) },
        Input("more start than end tags", 1000) {
            markup(times("<a>", 2 * $0) + times("</a>", $0))
        },
        Input("tags with attributes", 1000) {
            markup(times("<a k='1'>", $0) + times("<a>", $0) + times("</a>", $0))
        },
        Input("tags of many names", 1000) { size in
            markup(
                (0..<size).map { "<a\($0)>" }.joined() + (0..<size).map { "</a\($0)>" }.joined())
        },
        Input("comments without end", 2000) { markup(times("<!-- ", $0)) },
        Input("sections", 1000) { markup(times("<![CDATA[<a>]]>", $0)) },
        Input("sections without end", 2000) { markup(times("<![CDATA[", $0)) },
        Input("declarations without end", 2000) { markup(times("<!a [' ", $0)) },
        Input("tags without end", 2000) { markup(times("<a b='", $0)) },
        Input("attributes without quotes", 1000) { markup(times("<a b=<c>d ", $0), "html") },
        Input("raw text without end", 2000) { markup(times("<title><script>", $0), "html") },
        Input("raw text", 1000) { markup(times("<title><a></title>", $0), "html") },
        Input("braces", 5000) { markup(times("{", $0)) },
        Input("brackets", 5000) { markup(times("<", $0)) },
        Input("blanks in braces", 5000) { markup("{{" + times(" ", $0) + times("{{ ", $0)) },
        Input("brackets in text", 5000) { markup("{{a}}" + times("]", $0) + ">") },
    ]

    @Test(arguments: inputs)
    private func profileParsingTakesLinearTime(input: Input) throws {
        let growth = try ProcessorTime.growth(from: input.size) { size in
            try JSONValue(parsing: input.request(size))
        } _: { value in
            // Read as stored settings, so that no limit stops the work early, and as a request.
            guard let settings = try? ProfileSettings(request: value, isStored: true) else {
                _ = try? ProfileSettings(request: value)
                return
            }
            let version = ProfileVersion(
                number: 1, settings: settings, since: ProfilesFixture.start)
            let profile = Profile(
                id: "IN_a", company: ProfilesFixture.company, status: .active,
                statusSince: ProfilesFixture.start,
                createdAt: ProfilesFixture.start, current: version)
            _ = profile.json()
            _ = try? profile.request(for: event(), at: ProfilesFixture.start)
        }
        #expect(growth < 3, "twice the size takes \(growth) times as long")
    }

    private static let fillings: [Input] = [
        Input("variables", 2000) { "{\(members($0))}" },
        Input("variables within one", 2000) { "{\"o\": {\(members($0))}}" },
        Input("items of a list", 2000) { size in
            "{\"l\": [" + Array(repeating: "1", count: size).joined(separator: ",") + "]}"
        },
    ]

    /// As many different placeholders as variables.
    @Test(arguments: fillings)
    private func callbackCreationTakesLinearTime(input: Input) throws {
        let growth = try ProcessorTime.growth(from: input.size) { size in
            let names = (0..<size).map { "<key\($0)><o.key\($0)><l.\($0)>" }.joined()
            let settings = try ProfileSettings(
                request: JSONValue(parsing: post("\"body\": {\"a\": \"\(names)\"}")),
                isStored: true)
            let profile = Profile(
                trying: settings, company: ProfilesFixture.company, at: ProfilesFixture.start)
            return (profile, try event(input.request(size)))
        } _: { profile, event in
            _ = try profile.request(for: event, at: ProfilesFixture.start)
        }
        #expect(growth < 3, "twice the size takes \(growth) times as long")
    }

    @Test func sampleCreationTakesLinearTime() throws {
        let profile = try Profile(
            trying: settings(request()), company: ProfilesFixture.company, at: ProfilesFixture.start
        )
        let growth = try ProcessorTime.growth(from: 8000) { size in
            try #require(JSONValue(parsing: "{\(Self.members(size))}").object)
        } _: { variables in
            _ = profile.sampleEvent(variables, callbackID: "c-1")
        }
        #expect(growth < 3, "twice the variables take \(growth) times as long")
    }
}
