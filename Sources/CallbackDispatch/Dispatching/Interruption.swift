import SQLite

/// The file cannot be read or written, which is tried again after a while.
struct Interruption {
    let error: any Error
    /// When it began.
    private let since: ContinuousClock.Instant
    private let wait: Duration
    private let nextTry: ContinuousClock.Instant

    private static let longestWait = Duration.seconds(2)

    /// - Parameter previous: the failure before, when nothing has succeeded since.
    init(_ error: any Error, after previous: Interruption?) {
        self.error = error
        since = previous?.since ?? .now
        wait = min(previous.map { $0.wait * 2 } ?? .milliseconds(50), Self.longestWait)
        nextTry = .now + wait
    }

    var isToBeTried: Bool { ContinuousClock.now >= nextTry }

    /// Whether it never ends: the file that is open is not the database any more.
    var isForGood: Bool { (error as? DatabaseError)?.isOfMissingFile == true }

    /// Throws the error when it has lasted for long enough to give up.
    func giveUpInTime() throws {
        if isForGood { throw error }
        // Another program ends some time; a full disk does not by itself.
        let isBusy = (error as? DatabaseError)?.isBusy == true
        if ContinuousClock.now - since > .seconds(isBusy ? 45 : 4) { throw error }
    }
}
