import TestSupport
import Testing
import TextSupport

/// HMAC with SHA-256.
@Suite struct HMACTests {
    private func hexadecimal(_ key: [UInt8], _ message: [UInt8]) -> String {
        SHA256.authenticationCode(of: message, key: key).hexadecimal
    }

    /// https://www.rfc-editor.org/rfc/rfc4231#section-4
    @Test func `the codes match the test cases of RFC 4231`() {
        #expect(
            hexadecimal([UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            hexadecimal(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hexadecimal(
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50))
                == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
        #expect(
            hexadecimal(
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func `the codes match Python for keys and messages of many lengths`() throws {
        let pairs = [0, 1, 63, 64, 65, 130].flatMap { key in
            [0, 1, 55, 56, 64, 1000].map { (key, $0) }
        }
        let answers = try PythonCheck.run(
            "hmac_sha256", input: pairs.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
        let bytes = { (count: Int) in (0..<count).map { UInt8(truncatingIfNeeded: $0) } }
        let ours = pairs.map { hexadecimal(bytes($0.0), bytes($0.1)) }
        #expect(ours == answers.split(separator: "\n").map(String.init))
    }
}
