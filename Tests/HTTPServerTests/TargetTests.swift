import HTTPServer
import Testing

@Suite struct TargetTests {
    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a//b/", ["a", "", "b", ""]),
        ("/a%2Fb/%2e%2E", ["a/b", ".."]), ("/..;/%C3%A9", ["..;", "é"]), ("/a+b", ["a+b"]),
        ("/a?b/c", ["a"]), ("/a#b", ["a"]), ("//", ["", ""]), ("/?", [""]), ("/#?/a", [""]),
        ("/%3F%23%25/é", ["?#%", "é"]), ("/a/?/b", ["a", ""]), ("/%25%32%46", ["%2F"]),
        ("http://host/a", ["a"]), ("HTTPS://host:1/a/b?c", ["a", "b"]), ("http://host", [""]),
        ("http://host?a", [""]), ("http://a/http://b/c", ["http:", "", "b", "c"]),
    ])
    func splitsThePathBeforeDecoding(_ text: String, _ path: [String]) {
        #expect(RequestTarget(text)?.path == path)
    }

    @Test(arguments: [
        "", "*", "a", "http:///a", "ftp://host/a", "http:/a", "/%", "/%4", "/%zz", "/%00", "/%ff",
        "/%c0%af", "/?a=%",
        "/?%ff=b", "/a\0", "/?a\0", "/?a=\0", "/a/%e9", "/%c3/%a9", "/?a=%c3&%a9", "/?=%4", "?/a",
        "#/a", "/a/%f0%9f",
    ])
    func rejectsInvalidPaths(_ text: String) {
        #expect(RequestTarget(text) == nil)
    }

    @Test func decodesAQuery() throws {
        let query = try #require(RequestTarget("/?a=b+c%2B&&d&=e&f=g=h&%61=%20")).query
        #expect(query.map(\.name) == ["a", "d", "", "f", "a"])
        #expect(query.map(\.value) == ["b c+", "", "e", "g=h", " "])
    }

    @Test(arguments: [
        ("/", []), ("/?", []), ("/?&&", []), ("/?=", ["=>"]), ("/?a", ["a=>"]),
        ("/?a=&=b&", ["a=>", "=>b"]), ("/?a==&?/b=/?", ["a=>=", "?/b=>/?"]),
        ("/?a%3Db%26c=%26#d=e", ["a=b&c=>&"]), ("/?+%20+=é", ["   =>é"]),
    ])
    func decodesUnusualQueries(_ text: String, _ pairs: [String]) throws {
        let query = try #require(RequestTarget(text)).query
        #expect(query.map { "\($0.name)=>\($0.value)" } == pairs)
    }

    @Test func returnsAHeaderOnlyIfItOccursOnce() {
        let head = RequestHead(
            method: "GET", target: "/", headers: [("Api-Key", "a"), ("X", "b"), ("x", "c")])
        #expect(head.header("api-key") == "a")
        #expect(head.header("x") == nil && head.values(of: "X") == ["b", "c"])
    }
}
