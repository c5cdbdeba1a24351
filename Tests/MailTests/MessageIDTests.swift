import CivilTime
import Mail
import TestSupport
import Testing

@Suite struct MessageIDTests {
    private func id(
        company: String = "HX1", frequency: String = "daily", seconds: Int64 = 1_795_232_400,
        address: String = "ops@example.com"
    ) -> String {
        MessageID.report(
            company: company, frequency: frequency, occurrence: Instant(seconds: seconds),
            address: address, domain: "example.com")
    }

    @Test("a Message-ID is a prefix of the SHA-256 hash")
    func knownAnswer() throws {
        // printf '3:HX15:daily13:179523240000015:ops@example.com' | sha256sum
        #expect(id() == "<35000cc9e69072fa337fb65545292f4c@example.com>")
    }

    @Test("every value changes the Message-ID")
    func differences() {
        let ids = [
            id(), id(company: "HX2"), id(frequency: "weekly"), id(seconds: 1_795_232_401),
            id(address: "cto@example.com"), id(company: "HX1d", frequency: "aily"),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(id() == id())
    }
}
