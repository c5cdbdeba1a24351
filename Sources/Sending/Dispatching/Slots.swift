/// How many exchanges may be under way, and how they are shared out among lanes.
///
/// An endpoint that hangs keeps its places for the whole timeout. So a lane has few places while
/// nothing is known of it or it was slow, all such lanes together have a part only, and the last
/// places of all are for lanes that have none.
struct Slots {
    static let all = 64
    /// Kept for lanes that have nothing under way.
    private static let reserved = 16

    private var byLane: [Int64: Int] = [:]
    private var byPace: [Pace: Int] = [:]
    private(set) var taken = 0

    func count(of lane: Int64) -> Int { byLane[lane, default: 0] }

    func admits(_ lane: Int64, _ pace: Pace) -> Bool {
        let own = count(of: lane)
        return taken < Self.all && own < pace.placesForOne
            && byPace[pace, default: 0] < pace.placesForAll
            && (own == 0 || taken < Self.all - Self.reserved)
    }

    mutating func take(_ lane: Int64, _ pace: Pace) {
        byLane[lane, default: 0] += 1
        byPace[pace, default: 0] += 1
        taken += 1
    }

    mutating func free(_ lane: Int64, _ pace: Pace) {
        byPace[pace, default: 0] -= 1
        taken -= 1
        let left = count(of: lane) - 1
        byLane[lane] = left > 0 ? left : nil
    }
}

extension Pace {
    /// How many callbacks of one lane may be under way.
    var placesForOne: Int { self == .steady ? 8 : 2 }

    /// How many of all its lanes together.
    var placesForAll: Int {
        switch self {
        case .fresh: 32
        case .steady: Slots.all
        case .slow: 16
        }
    }

    /// An answer that takes longer than this makes a lane a slow one, in microseconds.
    private static let patience = 2_000_000

    /// The pace of a lane whose last exchange took that long.
    init(microseconds: Int) {
        self = microseconds < Self.patience ? .steady : .slow
    }
}
