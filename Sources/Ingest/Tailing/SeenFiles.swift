/// The files that a run has opened, under any name.
final class SeenFiles {
    private var identities: Set<FileCheckpoint.Identity> = []

    func insert(_ identity: FileCheckpoint.Identity) {
        identities.insert(identity)
    }

    func contains(_ identity: FileCheckpoint.Identity) -> Bool { identities.contains(identity) }
}
