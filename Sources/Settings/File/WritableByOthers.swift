import FoundationEssentials
import Glibc

extension Configuration {
    /// A line for each file that decides what the programs do, and that other users of the machine
    /// may change: the configuration itself, the key of the gateway and templates.
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
            .map { "\($0): other users of this machine may change it; run 'chmod go-w \($0)'" }
    }

    /// Whoever may write in the folder of a file may put another one in its place.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Whether others than the owner may write to a file or folder.
enum WritableByOthers {
    /// A folder like `/tmp`, in which only owners may replace files, is none of them; nor is a file
    /// of the owner's own group, which has nobody else in it.
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
