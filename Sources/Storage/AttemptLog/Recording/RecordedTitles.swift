import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// What records call profiles: of each profile the title in the record that finished last.
struct RecordedTitles: Sendable {
    private struct Profile: Hashable {
        var company: String
        var id: String
    }

    private struct Title {
        var text: String
        var finishedAt: Instant

        /// Of two records that finished together, the order in which they come decides nothing.
        func isNewer(than other: Title) -> Bool {
            guard finishedAt == other.finishedAt else { return finishedAt > other.finishedAt }
            return other.text.utf8.lexicographicallyPrecedes(text.utf8)
        }
    }

    private var newest: [Profile: Title] = [:]

    init() {}

    init(_ attempts: [Attempt]) {
        // Most attempts of a profile share one object, which is quicker to find than its words.
        var latest: [ObjectIdentifier: Int] = [:]
        for (index, attempt) in attempts.enumerated() where attempt.route.profileTitle != nil {
            let identity = ObjectIdentifier(attempt.route)
            if let known = latest[identity], attempts[known].finishedAt >= attempt.finishedAt {
                continue
            }
            latest[identity] = index
        }
        for index in latest.values { add(attempts[index]) }
    }

    private mutating func add(_ attempt: Attempt) {
        guard let id = attempt.profileID, let text = attempt.route.profileTitle else { return }
        add(
            Title(text: text, finishedAt: attempt.finishedAt),
            to: Profile(company: attempt.company, id: id))
    }

    private mutating func add(_ title: Title, to profile: Profile) {
        if let known = newest[profile], !title.isNewer(than: known) { return }
        newest[profile] = title
    }

    /// Takes the titles of others, without those of records that the log refuses as too old.
    mutating func add(_ others: RecordedTitles, notBefore limit: Instant?) {
        for (profile, title) in others.newest where limit.map({ title.finishedAt >= $0 }) ?? true {
            add(title, to: profile)
        }
    }

    /// Stores the titles that are newer than those in the log. The rows of the profiles must exist.
    func write(to database: Database) throws(StorageError) {
        guard !newest.isEmpty else { return }
        let update = try database.prepare(
            """
            UPDATE profiles SET recorded_title = ?1, recorded_title_at = ?2
            WHERE company = (SELECT id FROM companies WHERE sid = ?3) AND profile_id = ?4
                AND (recorded_title IS NULL
                    OR (recorded_title_at, recorded_title) < (?2, ?1))
            """)
        for (profile, title) in newest {
            update.bind([
                .text(title.text), .integer(title.finishedAt.milliseconds),
                .text(profile.company), .text(profile.id),
            ])
            try update.run()
        }
    }
}
