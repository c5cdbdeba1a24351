/// The files that a run has opened, under whatever name.
final class SeenFiles {
    private var identities: Set<KnownFile.Identity> = []

    func insert(_ identity: KnownFile.Identity) {
        identities.insert(identity)
    }

    func contains(_ identity: KnownFile.Identity) -> Bool { identities.contains(identity) }
}
