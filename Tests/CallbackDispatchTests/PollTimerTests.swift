import Testing

@testable import CallbackDispatch

/// When a busy dispatcher looks for due callbacks.
@Suite struct PollTimerTests {
    private let start = ContinuousClock.now

    private func timer(isCalled: Bool) -> PollTimer {
        var timer = PollTimer()
        timer.begin(at: start)
        if isCalled { timer.call() }
        return timer
    }

    @Test func firstLookIsDueAtOnce() {
        #expect(PollTimer().isDue(at: start))
    }

    @Test func withoutSignalLooksAreTwentyMillisecondsApart() {
        let timer = timer(isCalled: false)
        #expect(!timer.isDue(at: start + .milliseconds(19)))
        #expect(timer.isDue(at: start + .milliseconds(20)))
        #expect(timer.wait(isFree: false, at: start) == nil)
    }

    @Test func afterSignalTheNextLookIsSoon() {
        let timer = timer(isCalled: true)
        #expect(!timer.isDue(at: start + .milliseconds(4)))
        #expect(timer.isDue(at: start + .milliseconds(5)))
        #expect(timer.wait(isFree: false, at: start + .microseconds(1500)) == 4)
        #expect(timer.wait(isFree: false, at: start + .milliseconds(50)) == 0)
    }

    @Test func dispatcherWithoutWorkLooksAtOnce() {
        #expect(timer(isCalled: true).wait(isFree: true, at: start) == 0)
    }

    @Test func lookAnswersTheSignal() {
        var timer = timer(isCalled: true)
        timer.begin(at: start + .milliseconds(7))
        #expect(!timer.isCalled)
        #expect(!timer.isDue(at: start + .milliseconds(26)))
        #expect(timer.isDue(at: start + .milliseconds(27)))
    }
}
