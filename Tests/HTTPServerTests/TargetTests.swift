import HTTPServer
import Testing

@Suite struct TargetTests {
    @Test(arguments: [
        ("/", [""]), ("/a/b", ["a", "b"]), ("/a//b/", ["a", "", "b", ""]),
        ("/a%2Fb/%2e%2E", ["a/b", ".."]), ("/..;/%C3%A9", ["..;", "é"]), ("/a+b", ["a+b"]),
        ("/a?b/c", ["a"]), ("/a#b", ["a"]),
    ])
    func takesAPathApartBeforeItIsDecoded(_ text: String, _ path: [String]) {
        #expect(RequestTarget(text)?.path == path)
    }

    @Test(arguments: [
        "", "*", "a", "http://host/a", "/%", "/%4", "/%zz", "/%00", "/%ff", "/%c0%af", "/?a=%",
        "/?%ff=b",
    ])
    func refusesWhatIsNoPath(_ text: String) {
        #expect(RequestTarget(text) == nil)
    }

    @Test func decodesAQuery() throws {
        let query = try #require(RequestTarget("/?a=b+c%2B&&d&=e&f=g=h&%61=%20")).query
        #expect(query.map(\.name) == ["a", "d", "", "f", "a"])
        #expect(query.map(\.value) == ["b c+", "", "e", "g=h", " "])
    }

    @Test func readsAHeaderOnlyWhenItIsThereOnce() {
        let head = RequestHead(
            method: "GET", target: "/", headers: [("Api-Key", "a"), ("X", "b"), ("x", "c")])
        #expect(head.header("api-key") == "a")
        #expect(head.header("x") == nil && head.values(of: "X") == ["b", "c"])
    }
}
