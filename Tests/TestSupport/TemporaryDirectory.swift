package import FoundationEssentials
import Glibc

/// A temporary directory for a test, deleted with all its contents.
///
/// It is a class, so the directory exists as long as something refers to it.
package final class TemporaryDirectory: Sendable {
    /// The absolute path, without symbolic links.
    package let path: String

    /// Creates a directory in `$TMPDIR`, or in `/tmp` if that is not set.
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

    /// Returns the path of a file in the directory. It need not exist.
    package func path(of name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a text file, creates missing folders, and returns the path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes a file, creates missing folders, and returns the path.
    @discardableResult
    package func write(_ bytes: Data, to name: String) throws -> String {
        let url = URL(filePath: path(of: name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
        return url.path
    }

    /// Returns the text of a file in the directory.
    package func text(of name: String) throws -> String {
        try String(contentsOf: URL(filePath: path(of: name)), encoding: .utf8)
    }

    /// Returns the sorted names in the directory or one of its folders.
    package func names(in directory: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(of: directory)).sorted()
    }
}
