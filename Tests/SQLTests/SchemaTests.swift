import SQL
import StorageErrors
import TestSupport
import Testing

@Suite struct SchemaTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }
    let one = Schema(owner: "things", steps: ["CREATE TABLE things(a)"])
    let two = Schema(
        owner: "things",
        steps: ["CREATE TABLE things(a)", "ALTER TABLE things ADD COLUMN b DEFAULT 5"])

    @Test func migratesAnOlderFileAndKeepsItsRows() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.migrate(one)
        try database.execute("INSERT INTO things VALUES(1)")
        try database.migrate(two)
        try database.migrate(two)
        #expect(try database.integer("SELECT b FROM things") == 5)
    }

    @Test func rejectsANewerFile() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.migrate(two)
        let error = try #require(throws: StorageError.self) { try database.migrate(one) }
        #expect(
            error.description == "\(folder.path(of: "a.db")): the tables of things have version 2, "
                + "but this program supports only version 1; upgrade the program")
    }

    @Test func failedMigrationKeepsTheVersion() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.migrate(one)
        let broken = Schema(owner: "things", steps: one.steps + ["CREATE TABLE b(x); nonsense"])
        #expect(throws: StorageError.self) { try database.migrate(broken) }
        #expect(try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'b'") == 0)
        try database.migrate(two)
        #expect(try database.integer("SELECT count(*) FROM things") == 0)
    }

    @Test func ownersHaveIndependentVersions() throws {
        let database = try Database(path: folder.path(of: "a.db"))
        try database.migrate(one)
        try database.migrate(Schema(owner: "others", steps: ["CREATE TABLE others(a)"]))
        #expect(try database.integer("SELECT sum(version) FROM schema_versions") == 2)
    }
}
