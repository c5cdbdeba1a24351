import CommandLine
import Testing

@Suite struct ProgressBarTests {
    /// A clock that only the test advances.
    private final class Clock {
        var now = Duration.zero
    }

    private func bar(
        _ clock: Clock, on recording: Recording, label: String = "log.csv", total: Int? = 10_000_000
    ) -> ProgressBar {
        ProgressBar(label, total: total, on: recording.console) { clock.now }
    }

    /// What the terminal shows, without escape codes.
    private func shown(_ recording: Recording) -> [String] {
        recording.errors.text.split(separator: "\r").map {
            String($0.replacing("\u{1B}[?7l", with: "").replacing("\u{1B}[K\u{1B}[?7h", with: ""))
        }
    }

    @Test func showsPercentageRateAndTimeLeft() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = bar(clock, on: recording)
        clock.now = .seconds(2)
        bar.update(done: 2_500_000)
        #expect(
            shown(recording) == [
                "log.csv  [#####.................]  25 %  2.5 MB of 10.0 MB  1.3 MB/s  0:06 left"
            ])
    }

    @Test func showsNoPercentageWithoutATotal() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = bar(clock, on: recording, total: nil)
        clock.now = .seconds(1)
        bar.update(done: 999)
        #expect(shown(recording) == ["log.csv  999 B  999 B/s"])
    }

    @Test func countsRecords() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = ProgressBar(
            "verify", total: nil, of: .records, on: recording.console, clock: { clock.now })
        clock.now = .seconds(2)
        bar.update(done: 500)
        #expect(shown(recording) == ["verify  500 records  250 records/s"])
    }

    @Test func redrawsAtMostTenTimesPerSecond() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = bar(clock, on: recording)
        for millisecond in 0...1000 {
            clock.now = .milliseconds(millisecond)
            bar.update(done: millisecond * 1000)
        }
        #expect(shown(recording).count == 10)
    }

    @Test func finishRemovesTheBar() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = bar(clock, on: recording)
        clock.now = .seconds(1)
        bar.update(done: 1)
        bar.finish()
        #expect(recording.errors.text.hasSuffix("\r\u{1B}[K"))
    }

    @Test func aPrintedLineReplacesTheBar() {
        let (clock, recording) = (Clock(), Recording(terminal: true))
        let bar = bar(clock, on: recording)
        clock.now = .seconds(1)
        bar.update(done: 1)
        recording.console.say("line 3: no outcome")
        #expect(recording.errors.text.hasSuffix("\r\u{1B}[Kline 3: no outcome\n"))
    }

    @Test func showsNothingOutsideATerminal() {
        let (clock, recording) = (Clock(), Recording(terminal: false))
        let bar = bar(clock, on: recording)
        clock.now = .seconds(1)
        bar.update(done: 1)
        bar.finish()
        #expect(recording.errors.text == "")
    }

    @Test func fitsANarrowTerminal() {
        let (clock, recording) = (Clock(), Recording(terminal: true, columns: 20))
        let bar = bar(clock, on: recording, label: "\u{1B}[2Jlog")
        clock.now = .seconds(1)
        bar.update(done: 5_000_000)
        #expect(shown(recording) == ["\\u{1b}[2Jlog  50 % "])
    }
}
