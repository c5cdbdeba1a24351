import Placeholders

extension ClientCredentials {
    /// The URL of the token server as it is sent: with its host in ASCII, like that of a callback.
    package var requestURL: String {
        (try? URLTemplate(url))?.filled { _ in Filling.unknown } ?? url
    }
}
