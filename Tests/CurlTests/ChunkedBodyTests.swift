import Testing

@testable import Curl

/// The contents of bodies in chunks, complete, cut off or wrong.
@Suite struct ChunkedBodyTests {
    @Test(
        "the contents of all chunks are joined",
        arguments: [
            ("0\r\n\r\n", ""),
            ("3\r\nabc\r\n0\r\n\r\n", "abc"),
            ("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"),
            ("3;a=b;c\r\nabc\r\n0\r\n\r\n", "abc"),
            ("3\r\nabc\r\n0\r\nDigest: 3\r\n\r\n", "abc"),
            ("3\nabc\n1\nd\n0\n\n", "abcd"),
            ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            ("00000000000000003\r\nabc\r\n0\r\n\r\n", "abc"),
            ("4\r\na\r\nb\r\n0\r\n\r\n", "a\r\nb"),
        ])
    func complete(body: String, content: String) {
        #expect(String(decoding: ChunkedBody.decoded(Array(body.utf8)), as: UTF8.self) == content)
    }

    @Test(
        "what is missing or wrong ends the contents",
        arguments: [
            ("", ""), ("3", ""), ("3\r\n", ""), ("3\r\nab", "ab"), ("3\r\nabc\r\n2", "abc"),
            ("x\r\nabc", ""), ("-1\r\nabc", ""), ("\r\nabc", ""),
            ("ffffffffffffffff\r\nabc", "abc"), ("fffffffffffffffff\r\nabc", ""),
        ])
    func incomplete(body: String, content: String) {
        #expect(String(decoding: ChunkedBody.decoded(Array(body.utf8)), as: UTF8.self) == content)
    }
}
