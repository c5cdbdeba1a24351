import ControlCharacters
import Placeholders

/// What a URL of a request has to be.
enum URLRule {
    /// What is wrong with a URL that may have placeholders behind its host; nil when nothing is.
    static func fault(_ text: String, at place: ProfileFault.Path) -> ProfileFault? {
        if text.hasControl { return .mustNot("hold line breaks or control characters", at: place) }
        if text.utf8.count > 8192 { return .tooLong(8192, at: place) }
        do throws(URLFault) {
            _ = try URLTemplate(text)
            return nil
        } catch {
            return words(for: error, at: place)
        }
    }

    private static func words(for fault: URLFault, at place: ProfileFault.Path) -> ProfileFault {
        switch fault {
        case .scheme: .must("be a URL that begins with https:// or http://", at: place)
        case .host: .must("name a host, such as https://example.com/callbacks", at: place)
        case .international(let reason):
            .must("name a host that DNS can have: \(reason)", at: place)
        case .port: .must("have a port from 1 to 65535 behind the host", at: place)
        case .user:
            .mustNot("hold a user or password; give them in an Authorization header", at: place)
        case .placeholder: .mustNot("have placeholders in scheme, host or port", at: place)
        }
    }
}
