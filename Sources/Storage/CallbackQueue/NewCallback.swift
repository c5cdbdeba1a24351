import CivilTime
import DeliveryLog
import TextSupport

/// The destination of a callback.
package enum CallbackTarget: Hashable, Sendable {
    /// A profile, by its ID.
    case profile(String)
    /// A GET request to a URL, which may have placeholders after its host.
    case url(String)

    package static func == (left: CallbackTarget, right: CallbackTarget) -> Bool {
        switch (left, right) {
        case (.profile(let left), .profile(let right)): left.isExactly(right)
        case (.url(let left), .url(let right)): left.isExactly(right)
        case (.profile, _), (.url, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .profile(let id): hasher.combine(ExactText(id))
        case .url(let url): hasher.combine(ExactText(url))
        }
    }

    /// The name of the endpoint queue: the profile's ID, or the origin of a bare URL.
    var endpoint: String {
        switch self {
        case .profile(let id): id
        case .url(let url): URLOrigin.of(url)
        }
    }
}

/// A callback to send.
///
/// Two callbacks are equal only if all their texts have the same bytes. See `ExactText`.
package struct NewCallback: Hashable, Sendable {
    /// The SID of the company that the callback belongs to.
    package var company: String
    /// Unique within the company; 1 to 200 bytes of UTF-8.
    package var callbackID: String
    package var target: CallbackTarget
    package var channel: String
    package var event: String?
    /// The values of the placeholders, as the text of a JSON object.
    package var variables: String

    package init(
        company: String, callbackID: String, target: CallbackTarget, channel: String,
        event: String?, variables: String
    ) {
        self.company = company
        self.callbackID = callbackID
        self.target = target
        self.channel = channel
        self.event = event
        self.variables = variables
    }

    package static func == (left: NewCallback, right: NewCallback) -> Bool {
        left.company.isExactly(right.company) && left.callbackID.isExactly(right.callbackID)
            && left.target == right.target && left.channel.isExactly(right.channel)
            && left.event.isExactly(right.event) && left.variables.isExactly(right.variables)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(company))
        hasher.combine(ExactText(callbackID))
    }
}

/// The IDs of callbacks whose trigger creates several: `ID~1`, `ID~2` and so on.
///
/// Triggers cannot have IDs of this form, so the ID of such a callback never equals an ID that a
/// caller chose.
package enum CallbackPart {
    /// The maximum number of callbacks of a trigger.
    package static let limit = 10

    /// Returns the ID of one of several callbacks. The first one is part 1.
    package static func id(_ part: Int, of trigger: String) -> String { "\(trigger)~\(part)" }

    /// Returns the ID of the trigger that created a callback.
    package static func trigger(of id: String) -> String {
        guard number(in: id) != nil, let end = id.utf8.lastIndex(of: UInt8(ascii: "~"))
        else { return id }
        return String(id[..<end])
    }

    /// Returns the part number in an ID, or `nil` if a caller chose the ID.
    package static func number(in id: String) -> Int? {
        let digits = id.utf8.reversed().prefix { (0x30...0x39).contains($0) }
        // The limit of targets has two digits.
        guard (1...2).contains(digits.count), digits.last != UInt8(ascii: "0"),
            id.utf8.dropLast(digits.count).last == UInt8(ascii: "~")
        else { return nil }
        let number = digits.reversed().reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return number <= limit ? number : nil
    }
}
