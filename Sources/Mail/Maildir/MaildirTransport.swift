import Glibc

/// Delivers mails to a Maildir, which mail readers can open. See
/// https://cr.yp.to/proto/maildir.html.
///
/// The file name is derived from the content and the recipient. If a mail is delivered again after
/// a crash between writing and recording, it does not appear twice.
package final class MaildirTransport: MailTransport {
    private let directory: String

    /// Creates a transport.
    ///
    /// - Parameter directory: the Maildir. It is created at the first delivery; its parent must
    ///   exist.
    package init(directory: String) {
        self.directory = directory
    }

    package func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult {
        let hash = SHA256.hexadecimal(message + [0] + Array(to.utf8))
        let name = "\(hash.prefix(40)).callback-reports"
        do throws(FileWriteError) {
            try makeDirectories()
            if try isDelivered(name) {
                return .accepted(DeliveryReply(.file, "\(name) is already in \(directory)"))
            }
            let draft = path("tmp", "\(name).\(getpid())")
            defer { unlink(draft) }
            try DurableFile.write(message, to: draft)
            guard beforeFinalDot() else { return SessionRequirements.AbortReason.notMarked.result }
            try DurableFile.link(draft, to: path("new", name), in: path("new"))
            return .accepted(DeliveryReply(.file, "written to \(path("new", name))"))
        } catch {
            return error.result()
        }
    }

    package func probe() -> DeliveryResult {
        do throws(FileWriteError) {
            try makeDirectories()
            guard access(path("tmp"), W_OK) == 0, access(path("new"), W_OK) == 0 else {
                throw FileWriteError(path: directory)
            }
            return .accepted(DeliveryReply(.file, "\(directory) is writable"))
        } catch {
            return error.result()
        }
    }

    package func close() {}

    private func path(_ parts: String...) -> String {
        ([directory] + parts).joined(separator: "/")
    }

    private func makeDirectories() throws(FileWriteError) {
        for directory in [directory, path("tmp"), path("new"), path("cur")] {
            guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
                throw FileWriteError(path: directory)
            }
        }
    }

    /// Whether the mail is already in the Maildir, even if a reader has moved it and appended
    /// flags.
    private func isDelivered(_ name: String) throws(FileWriteError) -> Bool {
        if access(path("new", name), F_OK) == 0 { return true }
        return try DurableFile.names(in: path("cur")).contains { $0.hasPrefix(name) }
    }
}
