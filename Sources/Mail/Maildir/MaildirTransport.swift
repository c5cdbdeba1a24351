import Glibc

/// Writes mails into a Maildir, which any mail reader opens: https://cr.yp.to/proto/maildir.html
///
/// The name of a mail's file is made of its content and recipient. So a mail that is delivered again,
/// after a crash between writing and recording, does not appear twice.
package final class MaildirTransport: MailTransport {
    private let directory: String

    /// - Parameter directory: made at the first delivery, its parents must exist.
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
                return .accepted(DeliveryReply(.file, "\(name) is in \(directory) already"))
            }
            let draft = path("tmp", "\(name).\(getpid())")
            defer { unlink(draft) }
            try DurableFile.write(message, to: draft)
            guard beforeFinalDot() else { return SessionRequirements.AbortReason.notMarked.result }
            try DurableFile.link(draft, to: path("new", name), in: path("new"))
            return .accepted(DeliveryReply(.file, "written to \(path("new", name))"))
        } catch {
            return error.result
        }
    }

    package func probe() -> DeliveryResult {
        do throws(FileWriteError) {
            try makeDirectories()
            guard access(path("tmp"), W_OK) == 0, access(path("new"), W_OK) == 0 else {
                throw FileWriteError(path: directory)
            }
            return .accepted(DeliveryReply(.file, "\(directory) can be written to"))
        } catch {
            return error.result
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

    /// Whether the mail lies there, also after a reader has moved it and put its flags behind.
    private func isDelivered(_ name: String) throws(FileWriteError) -> Bool {
        if access(path("new", name), F_OK) == 0 { return true }
        return try DurableFile.names(in: path("cur")).contains { $0.hasPrefix(name) }
    }
}
