import CivilTime
import Encryption
import FoundationEssentials
import TextSupport

extension SigningSettings {
    /// Returns the three headers of https://www.standardwebhooks.com, with one signature per
    /// secret.
    func headers(
        _ event: TriggeredEvent, body: [UInt8], at now: Instant
    ) -> [HTTPHeaderField] {
        let (id, time) = (CallbackID.text(of: event), String(now.seconds))
        let message = Array("\(id).\(time).".utf8) + body
        let signatures = secrets.compactMap { Self.key($0.reveal()) }.map { key in
            "v1," + Data(Digests.hmacSHA256(message, key: key)).base64EncodedString()
        }
        return [
            HTTPHeaderField("webhook-id", id), HTTPHeaderField("webhook-timestamp", time),
            HTTPHeaderField("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}

/// The callback ID as a header, with which a receiver detects duplicates.
enum CallbackID {
    static func headers(of event: TriggeredEvent) -> [HTTPHeaderField] {
        [HTTPHeaderField("Callback-Id", text(of: event))]
    }

    /// Returns the ID with control characters replaced, since they would break the header.
    static func text(of event: TriggeredEvent) -> String {
        String(
            String.UnicodeScalarView(
                event.callbackID.unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}
