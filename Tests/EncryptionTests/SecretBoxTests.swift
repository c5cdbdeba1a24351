import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Encryption

@Suite struct SecretBoxTests {
    private let box = SecretBox(key: Array(repeating: 7, count: 32))
    private let secret = Array("canary".utf8)

    @Test func decryptsItsOutput() throws {
        let closed = try box.seal(secret, place: "a")
        #expect(closed.count == 12 + secret.count + 16)
        #expect(try box.open(closed, place: "a") == secret)
    }

    @Test func encryptsTheSameSecretDifferently() throws {
        #expect(try box.seal(secret, place: "a") != box.seal(secret, place: "a"))
    }

    @Test func rejectsAnotherPlaceOrKey() throws {
        let closed = try box.seal(secret, place: "a")
        #expect(throws: CipherError.notAuthentic) { try box.open(closed, place: "b") }
        let other = SecretBox(key: Array(repeating: 8, count: 32))
        #expect(throws: CipherError.notAuthentic) { try other.open(closed, place: "a") }
        for count in 0..<closed.count {
            #expect(throws: CipherError.notAuthentic) {
                try box.open(Array(closed.prefix(count)), place: "a")
            }
        }
    }
}

@Suite struct SecretKeyFileTests {
    private let directory: TemporaryDirectory
    private let file: SecretKeyFile

    init() throws {
        directory = try TemporaryDirectory()
        file = SecretKeyFile(path: directory.path(of: "gateway.key"))
    }

    private var mode: mode_t {
        var status = stat()
        return stat(file.path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func isCreatedOnceForItsOwnerOnly() throws {
        #expect(throws: SecretKeyError.missing(file.path)) { try file.box() }
        let before = umask(0)
        defer { umask(before) }
        try file.createIfMissing()
        #expect(mode == 0o600)
        let text = try directory.text(of: "gateway.key")
        #expect(text.wholeMatch(of: #/[0-9a-f]{64}\n/#) != nil)
        let closed = try file.box().seal([1], place: "")
        try file.createIfMissing()
        #expect(try directory.text(of: "gateway.key") == text)
        #expect(try file.box().open(closed, place: "") == [1])
        #expect(try directory.names() == ["gateway.key"])
    }

    @Test func eachFileHasAnotherKey() throws {
        try file.createIfMissing()
        let other = SecretKeyFile(path: directory.path(of: "other.key"))
        try other.createIfMissing()
        #expect(try directory.text(of: "gateway.key") != directory.text(of: "other.key"))
    }

    @Test(arguments: [
        "", "\n", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "g", count: 64), String(repeating: "0", count: 64) + "\n\n",
        " " + String(repeating: "0", count: 64),
    ])
    func rejectsMalformedKeys(text: String) throws {
        try directory.write(text, to: "gateway.key")
        chmod(file.path, 0o600)
        #expect(throws: SecretKeyError.malformed(file.path)) { try file.box() }
    }

    @Test(arguments: [mode_t(0o604), 0o602, 0o601, 0o644, 0o666])
    func rejectsAKeyThatOthersCanAccess(mode: mode_t) throws {
        try file.createIfMissing()
        chmod(file.path, mode)
        #expect(throws: SecretKeyError.open(file.path)) { try file.box() }
        chmod(file.path, 0o640)
        _ = try file.box()
    }

    @Test func reportsWhyItCannotBeCreated() throws {
        let file = SecretKeyFile(path: directory.path(of: "missing/gateway.key"))
        let error = #expect(throws: SecretKeyError.self) { try file.createIfMissing() }
        #expect(
            error?.description == "\(file.path): cannot create the encryption key for the "
                + "database's secrets: No such file or directory")
    }
}
