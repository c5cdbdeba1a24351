import TestSupport
import Testing
import TextSupport

@Suite struct SHA256Tests {
    @Test(
        "the hashes match the examples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func examples(text: String, hash: String) {
        #expect(SHA256.hexadecimal(Array(text.utf8)) == hash)
    }

    @Test("the hashes match Python for all lengths around the end of a block")
    func lengths() throws {
        let lengths = Array(0...130) + [1000, 65_537]
        let answers = try PythonCheck.run(
            "sha256", input: lengths.map(String.init).joined(separator: "\n"))
        let ours = lengths.map { length in
            SHA256.hexadecimal((0..<length).map { UInt8(truncatingIfNeeded: $0) })
        }
        #expect(ours == answers.split(separator: "\n").map(String.init))
    }
}
