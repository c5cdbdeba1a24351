import DeliveryLog
import TestSupport
import Testing

@Suite struct HistogramTests {
    @Test func percentileIsNearestRankWithinASixteenth() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<50 {
            let durations = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                Int.random(in: 0...(1 << Int.random(in: 1...20, using: &random)), using: &random)
            }
            var histogram = Histogram()
            for duration in durations { histogram.add(milliseconds: duration) }
            for percent in [50, 95, 99] {
                let rank = max(1, (durations.count * percent + 99) / 100)
                let exact = durations.sorted()[rank - 1]
                let found = histogram.percentile(percent) ?? -1
                #expect(found >= exact)
                #expect(Double(found) <= Double(exact) * 1.0625)
            }
        }
    }

    @Test func shortDurationsAreExact() {
        for milliseconds in 0..<32 {
            var histogram = Histogram()
            histogram.add(milliseconds: milliseconds)
            #expect(histogram.percentile(50) == milliseconds)
        }
    }

    @Test func emptyHistogramHasNoPercentile() {
        #expect(Histogram().percentile(50) == nil)
    }

    @Test func hugeAndNegativeDurationsAreClamped() {
        var histogram = Histogram()
        histogram.add(milliseconds: -5)
        histogram.add(milliseconds: .max)
        #expect(histogram.percentile(1) == 0)
        #expect(histogram.percentile(99) ?? 0 >= 1 << 31)
    }
}
