import CivilTime
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite struct ZoneDatabaseTests {
    @Test(arguments: [
        ("Asia/Calcuta", "Asia/Kolkata"),
        ("Asia/Kolkatta", "Asia/Kolkata"),
        ("asia/kolkata", "Asia/Kolkata"),
        ("Asia/Kolktaa", "Asia/Kolkata"),
        ("Kolkata", "Asia/Kolkata"),
        ("berlin", "Europe/Berlin"),
        ("Kolkatta", "Asia/Kolkata"),
        ("America/New York", "America/New_York"),
        ("New York", "America/New_York"),
        ("US/Estern", "America/New_York"),
        ("Europe/Olso", "Europe/Oslo"),
        ("utc", "UTC"),
    ])
    func suggestsTheNearestName(name: String, nearest: String) {
        #expect(throws: ZoneError.unknown(name: name, nearest: nearest)) {
            try system.zone(named: name)
        }
    }

    @Test(arguments: ["XYZ", "Mars/Olympus_Mons", "x", "Asia"])
    func suggestsNothingForAnUnrelatedName(name: String) {
        #expect(throws: ZoneError.unknown(name: name, nearest: nil)) {
            try system.zone(named: name)
        }
    }

    @Test(arguments: [
        "", "/etc/passwd", "..", "../zoneinfo/UTC", "Asia/../UTC", "Asia/", "Asia//Kolkata",
        "./UTC", "UTC\0",
    ])
    func rejectsNamesOutsideTheDatabase(name: String) {
        #expect(throws: ZoneError.malformedName(name)) { try system.zone(named: name) }
    }

    @Test func reportsAFileThatIsNotTZif() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("no zone at all", to: "Asia/Kolkata")
        let database = ZoneDatabase(directory: directory.path)
        #expect(throws: ZoneError.corrupt(path: path, .truncated(missingBytes: 30))) {
            try database.zone(named: "Asia/Kolkata")
        }
    }

    @Test func reportsAMissingDatabase() throws {
        let directory = try TemporaryDirectory()
        let database = ZoneDatabase(directory: directory.path(of: "none"))
        let expected = ZoneError.unreadable(
            path: directory.path(of: "none/Asia/Kolkata"), reason: "No such file or directory")
        #expect(throws: expected) { try database.zone(named: "Asia/Kolkata") }
        #expect(database.names() == [])
        #expect(database.version == nil)
        #expect(database.nearest(to: "Asia/Kolkata") == nil)
    }

    @Test func namedPipeDoesNotBlock() throws {
        let directory = try TemporaryDirectory()
        try directory.write(realZone("UTC"), to: "UTC")
        #expect(mkfifo(directory.path(of: "Pipe"), 0o600) == 0)
        let database = ZoneDatabase(directory: directory.path)
        #expect(throws: ZoneError.unknown(name: "Pipe", nearest: nil)) {
            try database.zone(named: "Pipe")
        }
        #expect(database.names() == ["UTC"])
    }

    @Test func namesExcludeCopiesAndLists() throws {
        let directory = try TemporaryDirectory()
        for name in [
            "Asia/Kolkata", "posix/Asia/Kolkata", "right/Asia/Kolkata", "posixrules", "localtime",
            "Factory",
        ] {
            try directory.write(realZone("Asia/Kolkata"), to: name)
        }
        try directory.write("IN\t+2232+08822\tAsia/Kolkata\n", to: "zone.tab")
        #expect(ZoneDatabase(directory: directory.path).names() == ["Asia/Kolkata"])
    }

    @Test func suggestsNamesWithoutLists() throws {
        let directory = try TemporaryDirectory()
        try directory.write(realZone("Asia/Kolkata"), to: "Asia/Calcutta")
        let database = ZoneDatabase(directory: directory.path)
        #expect(database.nearest(to: "Asia/Calcuta") == "Asia/Calcutta")
    }

    @Test(arguments: [
        ("tzdata.zi", "# version 2026f\n# redo posix_only\n", "2026f"),
        ("+VERSION", "2025b\n", "2025b"),
        ("tzdata.zi", "# This file is in the public domain.\n", nil),
    ])
    func readsTheRelease(file: String, text: String, version: String?) throws {
        let directory = try TemporaryDirectory()
        try directory.write(text, to: file)
        #expect(ZoneDatabase(directory: directory.path).version == version)
    }

    @Test(arguments: [
        (
            ZoneError.unknown(name: "Asia/Calcuta", nearest: "Asia/Kolkata"),
            "unknown time zone 'Asia/Calcuta'; did you mean 'Asia/Kolkata'?"
        ),
        (
            .unknown(name: "XYZ", nearest: nil),
            "unknown time zone 'XYZ'; use a city, such as 'Asia/Kolkata'"
        ),
        (
            .malformedName("../UTC"),
            "'../UTC' is not a time zone; use a name such as 'Asia/Kolkata'"
        ),
        (
            .unreadable(path: "/z/UTC", reason: "Permission denied"),
            "cannot read time zone file /z/UTC: Permission denied; is tzdata installed?"
        ),
        (
            .corrupt(path: "/z/UTC", .truncated(missingBytes: 3)),
            "time zone file /z/UTC is damaged: at least 3 bytes are missing at its end; "
                + "reinstall tzdata"
        ),
        (
            .corrupt(path: "/z/UTC", .wrongFooter("CET")),
            "time zone file /z/UTC is damaged: its footer 'CET' is not a POSIX TZ rule; "
                + "reinstall tzdata"
        ),
    ])
    func errorsNameTheFileAndTheRemedy(error: ZoneError, words: String) {
        #expect(error.description == words)
    }

    private func realZone(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(system.directory)/\(name)"))
    }
}
