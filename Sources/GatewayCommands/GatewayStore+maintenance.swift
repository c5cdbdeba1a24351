import CallbackDispatch
import CivilTime
import DeliveryLog
import Settings
import Storage

extension GatewayStore {
    /// Returns whether the clock is trusted enough to delete old callbacks. Call this before
    /// writing anything that depends on the clock.
    ///
    /// - Parameter isSynchronized: Whether the kernel reports that the clock is synchronized.
    func mayPrune(
        _ configuration: Configuration, at now: Instant, isSynchronized: Bool
    ) throws -> Bool {
        guard configuration.retention != nil else { return false }
        let reading = ClockReading(
            now: now, isSynchronized: isSynchronized, catchUp: configuration.catchUp)
        return try ClockGuard(log).decide(reading) == .confirmed
    }

    /// Deletes data that is older than the configured retention.
    ///
    /// - Parameter steps: The maximum number of transactions.
    /// - Returns: Whether all of it is deleted.
    func prune(
        _ configuration: Configuration, at now: Instant, steps: Int = .max
    ) throws -> Bool {
        guard let days = configuration.retention?.days else { return true }
        return try prune(before: now.advanced(seconds: -Int64(days) * 86_400), steps: steps)
    }
}
