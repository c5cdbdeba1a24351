import Testing
import TextSupport

@Suite struct HexadecimalTests {
    @Test func writesTwoDigitsForEachByte() {
        #expect(([0, 9, 10, 0xAB, 0xFF] as [UInt8]).hexadecimal == "00090aabff")
        #expect(([] as [UInt8]).hexadecimal == "")
        #expect((0x0E as UInt8).hexadecimal(uppercase: true) == "0E")
    }
}
