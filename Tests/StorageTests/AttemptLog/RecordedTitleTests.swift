import CivilTime
import DeliveryLog
import SQL
import StorageErrors
import TestSupport
import Testing

@testable import Storage

/// The titles of profiles that come with records.
@Suite struct RecordedTitleTests {
    private let folder: TemporaryDirectory
    private let log: AttemptLog
    private let start = Instant(seconds: 1_795_428_000)

    init() throws {
        folder = try TemporaryDirectory()
        log = try AttemptLog(Database(path: folder.path(of: "log.db")))
    }

    private func attempt(_ title: String?, minutes: Int64, profile: String? = "p") -> Attempt {
        let route = AttemptDimensions(company: "HA", profileID: profile, profileTitle: title)
        return Attempt(
            route: route, callbackID: "c\(minutes)",
            finishedAt: start.advanced(seconds: minutes * 60), outcome: .failed)
    }

    private func record(_ attempts: [Attempt]) throws {
        _ = try log.write { (writer) throws(StorageError) in try writer.record(attempts) }
    }

    private func title(of profile: String = "p") throws -> String? {
        let company = try #require(try log.id(ofCompany: "HA"))
        let number = try #require(try log.number(of: .profile(profile), company))
        return try log.names(of: [number])[number]?.title
    }

    @Test(arguments: [[1, 2, 3], [3, 2, 1], [2, 3, 1], [1, 3, 2]], [true, false])
    func `the title in the record that finished last counts, however they come`(
        order: [Int], inOneTransaction: Bool
    ) throws {
        let attempts = order.map { attempt("title \($0)", minutes: Int64($0)) }
        if inOneTransaction {
            try record(attempts)
        } else {
            for attempt in attempts { try record([attempt]) }
        }
        #expect(try title() == "title 3")
    }

    @Test(arguments: [["a", "b"], ["b", "a"]])
    func `of two that finished together always the same one counts`(order: [String]) throws {
        for title in order { try record([attempt(title, minutes: 1)]) }
        #expect(try title() == "b")
        for title in order.reversed() { try record([attempt(title, minutes: 1)]) }
        #expect(try title() == "b")
    }

    @Test func `records without a title change none, and without a profile give none`() throws {
        try record([attempt("Chat", minutes: 1), attempt(nil, minutes: 2)])
        try record([attempt("Nobody", minutes: 3, profile: nil)])
        #expect(try title() == "Chat")
    }

    @Test func `a log that is imported again with titles has them`() throws {
        try record([attempt(nil, minutes: 1)])
        try record([attempt("Chat", minutes: 1)])
        #expect(try title() == "Chat")
        #expect(try log.verify().isGood)
    }

    @Test func `a record that is refused as too old gives no title`() throws {
        try record([attempt(nil, minutes: 0), attempt(nil, minutes: 60 * 48)])
        #expect(try log.prune(before: start.advanced(seconds: 86_400)).attempts == 1)
        let results = try log.write { (writer) throws(StorageError) in
            try writer.record([attempt("Old", minutes: 1)])
        }
        #expect(results == [.tooOld])
        #expect(try title() == nil)
    }

    @Test func `a title of the gateway wins over those of records`() throws {
        try log.setTitle("Gateway", ofProfile: "p", company: "HA")
        try record([attempt("Record", minutes: 1)])
        #expect(try title() == "Gateway")
        try log.setTitle(nil, ofProfile: "p", company: "HA")
        #expect(try title() == "Record")
    }
}
