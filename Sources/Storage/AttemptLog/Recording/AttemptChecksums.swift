import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Checksums of the attempts of each quarter hour. With them, `verify` detects rows that another
/// program changed.
///
/// A changed outcome contradicts the counts, and a changed callback ID contradicts the callback
/// index. Only a checksum detects a changed minute, duration, status or attempt number. The checksum
/// of a quarter hour is the exclusive or of the checksums of its rows, so rows can be added and
/// removed in any order without reading the others.
struct AttemptChecksums {
    /// The changed bits, by the number of the quarter hour.
    private(set) var changes: [Int64: UInt64] = [:]
    /// The quarter hour of the last change, which is almost always that of the next change as well.
    private var current: (quarter: Int64, change: UInt64) = (-1, 0)

    /// Adds a row, or removes it again.
    mutating func toggle(_ row: StoredAttempt) {
        var row = row
        row.put(at: row.place, adding: &self)
    }

    /// Adds or removes the row of a statement whose columns are exactly ``columns``.
    mutating func toggle(row: borrowing Statement) {
        toggle(
            place: row.integer(0), company: row.integer(1), route: row.integer(2),
            number: row.integer(3), finishedAt: row.integer(4), outcome: row.integer(5),
            reason: row.optionalInteger(6), status: row.optionalInteger(7),
            duration: row.optionalInteger(8))
    }

    /// The columns that a checksum covers. Callback IDs are checked with the callback index, and
    /// `standing` separately.
    static let columns =
        "place, company, route, attempt, finished_at, outcome, reason, status, duration"

    /// Adds or removes a row with values as stored, even if they are invalid.
    @inline(__always)
    mutating func toggle(
        place: Int64, company: Int64, route: Int64, number: Int64, finishedAt: Int64,
        outcome: Int64, reason: Int64?, status: Int64?, duration: Int64?
    ) {
        let checksum = Self.checksum(
            place, company, route, number, finishedAt, outcome, reason ?? .min, status ?? .min,
            duration ?? .min)
        let quarter = AttemptRowID.quarterNumber(of: place)
        if current.quarter != quarter {
            flush()
            current = (quarter, 0)
        }
        current.change ^= checksum
    }

    private mutating func flush() {
        if current.change != 0 { changes[current.quarter, default: 0] ^= current.change }
        current.change = 0
    }

    /// Returns a number that changes if one of the values changes. Each value is multiplied by a
    /// different odd number, and the sum is mixed so that rows do not cancel each other out.
    @inline(__always)
    private static func checksum(
        _ place: Int64, _ company: Int64, _ route: Int64, _ number: Int64, _ finishedAt: Int64,
        _ outcome: Int64, _ reason: Int64, _ status: Int64, _ duration: Int64
    ) -> UInt64 {
        var sum = UInt64(bitPattern: place) &* 0x9e37_79b9_7f4a_7c15
        sum &+= UInt64(bitPattern: company) &* 0xbf58_476d_1ce4_e5b9
        sum &+= UInt64(bitPattern: route) &* 0x94d0_49bb_1331_11eb
        sum &+= UInt64(bitPattern: number) &* 0xd6e8_feb8_6659_fd93
        sum &+= UInt64(bitPattern: finishedAt) &* 0xa076_1d64_78bd_642f
        sum &+= UInt64(bitPattern: outcome) &* 0xe703_7ed1_a0b4_28db
        sum &+= UInt64(bitPattern: reason) &* 0x8ebc_6af0_9c88_c6e3
        sum &+= UInt64(bitPattern: status) &* 0x5899_65cc_7537_4cc3
        sum &+= UInt64(bitPattern: duration) &* 0x1d8e_4e27_c47d_124f
        // The finishing steps of SplitMix64, https://prng.di.unimi.it/splitmix64.c.
        sum = (sum ^ (sum >> 30)) &* 0xbf58_476d_1ce4_e5b9
        sum = (sum ^ (sum >> 27)) &* 0x94d0_49bb_1331_11eb
        return sum ^ (sum >> 31)
    }

    // MARK: The table

    /// Writes the changes to the table and discards them.
    mutating func write(to database: Database) throws(StorageError) {
        flush()
        // SQLite has no exclusive or. The bits of `a & b` are a subset of those of `a | b`, so the
        // subtraction never overflows.
        let change = try database.prepare(
            """
            INSERT INTO attempt_checksums VALUES(?1, ?2) ON CONFLICT DO UPDATE
            SET checksum = (checksum | ?2) - (checksum & ?2)
            """)
        for (quarter, bits) in changes where bits != 0 {
            change.bind(quarter, at: 1)
            change.bind(Int64(bitPattern: bits), at: 2)
            try change.run()
        }
        changes.removeAll(keepingCapacity: true)
    }

    /// Returns the quarter hours whose stored checksums differ from the computed ones.
    mutating func wrongQuarters(in database: Database) throws(StorageError) -> [Int64] {
        flush()
        let kept = try database.rows("SELECT quarter, checksum FROM attempt_checksums") {
            ($0.integer(0), UInt64(bitPattern: $0.integer(1)))
        }
        var differing = changes
        for (quarter, checksum) in kept { differing[quarter, default: 0] ^= checksum }
        return differing.filter { $0.value != 0 }.keys.sorted()
    }
}

extension AttemptChecksums {
    private static let build = "checksums"

    /// Computes the checksums of a file of an older version, in small transactions.
    static func buildWherePending(
        in database: Database, progress: (Double) -> Void
    ) throws(StorageError) {
        try PendingBuild(name: build, database: database).run(progress: progress) {
            (place, count) throws(StorageError) in
            try add(from: place, count, in: database)
        }
    }

    /// Computes all checksums again. Must be called within a transaction.
    static func rebuild(in database: Database) throws(StorageError) {
        try database.execute("DELETE FROM attempt_checksums")
        try PendingBuild(name: build, database: database).runAll {
            (place, count) throws(StorageError) in
            try add(from: place, count, in: database)
        }
    }

    private static func add(
        from place: Int64, _ count: Int, in database: Database
    ) throws(StorageError) -> Int64? {
        let rows = try database.prepare(
            "SELECT \(columns) FROM attempts WHERE place >= ? ORDER BY place LIMIT ?")
        rows.bind([.integer(place), Value(count)])
        var checksums = AttemptChecksums()
        var (last, found): (Int64?, Int) = (nil, 0)
        while try rows.step() {
            checksums.toggle(row: rows)
            last = rows.integer(0)
            found += 1
        }
        try checksums.write(to: database)
        return found == count ? last : nil
    }
}

extension StoredAttempt {
    /// Gives the row its row ID, and adds it to checksums.
    ///
    /// It changes the row in place: a copy of each row would count its references.
    mutating func put(at place: Int64, adding checksums: inout AttemptChecksums) {
        self.place = place
        checksums.toggle(
            place: place, company: route.company, route: route.id, number: Int64(number),
            finishedAt: finishedAt.milliseconds, outcome: Int64(outcome.rawValue),
            reason: reason.map { Int64($0.rawValue) }, status: status.map(Int64.init),
            duration: duration.map(Int64.init))
    }
}
