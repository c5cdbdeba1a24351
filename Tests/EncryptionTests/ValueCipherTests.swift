import FoundationEssentials
import Testing
import TextSupport

@testable import Encryption

@Suite struct ValueCipherTests {
    static let long = "é😀 long enough to pass one block"

    /// Created with Python's cryptography package.
    static let answers: [(CipherAlgorithm, String, String)] = [
        (.aes128CFB, "Hi", "AqA="), (.aes128CFB, "", ""),
        (.aes128CFB, long, "iWAtSO/hVvWU6j6DQhKwIWBYc2ni/j91/8b9YlLrl1hdUqTz"),
        (.aes128GCM, "Hi", "rt/DRdVZ+X8ad0M4i3N6MD/z"),
        (.aes128GCM, "", "CDr0Ky/8+WcRpiJEChvl8g=="),
        (.aes192CFB, "Hi", "flc="),
        (.aes192CFB, long, "9Zf6HnJbGJc4V61bT4ReStLo9ZwpCt3MnrT7uEN838KHprgG"),
        (.aes192GCM, "Hi", "s0PqdMDa9N0Gh93NLmM09X2a"),
        (.aes256CFB, "Hi", "CL8="),
        (.aes256CFB, long, "g38QVCWTY17TFJGmNsJzQ2LXfxwVVfm7SRcaAQGJ2OfJNVTk"),
        (.aes256GCM, "Hi", "vpUjXHE5QYC0sZNehQGa4Ftl"),
        (
            .aes256GCM, long,
            "NVXr87zMuXn0cpnf1sj+nxvpOIhbdHYPxZsJ7zNdFTcvcFO1BcXmgu3+/TQeel3xYM2FRg=="
        ),
    ]

    @Test(arguments: answers)
    func matchesKnownOutput(_ algorithm: CipherAlgorithm, value: String, answer: String) throws {
        #expect(try cipher(algorithm).encrypt(value) == answer)
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func rejectsKeysOfOtherLengths(algorithm: CipherAlgorithm) throws {
        let length = algorithm.keyLength
        for wrong in 0...33 where wrong != length {
            #expect(throws: CipherError.keyLength(algorithm, expected: length, found: wrong)) {
                try ValueCipher(
                    algorithm, key: Secret(String(repeating: "k", count: wrong)), iv: .random)
            }
        }
    }

    @Test(arguments: [0, 12, 15, 17, 32])
    func rejectsIVsOfOtherLengths(length: Int) throws {
        #expect(throws: CipherError.ivLength(expected: 16, found: length)) {
            try ValueCipher(
                .aes128GCM, key: Secret("0123456789abcdef"),
                iv: .fixed(Secret(String(repeating: "i", count: length))))
        }
    }

    @Test func countsBytesInsteadOfCharacters() throws {
        #expect(throws: CipherError.keyLength(.aes128CFB, expected: 16, found: 17)) {
            try ValueCipher(.aes128CFB, key: Secret("0123456789abcdé" + "f"), iv: .random)
        }
        let cipher = try ValueCipher(.aes128CFB, key: Secret("0123456789abcdé"), iv: .random)
        #expect(try Data(base64Encoded: cipher.encrypt("x"))?.count == 17)
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func prependsANewIVToEachValue(algorithm: CipherAlgorithm) throws {
        let cipher = try cipher(algorithm, iv: .random)
        let length = algorithm.isAuthenticated ? 12 : 16
        var ivs: Set<[UInt8]> = []
        for _ in 0..<50 {
            let sealed = Array(try #require(Data(base64Encoded: cipher.encrypt("value"))))
            let iv = Array(sealed.prefix(length))
            ivs.insert(iv)
            let key = Array(cipher.key.reveal().utf8)
            let aes = AES(algorithm: algorithm, key: key, iv: iv)
            #expect(try aes.decrypt(Array(sealed.dropFirst(length))) == Array("value".utf8))
        }
        #expect(ivs.count == 50)
    }

    @Test func detectsNonceReuse() throws {
        #expect(try cipher(.aes128GCM).repeatsNonce)
        #expect(try !cipher(.aes128GCM, iv: .random).repeatsNonce)
        #expect(try !cipher(.aes128CFB).repeatsNonce)
    }

    @Test func errorsContainNoSecrets() throws {
        let secret = Secret("canary-that-is-no-key")
        let error = #expect(throws: CipherError.self) {
            try ValueCipher(.aes128CFB, key: secret, iv: .random)
        }
        #expect(
            error?.description == "a key for AES-128-CFB must have 16 bytes, but this one has 21")
    }
}

func cipher(
    _ algorithm: CipherAlgorithm, iv: ValueCipher.IV = .fixed(Secret("3456789012345678"))
) throws -> ValueCipher {
    let key = "0123456789abcdefghijklmnopqrstuv".prefix(algorithm.keyLength)
    return try ValueCipher(algorithm, key: Secret(String(key)), iv: iv)
}
