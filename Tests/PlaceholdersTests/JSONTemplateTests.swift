import JSON
import Placeholders
import Testing

@Suite struct JSONTemplateTests {
    private func filled(_ json: String, _ values: [String: JSONValue]) throws -> String {
        JSONTemplate(try JSONValue(parsing: json)).filled(filler(values))
    }

    static let cases: [(String, String)] = [
        (#"{"a":"<text>"}"#, #"{"a":"x\"y"}"#),
        (#"{"a":"say <text>!"}"#, #"{"a":"say x\"y!"}"#),
        (#"{"a":"<list>"}"#, #"{"a":[1,{"b":"c"}]}"#),
        (#"{"a":" <list>"}"#, #"{"a":" [1,{\"b\":\"c\"}]"}"#),
        (#"{"a":"<object>"}"#, #"{"a":{}}"#),
        (#"{"a":"<number>"}"#, #"{"a":"1.50"}"#),
        (#"{"a":"<yes>"}"#, #"{"a":"true"}"#),
        (#"{"a":"<nothing>"}"#, #"{"a":""}"#),
        (#"{"a":"<unknown>"}"#, #"{"a":"<unknown>"}"#),
        (#"{"<text>":1}"#, #"{"<text>":1}"#),
        (
            #"{"z":1.0,"a":[null,true,"<text>",["<text>"]],"m":{"<x>":{}}}"#,
            #"{"z":1.0,"a":[null,true,"x\"y",["x\"y"]],"m":{"<x>":{}}}"#
        ),
        (#"{"a":"\"\n<text>"}"#, #"{"a":"\"\nx\"y"}"#),
        ("{}", "{}"),
    ]

    @Test(arguments: cases)
    func fillsStrings(template: String, expected: String) throws {
        let values: [String: JSONValue] = [
            "text": "x\"y", "list": .array([.integer(1), .object(["b": "c"])]),
            "object": .object([:]), "number": try JSONValue(parsing: "1.50"),
            "yes": .boolean(true), "nothing": .null,
        ]
        #expect(try filled(template, values) == expected)
    }
}
