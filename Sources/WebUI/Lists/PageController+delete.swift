import HTTPServer
import Templates

/// Deletes a profile after a confirmation.
extension PageController {
    func delete() throws -> Response {
        guard visit.fields != nil else { return try deletePage() }
        let envelope = try operations.profiles.delete(visit.subject)
        guard envelope.isSuccess else { return refusal(envelope) }
        return .seeOther(Address.of(.profiles) + "?done=deleted")
    }

    private func deletePage() throws -> Response {
        let shown = try operations.profiles.show(visit.subject)
        guard shown.isSuccess, let profile = shown.data.object else { return refusal(shown) }
        let title = profile["title"]?.string ?? ""
        return document(
            "delete", "Delete \(title)?",
            [
                "name": .text(title), "action": .text(Address.of(.delete, visit.subject)),
                "back": .text(Address.of(.profile, visit.subject)),
            ])
    }
}
