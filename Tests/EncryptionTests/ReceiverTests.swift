import FoundationEssentials
import TestSupport
import Testing
import TextSupport

@testable import Encryption

/// Tests that the samples for receivers in docs/receiving.md work as printed.
@Suite struct ReceiverTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Returns the code block after a marker in docs/receiving.md.
    private func block(_ mark: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "docs/receiving.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let behind = try #require(text.split(separator: "<!-- \(mark) -->\n```").last)
        let lines = behind.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        return lines.prefix { $0 != "```" }.joined(separator: "\n") + "\n"
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func decryptsInPython(algorithm: CipherAlgorithm) throws {
        let (fixed, random) = (try cipher(algorithm), try cipher(algorithm, iv: .random))
        let (algo, key) = (algorithm.rawValue, fixed.key.reveal())
        let value = "é😀"
        let script = """
            \(try block("decrypt-python"))
            print(decrypt("\(try fixed.encrypt(value))", "\(algo)", b"\(key)", b"3456789012345678"))
            print(decrypt("\(try random.encrypt(value))", "\(algo)", b"\(key)"))
            """
        let run = try ProgramRun.of(
            program: "/usr/bin/env", ["python3", "-W", "error", "-"], input: Array(script.utf8),
            in: directory)
        #expect(run == ProgramRun(output: "\(value)\n\(value)\n", errors: "", status: 0))
    }

    @Test func decryptsWithOpenSSL() throws {
        let cipher = try cipher(.aes128CFB)
        let run = try ProgramRun.of(
            program: "/bin/sh", ["-c", try block("decrypt-openssl")],
            environment: [
                "KEY": cipher.key.reveal(), "IV": "3456789012345678",
                "VALUE": try cipher.encrypt("é😀"),
            ], in: directory)
        #expect(run == ProgramRun(output: "é😀", errors: "", status: 0))
    }
}
