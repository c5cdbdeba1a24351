import CivilTime
import DeliveryLog
import FoundationEssentials
import Glibc
import Settings
import Storage
import StorageErrors
import Synchronization
import TestSupport
import Testing

@testable import GatewayCommands

/// Alerts that the gateway raises while it serves.
@Suite struct AlertWorkerTests {
    private static let now = Instant(seconds: 1_795_600_800)
    private let directory: TemporaryDirectory
    private let settings: LiveSettings

    init() throws {
        directory = try TemporaryDirectory()
        let text = """
            {mail: {url: 'file:mail', from: 'Reports <reports@example.com>'},
             companies: [{sid: 'HA', timeZone: 'Asia/Kolkata',
                          alerts: {emailAddresses: 'a@example.com, b@example.com'}}]}
            """
        let file = ConfigurationFile(
            name: "test.json", path: directory.path(of: "test.json"), text: text)
        let configuration = try Configuration(
            reading: file, zones: ZoneDatabase(directory: "/usr/share/zoneinfo"))
        settings = LiveSettings(configuration) { configuration }
        let log = try AttemptLog(path: configuration.database)
        log.rememberCreation()
    }

    /// The lines and evaluations of one worker.
    private final class Record: Sendable {
        let lines = Mutex<[String]>([])
        let readings = Atomic(0)
    }

    private func worker(_ record: Record) -> AlertWorker {
        let settings = settings
        return AlertWorker(
            AlertWorker.Options(
                settings: settings,
                open: { try AttemptLog(path: settings.configuration.database) },
                tzVersion: nil, environment: [:],
                clock: {
                    record.readings.add(1, ordering: .relaxed)
                    return Self.now
                },
                log: { line in record.lines.withLock { $0.append(line) } },
                interval: .milliseconds(20), hold: 0))
    }

    private func fail() throws {
        let log = try AttemptLog(path: settings.configuration.database)
        try log.write { (writer) throws(StorageError) in
            for index in 0..<12 {
                _ = try writer.record(
                    Attempt(
                        company: "HA", callbackID: "c\(index)",
                        finishedAt: Self.now.advanced(seconds: -60), outcome: .retrying,
                        reason: .timeout, origin: "https://hooks.example.com"))
            }
        }
    }

    private func wait(until isDone: () -> Bool) {
        let end = ContinuousClock.now + .seconds(120)
        while !isDone(), ContinuousClock.now < end { usleep(10_000) }
    }

    private func mails() -> Int {
        let path = directory.path(of: "mail/new")
        return (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
    }

    @Test func `a failing endpoint is reported to each recipient`() throws {
        let record = Record()
        let worker = worker(record)
        worker.start()
        wait { record.readings.load(ordering: .relaxed) > 3 }
        #expect(mails() == 0)
        try fail()
        wait { mails() == 2 }
        worker.end()
        #expect(worker.wait(until: .now + .seconds(60)))
        #expect(mails() == 2)
        #expect(
            record.lines.withLock { $0.first } == """
                HA endpoint.failing: Endpoint failing: hooks.example.com, for 2 recipients
                """)
    }

    @Test func `several gateways send each alert once`() throws {
        let records = (0..<3).map { _ in Record() }
        let workers = records.map(worker)
        workers.forEach { $0.start() }
        try fail()
        wait { mails() == 2 }
        let counts = records.map { $0.readings.load(ordering: .relaxed) }
        // All of them have evaluated again since.
        wait {
            zip(records, counts).allSatisfy { $0.readings.load(ordering: .relaxed) > $1 + 10 }
        }
        workers.forEach { $0.end() }
        for worker in workers { #expect(worker.wait(until: .now + .seconds(60))) }
        #expect(mails() == 2)
    }

    @Test func `an error that persists is logged once`() throws {
        let record = Record()
        let settings = settings
        let attempts = Record()
        let worker = AlertWorker(
            AlertWorker.Options(
                settings: settings,
                open: {
                    attempts.readings.add(1, ordering: .relaxed)
                    throw StorageError(.unavailable, at: "callbacks.db", "no such disk")
                }, tzVersion: nil, environment: [:], clock: { Self.now },
                log: { line in record.lines.withLock { $0.append(line) } },
                interval: .milliseconds(10)))
        worker.start()
        wait { attempts.readings.load(ordering: .relaxed) > 5 }
        worker.end()
        #expect(worker.wait(until: .now + .seconds(60)))
        #expect(record.lines.withLock { $0.count } == 1)
    }
}
