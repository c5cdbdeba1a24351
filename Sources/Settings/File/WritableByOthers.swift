import FoundationEssentials
import Glibc

extension Configuration {
    /// A warning for each file that controls the programs and that other users can modify: the
    /// configuration, the key of the gateway, and templates.
    package var warnings: [String] {
        var files = [file, gateway.secretKeyFile]
        if let templatesDirectory {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: templatesDirectory)) ?? []
            files += [templatesDirectory]
            files += names.filter { $0.hasSuffix(".mustache") }.sorted()
                .map { "\(templatesDirectory)/\($0)" }
        }
        var warned: Set<String> = []
        return files.flatMap { [Self.folder(of: $0), $0] }
            .filter { WritableByOthers.includes($0) && warned.insert($0).inserted }
            .map { "\($0): other users of this machine can change it; run 'chmod go-w \($0)'" }
    }

    /// A user with write permission for the directory of a file can replace the file.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Detects files and directories that users other than the owner can write to.
enum WritableByOthers {
    /// Whether other users can write to the path.
    ///
    /// Sticky directories such as `/tmp` do not count, because only owners can replace files in them.
    /// Files of the owner's primary group do not count either, because that group has no other
    /// members.
    static func includes(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        if status.st_mode & S_IFMT == S_IFDIR, status.st_mode & S_ISVTX != 0 { return false }
        if status.st_mode & S_IWOTH != 0 { return true }
        return status.st_mode & S_IWGRP != 0 && !isOwnGroup(status)
    }

    private static func isOwnGroup(_ status: stat) -> Bool {
        guard let owner = getpwuid(status.st_uid) else { return false }
        return owner.pointee.pw_gid == status.st_gid
    }
}
