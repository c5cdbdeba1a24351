import CivilTime

/// Decides how many emails to mark at once before they are sent.
///
/// Marking emails takes a disk sync, which takes as long as sending one email to a nearby server. A
/// typical server gets one email per mark; a fast one gets as many as it accepts within 50
/// milliseconds.
struct SendingPace {
    private var size = 0
    private var start: Instant?
    /// The start of a pause. Pauses do not count as the server's time.
    private var pause: Instant?

    private static let quickMilliseconds: Int64 = 50
    private static let maxBatchSize = 64

    /// Returns the number of emails to mark next. Call this when all marked emails are sent.
    mutating func nextBatchSize(at now: Instant) -> Int {
        let isQuick =
            start.map { now.milliseconds - $0.milliseconds < Self.quickMilliseconds } ?? false
        size = isQuick ? min(2 * size, Self.maxBatchSize) : 1
        start = now
        return size
    }

    mutating func pause(at now: Instant) {
        pause = now
    }

    /// Ends a pause, if there was one.
    mutating func resume(at now: Instant) {
        guard let pause else { return }
        start = start?.advanced(milliseconds: now.milliseconds - pause.milliseconds)
        self.pause = nil
    }
}
