import CivilTime
import Mail
import TestSupport
import Testing

@Suite struct MessageIDTests {
    private func id(
        company: String = "HX1", frequency: String = "daily", seconds: Int64 = 1_795_232_400,
        address: String = "ops@example.com", nonce: UInt64 = 7
    ) -> String {
        MessageID.report(
            company: company, frequency: frequency, occurrence: Instant(seconds: seconds),
            address: address, domain: "example.com", nonce: nonce)
    }

    @Test("a Message-ID is a prefix of the SHA-256 hash")
    func knownAnswer() throws {
        // printf '3:HX15:daily13:179523240000015:ops@example.com1:7' | sha256sum
        #expect(id() == "<208579108df99c19038cb408613f7362@example.com>")
    }

    @Test("every value changes the Message-ID")
    func differences() {
        let ids = [
            id(), id(company: "HX2"), id(frequency: "weekly"), id(seconds: 1_795_232_401),
            id(address: "cto@example.com"), id(nonce: 8), id(company: "HX1d", frequency: "aily"),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(id() == id())
    }
}
