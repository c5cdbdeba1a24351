import Storage

/// The files that a run has opened, under any name.
final class SeenFiles {
    private var paths: [FileCheckpoint.Identity: Set<String>] = [:]

    func insert(_ identity: FileCheckpoint.Identity, at path: String) {
        paths[identity, default: []].insert(path)
    }

    /// Forgets a file that could not be read yet.
    func remove(_ identity: FileCheckpoint.Identity) {
        paths[identity] = nil
    }

    func contains(_ identity: FileCheckpoint.Identity) -> Bool { paths[identity] != nil }

    /// Returns whether a file was opened under a name. A new file may have the identity of one that
    /// was deleted, so a search compares the names too.
    func contains(_ identity: FileCheckpoint.Identity, at path: String) -> Bool {
        paths[identity]?.contains(path) == true
    }
}
