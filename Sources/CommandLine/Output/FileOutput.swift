import FileOwners
import Glibc

/// A file that is replaced atomically.
///
/// Bytes go to a temporary file in the same directory. ``commit()`` renames it to the target; without
/// a commit it is deleted. Symbolic links are followed, and an existing file keeps its mode.
/// Targets that are not regular files, such as `/dev/stdout` or a named pipe, are written to
/// directly.
package struct FileOutput: ~Copyable {
    private let path: String
    private let target: String
    /// Nil if the target is written to directly.
    private let temporary: String?
    private var descriptor: Int32

    /// Creates the temporary file. The file at `path` is not changed until ``commit()``.
    package init(_ path: String) throws(OutputError) {
        self.path = path
        target = Self.resolve(path)
        var status = stat()
        let exists = stat(target, &status) == 0
        if exists, status.st_mode & S_IFMT != S_IFREG {
            temporary = nil
            descriptor = open(target, O_WRONLY | O_CLOEXEC)
        } else {
            let name = Self.temporaryName(beside: target)
            temporary = name
            descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if exists, descriptor >= 0 { fchmod(descriptor, status.st_mode & 0o7777) }
        }
        guard descriptor >= 0 else { throw OutputError(path, code: errno) }
    }

    /// Writes a complete file.
    package static func write(_ bytes: [UInt8], to path: String) throws(OutputError) {
        var file = try FileOutput(path)
        try file.write(bytes)
        try file.commit()
    }

    package mutating func write(_ bytes: [UInt8]) throws(OutputError) {
        try Descriptor.write(bytes, to: descriptor, place: path)
    }

    /// Flushes the bytes to disk, then renames the file to its target.
    package consuming func commit() throws(OutputError) {
        guard let temporary else { return }
        guard fsync(descriptor) == 0, rename(temporary, target) == 0 else {
            throw OutputError(path, code: errno)
        }
    }

    deinit {
        close(descriptor)
        // After a commit, no file has this name.
        if let temporary { unlink(temporary) }
    }

    private static func resolve(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func temporaryName(beside path: String) -> String {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        return "\(directory).\(random).partial"
    }
}

/// An error that occurred while writing output. Commands exit with `cannotWriteOutput`.
package struct OutputError: Error, Equatable {
    /// A path, or "standard output".
    package let place: String
    /// The `errno` value.
    package let code: Int32

    package init(_ place: String, code: Int32) {
        self.place = place
        self.code = code
    }
}

extension OutputError: CustomStringConvertible {
    package var description: String {
        "cannot write \(place.withVisibleControls): \(String(cString: strerror(code)))"
            + FileOwner.remedy(at: place, code: code)
    }
}

/// Writes to file descriptors.
enum Descriptor {
    /// Writes all bytes, with as many system calls as necessary.
    static func write(
        _ bytes: [UInt8], to descriptor: Int32, place: String
    ) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OutputError(place, code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
