import Encryption
import Testing

/// Tests based on the layouts in https://www.rfc-editor.org/rfc/rfc9562#section-5.
@Suite struct RandomUUIDTests {
    @Test func version4HasVersionVariantAndRandomBits() {
        let made = (1...2000).map { _ in RandomUUID.make() }
        let pattern = #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
        #expect(made.allSatisfy { $0.wholeMatch(of: pattern) != nil })
        #expect(Set(made).count == made.count)
        // Every digit except these two takes all values.
        for place in 0..<36 {
            let count = Set(made.map { Array($0.utf8)[place] }).count
            #expect(count == ([8, 13, 14, 18, 23].contains(place) ? 1 : place == 19 ? 4 : 16))
        }
    }

    /// The time of the example in appendix A.6.
    @Test func version7BeginsWithTheTime() {
        let made = (1...2000).map { _ in RandomUUID.make(milliseconds: 0x017F_22E2_79B0) }
        let pattern = #/017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
        #expect(made.allSatisfy { $0.wholeMatch(of: pattern) != nil })
        #expect(Set(made).count == made.count)
        for place in 15..<36 {
            let count = Set(made.map { Array($0.utf8)[place] }).count
            #expect(count == ([18, 23].contains(place) ? 1 : place == 19 ? 4 : 16))
        }
    }
}
