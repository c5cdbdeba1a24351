import Testing

@testable import Storage

@Suite struct CallbackHashTests {
    /// Results of the reference implementation, https://github.com/aappleby/smhasher.
    @Test(
        arguments: [
            ("", 0, 0x0000000000000000),
            ("a", 0, 0x071717D2D36B6B11),
            ("abc", 1, 0xB4B72636E1480C51),
            ("12345678", 2, 0xEB5C8D2EBE485C3D),
            ("cb-000000000001", 7, 0xD5385334AD203D34),
            ("0b0e7e32-5d5c-4f0c-9c7e-6f2d0e8a9b10", 12345, 0x6F525255C3B25866),
        ] as [(String, UInt64, UInt64)])
    func isMurmurHash64A(text: String, seed: UInt64, expected: UInt64) {
        let hash = Array(text.utf8).withUnsafeBytes { CallbackHash.of($0, seed: seed) }
        #expect(hash == expected)
        #expect(CallbackHash.of(text, company: Int64(seed)) == expected)
    }
}
