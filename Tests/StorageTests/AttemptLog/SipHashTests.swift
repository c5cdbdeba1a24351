import Testing

@testable import Storage

@Suite struct SipHashTests {
    /// The key of the published vectors: bytes 0 to 15.
    private let key = SipHash.Key(first: 0x0706_0504_0302_0100, second: 0x0f0e_0d0c_0b0a_0908)

    private func hash(_ bytes: some Sequence<UInt8>, after words: [UInt64] = []) -> UInt64 {
        var hash = SipHash(key)
        for word in words { hash.add(word) }
        return Array(bytes).withUnsafeBytes { hash.finish(with: $0) }
    }

    /// Of SipHash-2-4, https://github.com/veorq/SipHash/blob/master/vectors.h; the one of 15 bytes is
    /// in the paper.
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137),
            (8, 0x93f5_f579_9a93_2462), (15, 0xa129_ca61_49be_45e5), (16, 0x3f2a_cc7f_57c2_9bdb),
            (63, 0x958a_324c_eb06_4572),
        ] as [(Int, UInt64)])
    func isThePublishedFunction(count: Int, expected: UInt64) {
        let hash = SipHash(key, roundsOfWord: 2, roundsAtEnd: 4)
        let bytes = (0..<count).map { UInt8($0) }
        #expect(bytes.withUnsafeBytes { hash.finish(with: $0) } == expected)
    }

    /// Of SipHash-1-3, as CPython 3.11 and Rust compute it.
    @Test(
        arguments: [
            (0, 0xabac_0158_050f_c4dc), (1, 0xc9f4_9bf3_7d57_ca93), (7, 0xd392_7d98_9bb1_1140),
            (8, 0x3690_9511_8d29_9a8e), (15, 0xd320_d86d_2a51_9956), (16, 0xcc4f_dd1a_7d90_8b66),
            (63, 0x9d19_9062_b7bb_b3a8),
        ] as [(Int, UInt64)])
    func hashesWithOneRoundAWordAndThreeAtTheEnd(count: Int, expected: UInt64) {
        #expect(hash((0..<count).map { UInt8($0) }) == expected)
    }

    @Test func aWordIsEightBytes() {
        let bytes = (0..<21).map { UInt8($0) }
        #expect(hash(bytes.dropFirst(8), after: [0x0706_0504_0302_0100]) == hash(bytes))
    }

    /// These are in files, so they never change.
    @Test(
        arguments: [
            (1, "cb-000000000001", 0xa5f6_eb58_0b65_6659),
            (12345, "0b0e7e32-5d5c-4f0c-9c7e-6f2d0e8a9b10", 0xd1df_8e59_428d_1667),
            (7, "", 0x33d5_b322_9db2_73eb), (-1, "é", 0x96af_8ec8_1304_aae6),
        ] as [(Int64, String, UInt64)])
    func aCallbackHasTheHashOfItsCompanyAndId(company: Int64, id: String, expected: UInt64) {
        #expect(CallbackHasher(key: key).hash(of: id, company: company) == expected)
    }
}
