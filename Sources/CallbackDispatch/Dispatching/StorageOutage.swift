import StorageErrors

/// A period in which the file cannot be read or written. Access is retried with backoff.
struct StorageOutage {
    let error: any Error
    /// When the first failure occurred.
    private let since: ContinuousClock.Instant
    private let wait: Duration
    private let nextTry: ContinuousClock.Instant

    private static let longestWait = Duration.seconds(2)

    /// - Parameter previous: The preceding failure, if nothing has succeeded since.
    init(_ error: any Error, after previous: StorageOutage?) {
        self.error = error
        since = previous?.since ?? .now
        wait = min(previous.map { $0.wait * 2 } ?? .milliseconds(50), Self.longestWait)
        nextTry = .now + wait
    }

    var isRetryDue: Bool { ContinuousClock.now >= nextTry }

    /// Whether retrying is pointless because the open file is no longer the database.
    var isPermanent: Bool { (error as? StorageError)?.isOfMissingFile == true }

    /// Throws the error if the interruption has lasted too long.
    func throwIfExpired() throws {
        if isPermanent { throw error }
        // Another process releases its lock eventually. A full disk does not recover by itself.
        let isBusy = (error as? StorageError)?.isBusy == true
        if ContinuousClock.now - since > .seconds(isBusy ? 45 : 4) { throw error }
    }
}
