import Synchronization

/// Limits how many bytes the server keeps for its clients, in total and per client.
///
/// Each client gets only a part of the total, so that a slow client cannot use the memory of the
/// others. All requests without a valid key count as one client.
final class MemoryBudget: Sendable {
    private struct Use {
        var all = 0
        var byClient: [String: Int] = [:]
        var withoutKey = 0

        subscript(client: String?) -> Int {
            get { client.map { byClient[$0, default: 0] } ?? withoutKey }
            set {
                if let client {
                    byClient[client] = newValue == 0 ? nil : newValue
                } else {
                    withoutKey = newValue
                }
            }
        }
    }

    private let use = Mutex(Use())
    private let limits: MemoryLimits

    init(_ limits: MemoryLimits) {
        self.limits = limits
    }

    /// Whether there is memory for an item of unknown size.
    func hasRoom(for client: String?) -> Bool {
        use.withLock { $0.all < limits.all && $0[client] < limits.part(of: client) }
    }

    /// Reserves memory. Returns false if there is not enough.
    func reserve(_ bytes: Int, for client: String?) -> Bool {
        guard bytes > 0 else { return true }
        return use.withLock { use in
            guard use.all + bytes <= limits.all,
                use[client] + bytes <= limits.part(of: client)
            else { return false }
            use.all += bytes
            use[client] += bytes
            return true
        }
    }

    /// Reserves memory even if there is not enough.
    func take(_ bytes: Int, for client: String?) {
        guard bytes != 0 else { return }
        use.withLock { use in
            use.all += bytes
            use[client] += bytes
        }
    }

    func free(_ bytes: Int, for client: String?) {
        take(-bytes, for: client)
    }
}

extension MemoryLimits {
    fileprivate func part(of client: String?) -> Int { client == nil ? withoutKey : one }

    /// The number of bytes that a body or response of this size counts for.
    static func charge(_ bytes: Int) -> Int { bytes > small ? bytes : 0 }
}
