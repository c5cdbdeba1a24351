import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Ingest

@Suite struct InputFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Writes a file compressed by gzip(1), truncated to `size` bytes.
    private func gzip(_ text: String, to name: String, cutTo size: Int? = nil) throws -> String {
        let plain = try directory.write(text, to: "plain")
        let script = "gzip -c plain | head -c \(size ?? 1_000_000) > \(name)"
        let run = try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory)
        #expect(run.status == 0)
        _ = plain
        return directory.path(of: name)
    }

    private func lines(_ path: String) throws -> [String] {
        try records(InputFile(path: path).contents(), .ndjson).map(\.text)
    }

    @Test func plainFileIsRead() throws {
        #expect(try lines(directory.write("a\nb\n", to: "x.ndjson")) == ["a\n", "b\n"])
    }

    @Test(arguments: ["x.ndjson.gz", "x.ndjson"])
    func gzipIsDetectedByFirstBytes(name: String) throws {
        #expect(try lines(gzip("a\nb\n", to: name)) == ["a\n", "b\n"])
    }

    @Test func emptyFileHasNoLines() throws {
        #expect(try lines(directory.write("", to: "x.ndjson")) == [])
    }

    /// A program that could not finish has left it. lz4(1) accepts it.
    @Test(arguments: Compression.allCases)
    func emptyFileWithTheNameOfACompressedOneIsDamaged(format: Compression) throws {
        let path = try directory.write("", to: "x" + format.suffix)
        let error = #expect(throws: IngestError.self) { try lines(path) }
        #expect(error == .damaged(path: path, by: format.program, after: 0))
        #expect(
            error?.description == "\(path): damaged \(format.program) data, nothing can be read")
    }

    @Test func readablePartOfDamagedGzipPrecedesError() throws {
        let numbers = (0..<100_000).map { "\($0 &* 2_654_435_761 % 1_000_003)\n" }
        let path = try gzip(numbers.joined(), to: "x.gz", cutTo: 100_000)
        let reader = RecordReader(try InputFile(path: path).contents(), format: .ndjson)
        var found: [String] = []
        let error = #expect(throws: IngestError.self) {
            while let record = try reader.next() {
                found.append(String(decoding: record.bytes, as: UTF8.self))
            }
        }
        #expect(found.count > 10_000)
        #expect(found == Array(numbers.prefix(found.count)))
        guard case .damaged(path, by: "gzip", let offset) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let read = Int64(found.joined().utf8.count)
        #expect((read..<read + 10).contains(offset))
        #expect(
            error?.description
                == "\(path): damaged gzip data after \(offset) bytes of content; complete lines "
                + "before that were imported, the rest was not read")
    }

    @Test(arguments: Compression.allCases)
    func plainFileWithTheNameOfACompressedOneIsNamed(format: Compression) throws {
        let path = try directory.write("{}\n", to: "x" + format.suffix)
        let error = #expect(throws: IngestError.self) { try lines(path) }
        #expect(
            error?.description == "\(path): the name is that of a \(format.program) file, but the "
                + "content is not compressed; rename it")
    }

    /// The bytes after the data are not another member (RFC 1952), frame or stream.
    @Test(arguments: Compression.allCases, ["{\"a\":1}\n", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}"])
    func bytesAfterCompressedDataAreReported(format: Compression, rest: String) throws {
        let first = try compress("a\nb\n", by: format, to: "first")
        let bytes = try Data(contentsOf: URL(filePath: first))
        let whole = try directory.write(bytes + Data(rest.utf8) + bytes, to: "x" + format.suffix)
        let reader = RecordReader(try InputFile(path: whole).contents(), format: .ndjson)
        var found: [String] = []
        #expect(throws: IngestError.damaged(path: whole, by: format.program, after: 4)) {
            while let record = try reader.next() {
                found.append(String(decoding: record.bytes, as: UTF8.self))
            }
        }
        #expect(found == ["a\n", "b\n"])
    }

    @Test(arguments: [Compression.gzip, .xz])
    func zerosAfterCompressedDataAreIgnored(format: Compression) throws {
        let first = try compress("a\nb\n", by: format, to: "first")
        let bytes = try Data(contentsOf: URL(filePath: first))
        let whole = try directory.write(bytes + Data(count: 1024), to: "x" + format.suffix)
        #expect(try lines(whole) == ["a\n", "b\n"])
    }

    @Test(arguments: Compression.allCases)
    func membersThatFollowEachOtherAreRead(format: Compression) throws {
        let first = try compress("a\nb\n", by: format, to: "first")
        let bytes = try Data(contentsOf: URL(filePath: first))
        let whole = try directory.write(bytes + bytes, to: "x" + format.suffix)
        #expect(try lines(whole) == ["a\n", "b\n", "a\n", "b\n"])
    }

    @Test func zstdWithLongDistanceMatchingIsRead() throws {
        _ = try directory.write("a\nb\n", to: "plain")
        let script = "zstd -q --long=30 -c < plain > x.zst"
        let run = try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory)
        try #require(run.status == 0)
        #expect(try lines(directory.path(of: "x.zst")) == ["a\n", "b\n"])
    }

    @Test func stoppedReaderLeavesNoProcess() throws {
        let text = String(repeating: "0123456789\n", count: 200_000)
        let file = try InputFile(path: gzip(text, to: "x.gz"))
        var source: DecompressedBytes? = try DecompressedBytes(file, .gzip)
        let child = try #require(source?.child)
        #expect(kill(child, 0) == 0)
        source = nil
        #expect(kill(child, 0) != 0 && errno == ESRCH)
    }

    @Test(arguments: [true, false])
    func pipeMayBeCompressedOrPlain(compressed: Bool) throws {
        let path =
            compressed ? try gzip("a\nb\n", to: "x.gz") : try directory.write("a\nb\n", to: "x")
        let bytes = try Data(contentsOf: URL(filePath: path))
        let fifo = directory.path(of: "fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        // Opened for reading and writing, so that opening does not block. The data fits into the
        // pipe.
        let writer = open(fifo, O_RDWR | O_CLOEXEC)
        let file = try InputFile(path: fifo)
        #expect(bytes.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) } == bytes.count)
        close(writer)
        #expect(try records(file.contents(), .ndjson).map(\.text) == ["a\n", "b\n"])
    }

    /// Writes a file compressed by the system's program.
    private func compress(_ text: String, by format: Compression, to name: String) throws -> String
    {
        _ = try directory.write(text, to: "plain")
        let script = "\(format.program) -c plain > \(name)"
        let run = try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory)
        try #require(run.status == 0, "install \(format.program)")
        return directory.path(of: name)
    }

    @Test(
        arguments: Compression.allCases,
        ["", "a\nb\n", String(repeating: "0123456\n", count: 9999)])
    func compressedFilesAreRead(format: Compression, text: String) throws {
        let expected = text.split(separator: "\n").map { "\($0)\n" }
        for name in ["x.ndjson" + format.suffix, "x.ndjson.1", "x"] {
            #expect(try lines(compress(text, by: format, to: name)) == expected, "\(name)")
        }
    }

    @Test(arguments: Compression.allCases)
    func damageIsReportedWithFormat(format: Compression) throws {
        let text = (0..<50_000).map { "\($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
        let path = try compress(text, by: format, to: "whole" + format.suffix)
        let bytes = try Data(contentsOf: URL(filePath: path))
        let cut = try directory.write(bytes.prefix(bytes.count / 2), to: "cut" + format.suffix)
        let error = #expect(throws: IngestError.self) { try lines(cut) }
        guard case .damaged(cut, by: format.program, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func missingProgramIsReported() {
        let error = IngestError.noProgram(path: "a.zst", name: "zstd", code: ENOENT)
        #expect(
            "\(error)" == "a.zst: cannot start zstd (No such file or directory); install the "
                + "package 'zstd'")
    }

    @Test func textIsNotDetectedAsCompressed() {
        for text in ["BZh", "BZh9 was here", "(µ/", "{}", "callback_id", ""] {
            #expect(Compression(start: Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func unopenableFileIsReported() throws {
        let missing = directory.path(of: "missing")
        #expect(throws: IngestError.cannotOpen(path: missing, code: ENOENT)) {
            try InputFile(path: missing)
        }
        #expect(throws: IngestError.notAFile(path: directory.path)) {
            try InputFile(path: directory.path)
        }
        let error = IngestError.cannotOpen(path: "a.csv", code: ENOENT)
        #expect(error.description == "a.csv: No such file or directory")
    }
}
