import API
import HTTPServer
import Profiles
import Templates

/// Deletes a profile after a confirmation.
extension PageController {
    func delete() throws -> Response {
        guard visit.fields != nil else { return try deletePage() }
        try operations.profiles.delete(visit.subject)
        return .seeOther(Address.of(.profiles) + "?done=deleted")
    }

    private func deletePage() throws -> Response {
        let title = try operations.profiles.show(visit.subject).title
        return document(
            "delete", "Delete \(title)?",
            [
                "name": .text(title), "action": .text(Address.of(.delete, visit.subject)),
                "back": .text(Address.of(.profile, visit.subject)),
            ])
    }
}
