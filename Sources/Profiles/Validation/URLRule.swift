import Placeholders
import TextSupport

/// The rules for URLs in a request.
enum URLRule {
    /// Checks a URL, which may have placeholders after its host. Returns `nil` if it is valid.
    static func fault(_ text: String, at place: ProfileFault.Path) -> ProfileFault? {
        if text.hasControl {
            return .mustNot("contain line breaks or control characters", at: place)
        }
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
            .must("name a host that is valid in DNS: \(reason)", at: place)
        case .port: .must("have a port from 1 to 65535 after the host", at: place)
        case .user:
            .mustNot("contain a user or password; use an Authorization header", at: place)
        case .placeholder: .mustNot("have placeholders in scheme, host or port", at: place)
        }
    }
}
