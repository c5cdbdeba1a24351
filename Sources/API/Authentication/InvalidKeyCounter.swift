import CivilTime
import EgressPolicy
import HTTPServer
import Synchronization

/// Counts requests with invalid keys by client network.
final class InvalidKeyCounter: Sendable {
    private struct Window {
        let start: Instant
        var count: Int

        /// Returns the remaining seconds, or nil if the window is over or starts in the future
        /// because the clock was set back.
        func secondsLeft(at now: Instant) -> Int? {
            let left = start.advanced(seconds: InvalidKeyCounter.seconds).seconds - now.seconds
            return (1...InvalidKeyCounter.seconds).contains(left) ? Int(left) : nil
        }
    }

    /// The number of invalid keys per minute after which requests are rejected.
    static let limit = 10
    static let seconds: Int64 = 60
    private static let capacity = 10_000

    private let windows = Mutex<[ClientNetwork?: Window]>([:])

    /// Counts an invalid key. Returns how many seconds to wait if there were too many.
    func record(_ clientNetwork: ClientNetwork?, at now: Instant) -> Int? {
        windows.withLock { windows in
            if let window = windows[clientNetwork], let left = window.secondsLeft(at: now) {
                windows[clientNetwork]?.count += 1
                return window.count < Self.limit ? nil : left
            }
            Self.makeRoom(in: &windows, at: now)
            windows[clientNetwork] = Window(start: now, count: 1)
            return nil
        }
    }

    private static func makeRoom(in windows: inout [ClientNetwork?: Window], at now: Instant) {
        guard windows.count >= capacity else { return }
        windows = windows.filter { $0.value.secondsLeft(at: now) != nil }
        if windows.count >= capacity { windows.removeAll() }
    }
}

/// A group of clients whose failed attempts are counted together: an IPv4 address, or an IPv6 /64,
/// which providers assign to one customer.
struct ClientNetwork: Hashable {
    private let bits: UInt128
    private let isIPv4: Bool

    init(_ address: IPAddress) {
        let address = address.unmapped
        isIPv4 = address.isIPv4
        bits = isIPv4 ? address.bits : address.bits >> 64
    }
}

extension RequestHead {
    /// The network of the client, or nil if its address is unknown.
    var clientNetwork: ClientNetwork? { IPAddress(client).map(ClientNetwork.init) }
}
