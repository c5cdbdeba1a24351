import Testing

@testable import Rendering

@Suite struct NumberFormatTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (48_211, "48,211"), (1_234_567, "1,234,567"),
        (-1_234, "−1,234"), (Int.max, "9,223,372,036,854,775,807"),
        (Int.min, "−9,223,372,036,854,775,808"),
    ])
    func `thousands are separated`(number: Int, text: String) {
        #expect(NumberFormat.grouped(number) == text)
    }

    @Test(arguments: [
        (1.0, "100 %"), (0.0, "0 %"), (0.975_635, "97.56 %"), (0.5, "50.00 %"),
        (0.999_999, "99.99 %"), (0.000_001, "0.01 %"),
    ])
    func `only a complete rate is 100 % and only an empty one is 0 %`(share: Double, text: String) {
        #expect(NumberFormat.rate(share).plain == text)
    }

    @Test(arguments: [
        (83, 100, "83 %"), (1, 1_000, "under 1 %"), (999, 1_000, "over 99 %"), (5, 5, "100 %"),
        (0, 5, "0 %"), (0, 0, "0 %"),
    ])
    func `a share is a whole percentage`(part: Int, whole: Int, text: String) {
        #expect(NumberFormat.share(part, of: whole).plain == text)
    }
}

@Suite struct ChangeTests {
    @Test(
        arguments: [
            (112.0, 232, "+120 (+107 %)"), (100, 108, "+8 (+8.0 %)"), (100, 50, "−50 (−50 %)"),
            (0, 7, "+7 (from 0)"), (5, 5, "no change"), (7.75, 8, "+0.25 (+3.2 %)"),
            (0.5, 0, "−0.5 (−100 %)"), (0.75, 2, "+1.25 (+167 %)"), (4.0 / 3, 0, "−1.33 (−100 %)"),
            (7.998, 8, "no change"), (10.25, 10, "no change"), (9, 19, "+10 (+111 %)"),
            (10_000, 9_999, "−1 (under −0.1 %)"), (3.25, 4, "+0.75 (+23 %)"),
            (112, 1_204, "+1,092 (11 times)"), (200, 0, "−200 (−100 %)"),
        ] as [(Double, Int, String)])
    func `a change is a difference and a percentage`(
        before: Double, now: Int, text: String
    ) {
        let change = Change(from: before, to: now, growthIs: .none, unchanged: "no change")
        #expect(change.text.plain == text)
    }

    @Test(arguments: [
        (0.9764, 0.9976, "+2.12 points"), (0.9976, 0.9964, "−0.12 points"), (0.5, 0.5, "no change"),
    ])
    func `rates change by percentage points`(before: Double, now: Double, text: String) {
        #expect(Change(fromRate: before, toRate: now, unchanged: "no change").text == text)
    }

    @Test(arguments: [
        (Change.Meaning.bad, 2, Change.Verdict.worse), (.bad, 0, .better), (.good, 2, .better),
        (.good, 0, .worse), (.none, 2, .neutral), (.bad, 1, .neutral),
    ])
    func `a change is better or worse depending on the figure`(
        meaning: Change.Meaning, now: Int, verdict: Change.Verdict
    ) {
        let change = Change(from: 1, to: now, growthIs: meaning, unchanged: "")
        #expect(change.verdict == verdict)
    }
}

extension String {
    /// With plain spaces instead of no-break spaces.
    var plain: String { String(map { $0 == "\u{A0}" ? " " : $0 }) }
}
