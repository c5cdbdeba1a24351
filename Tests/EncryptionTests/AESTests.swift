import Testing

@testable import Encryption

@Suite struct AESTests {
    struct Known: Sendable {
        let algorithm: CipherAlgorithm
        let key, iv, plaintext, sealed: String
        var context = ""
    }

    private static let blocks =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"

    /// NIST SP 800-38A, F.3.13, F.3.15 and F.3.17: CFB128 encryption.
    static let cfb = [
        Known(
            algorithm: .aes128CFB, key: "2b7e151628aed2a6abf7158809cf4f3c",
            iv: "000102030405060708090a0b0c0d0e0f", plaintext: blocks,
            sealed: "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"
                + "26751f67a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6"),
        Known(
            algorithm: .aes192CFB, key: "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
            iv: "000102030405060708090a0b0c0d0e0f", plaintext: blocks,
            sealed: "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a"
                + "2e1e8a1dd59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff"),
        Known(
            algorithm: .aes256CFB,
            key: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            iv: "000102030405060708090a0b0c0d0e0f", plaintext: blocks,
            sealed: "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b"
                + "df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471"),
    ]

    private static let gcmKey = "feffe9928665731c6d6a8f9467308308"
    private static let gcmText =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    private static let gcmContext = "feedfacedeadbeeffeedfacedeadbeefabaddad2"

    /// McGrew and Viega, The Galois/Counter Mode of Operation: test cases 4, 10 and 16.
    static let gcm = [
        Known(
            algorithm: .aes128GCM, key: gcmKey, iv: "cafebabefacedbaddecaf888",
            plaintext: gcmText,
            sealed: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                + "5bc94fbc3221a5db94fae95ae7121a47",
            context: gcmContext),
        Known(
            algorithm: .aes192GCM, key: gcmKey + "feffe9928665731c",
            iv: "cafebabefacedbaddecaf888", plaintext: gcmText,
            sealed: "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
                + "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710"
                + "2519498e80f1478f37ba55bd6d27618c",
            context: gcmContext),
        Known(
            algorithm: .aes256GCM, key: gcmKey + gcmKey, iv: "cafebabefacedbaddecaf888",
            plaintext: gcmText,
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b",
            context: gcmContext),
    ]

    @Test(arguments: cfb + gcm)
    func matchesPublishedVectors(known: Known) throws {
        let cipher = AES(
            algorithm: known.algorithm, key: bytes(known.key), iv: bytes(known.iv))
        let context = bytes(known.context)
        #expect(try hex(cipher.encrypt(bytes(known.plaintext), context: context)) == known.sealed)
        #expect(try hex(cipher.decrypt(bytes(known.sealed), context: context)) == known.plaintext)
    }

    @Test(arguments: [CipherAlgorithm.aes128GCM, .aes192GCM, .aes256GCM])
    func detectsEveryChangedBit(algorithm: CipherAlgorithm) throws {
        let cipher = AES(
            algorithm: algorithm, key: Array(repeating: 1, count: algorithm.keyLength),
            iv: Array(repeating: 2, count: 16))
        let sealed = try cipher.encrypt([1, 2, 3])
        for bit in 0..<(sealed.count * 8) {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: CipherError.notAuthentic) { try cipher.decrypt(changed) }
        }
        #expect(throws: CipherError.notAuthentic) { try cipher.decrypt(sealed, context: [0]) }
        #expect(throws: CipherError.notAuthentic) { try cipher.decrypt(Array(sealed.prefix(15))) }
    }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
