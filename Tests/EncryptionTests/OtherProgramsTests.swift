import FoundationEssentials
import TestSupport
import Testing
import TextSupport

@testable import Encryption

/// Compares the ciphertext with that of other programs, and decrypts theirs.
@Suite struct OtherProgramsTests {
    private static let iv = "3456789012345678"

    /// Uses a seed so that failures are reproducible.
    private static let values: [String] = {
        var random = SeededRandom(seed: 20)
        let alphabet = Array("abc XYZ 019 \"\\<>&\n\té漢😀\0")
        return ["", "Hi"]
            + (0..<40).map { length in
                String(
                    (0..<length).map { _ in
                        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                    })
            }
    }()

    struct Line: Codable {
        var algo, key: String
        var IV: String?
        var value, sealed: String?

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(algo, forKey: .algo)
            try members.encode(key, forKey: .key)
            try members.encode(IV, forKey: .IV)
            try members.encodeIfPresent(value, forKey: .value)
            try members.encodeIfPresent(sealed, forKey: .sealed)
        }
    }

    private func python(_ lines: [Line]) throws -> [String] {
        let input = try lines.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let output = try PythonCheck.run("aes", input: input.joined(separator: "\n"))
        return try output.split(separator: "\n").map {
            try JSONDecoder().decode(String.self, from: Data($0.utf8))
        }
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func encryptsLikePython(algorithm: CipherAlgorithm) throws {
        let cipher = try cipher(algorithm)
        let lines = Self.values.map {
            Line(algo: algorithm.rawValue, key: cipher.key.reveal(), IV: Self.iv, value: $0)
        }
        #expect(try python(lines) == Self.values.map { try cipher.encrypt($0) })
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func pythonCanDecrypt(algorithm: CipherAlgorithm) throws {
        let cipher = try cipher(algorithm, iv: .random)
        let lines = try Self.values.map {
            Line(algo: algorithm.rawValue, key: cipher.key.reveal(), sealed: try cipher.encrypt($0))
        }
        #expect(try python(lines) == Self.values)
    }

    /// `openssl enc` does not support GCM.
    @Test(arguments: [CipherAlgorithm.aes128CFB, .aes192CFB, .aes256CFB])
    func openSSLCanDecrypt(algorithm: CipherAlgorithm) throws {
        let cipher = try cipher(algorithm)
        for value in ["Hi", ValueCipherTests.long] {
            let sealed = try cipher.encrypt(value)
            #expect(try openssl(algorithm, ["-d", "-a", "-A"], Array(sealed.utf8)) == value)
        }
    }

    @Test(arguments: [CipherAlgorithm.aes128CFB, .aes192CFB, .aes256CFB])
    func decryptsOutputOfOpenSSL(algorithm: CipherAlgorithm) throws {
        let text = try openssl(
            algorithm, ["-e", "-a", "-A"], Array(ValueCipherTests.long.utf8))
        let sealed = try #require(Data(base64Encoded: text))
        let key = Array(try cipher(algorithm).key.reveal().utf8)
        let aes = AES(algorithm: algorithm, key: key, iv: Array(Self.iv.utf8))
        #expect(try aes.decrypt(Array(sealed)) == Array(ValueCipherTests.long.utf8))
    }

    private func openssl(
        _ algorithm: CipherAlgorithm, _ options: [String], _ input: [UInt8]
    ) throws -> String {
        let key = hex(Array(try cipher(algorithm).key.reveal().utf8))
        let run = try ProgramRun.of(
            program: "/usr/bin/env",
            ["openssl", "enc", "-\(algorithm.rawValue.lowercased())", "-K", key, "-iv"]
                + [hex(Array(Self.iv.utf8))] + options,
            input: input, in: TemporaryDirectory())
        #expect(run.status == 0, "\(run.errors)")
        return run.output
    }
}
