package import FoundationEssentials
import Glibc

/// A directory of its own for a test, removed with all it holds.
///
/// A class, so that the directory lives exactly as long as something refers to it.
package final class TemporaryDirectory: Sendable {
    /// The directory's absolute path, without symbolic links.
    package let path: String

    /// Makes the directory under `$TMPDIR`, else `/tmp`.
    package init() throws {
        var template = Array("\(Self.parent)/callback-reports-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let made = realpath(template, nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { free(made) }
        path = String(cString: made)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    private static var parent: String {
        ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    }

    /// The path of something in the directory, which need not exist.
    package func path(of name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a file, makes the directories on the way to it, and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes a file of bytes, makes the directories on the way to it, and returns its path.
    @discardableResult
    package func write(_ bytes: Data, to name: String) throws -> String {
        let url = URL(filePath: path(of: name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
        return url.path
    }

    /// The text of a file in the directory.
    package func text(of name: String) throws -> String {
        try String(contentsOf: URL(filePath: path(of: name)), encoding: .utf8)
    }

    /// The names of what lies in the directory or in one below it, sorted.
    package func names(in directory: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(of: directory)).sorted()
    }
}
