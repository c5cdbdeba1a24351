import CivilTime

/// How many mails are announced at once, which takes as long as to send one to a server nearby.
///
/// One, to a server that takes its time as most do; as many as a fast one has in a moment.
struct SendingPace {
    private var size = 0
    private var start: Instant?
    /// What a pause takes is none of the server's time.
    private var pause: Instant?

    private static let moment: Int64 = 50
    private static let most = 64

    /// The number of mails to announce, when the last that were announced are done.
    mutating func handful(at now: Instant) -> Int {
        let isQuick = start.map { now.milliseconds - $0.milliseconds < Self.moment } ?? false
        size = isQuick ? min(2 * size, Self.most) : 1
        start = now
        return size
    }

    mutating func pause(at now: Instant) {
        pause = now
    }

    /// Goes on after a pause, if there was one.
    mutating func goOn(at now: Instant) {
        guard let pause else { return }
        start = start?.advanced(milliseconds: now.milliseconds - pause.milliseconds)
        self.pause = nil
    }
}
