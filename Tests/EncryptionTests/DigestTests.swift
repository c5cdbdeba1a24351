import Encryption
import Testing

@Suite struct DigestTests {
    /// The example of FIPS 180-4, and test case 2 of RFC 4231.
    @Test func matchesKnownDigests() {
        #expect(
            hex(Digests.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex(
                Digests.hmacSHA256(
                    Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
}
