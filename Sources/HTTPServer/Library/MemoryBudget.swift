import Synchronization

/// How many bytes the server keeps for its clients, counted for each of them.
///
/// So that one client that sends or reads slowly takes no room from the others, each has a part of
/// the whole at most. All requests without a valid key count as one client.
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

    /// Whether there is room for something, whose size is not known yet.
    func hasRoom(for client: String?) -> Bool {
        use.withLock { $0.all < limits.all && $0[client] < limits.part(of: client) }
    }

    /// Takes room for bytes; false when there is none.
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

    /// Takes room for bytes, whether there is enough or not.
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

    /// What a body or an answer of so many bytes counts for.
    static func charge(_ bytes: Int) -> Int { bytes > small ? bytes : 0 }
}
