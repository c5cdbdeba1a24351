package import CivilTime
import JSON
package import Profiles

/// The responses to operations on profiles and numbers. The API sends them, the commands print
/// them.
package struct ProfileResponses {
    private let profiles: ProfileOperations

    package init(_ profiles: ProfileOperations) {
        self.profiles = profiles
    }

    package func create(_ request: [UInt8], at now: Instant) throws -> Envelope {
        try .responding {
            let saved = try profiles.create(.text(request), at: now)
            return Envelope(
                success: "Profile created successfully", .object(saved.json), status: 201)
        }
    }

    package func show(_ id: String) throws -> Envelope {
        try .responding { Self.shown(try profiles.show(id)) }
    }

    /// Returns the same response as ``show(_:)``, encoded and cached until the profile changes.
    ///
    /// - Throws: `SlowProfile` instead of reading a large profile at once.
    package func showEncoded(_ id: String, atOnce: Bool = false) throws -> EncodedEnvelope {
        do {
            return try profiles.showEncoded(id, atOnce: atOnce) {
                EncodedEnvelope(Self.shown(.readable($0)))
            }
        } catch let damage as DamagedProfile {
            return EncodedEnvelope(Self.shown(.damaged(damage)))
        } catch let error as ProfileError {
            return EncodedEnvelope(try .responding { throw error })
        }
    }

    private static func shown(_ entry: ProfileEntry) -> Envelope {
        Envelope(success: "Profile fetched successfully", .object(entry.json))
    }

    package func update(_ id: String, _ request: [UInt8], at now: Instant) throws -> Envelope {
        try .responding {
            let saved = try profiles.update(id, .text(request), at: now)
            return Envelope(success: "Profile updated successfully", .object(saved.json))
        }
    }

    package func delete(_ id: String) throws -> Envelope {
        try .responding {
            try profiles.delete(id)
            return Envelope(
                success: "Profile deleted successfully",
                .object(["profile_id": .string(id), "profileId": .string(id)]))
        }
    }

    package func enable(_ id: String, at now: Instant) throws -> Envelope {
        try .responding {
            let entry = try profiles.enable(id, at: now)
            return Envelope(success: "Profile enabled successfully", .object(entry.json))
        }
    }

    package func disable(_ id: String, at now: Instant) throws -> Envelope {
        try .responding {
            let entry = try profiles.disable(id, at: now)
            return Envelope(success: "Profile disabled successfully", .object(entry.json))
        }
    }

    /// Returns one page of the company's profiles, newest first.
    ///
    /// - Parameter parameters: Query parameters from ``ProfileFilter/names``.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        try .responding {
            let list = try EncodedList { size in
                try profiles.list(parameters) { size(.object($0.json)) }
            }
            return Envelope(success: "Profiles fetched successfully", list.data("profiles"))
        }
    }

    // MARK: Numbers

    package func bind(_ number: String, to profileID: String) throws -> Envelope {
        try .responding {
            let binding = try profiles.bind(number, to: profileID)
            return Envelope(success: "Number bound successfully", binding.json)
        }
    }

    package func binding(of number: String) throws -> Envelope {
        try .responding {
            let binding = try profiles.binding(of: number)
            return Envelope(success: "Number fetched successfully", binding.json)
        }
    }

    package func unbind(_ number: String) throws -> Envelope {
        try .responding {
            let binding = try profiles.unbind(number)
            return Envelope(success: "Number unbound successfully", binding.json)
        }
    }

    /// Returns one page of the company's numbers.
    ///
    /// - Parameter parameters: `limit` and `offset`. By default, the page is as large as possible.
    package func bindings(
        _ parameters: [(name: String, value: String)] = []
    ) throws -> Envelope {
        try .responding {
            let list = try EncodedList { size in
                try profiles.bindings(parameters) { size($0.json) }
            }
            return Envelope(success: "Numbers fetched successfully", list.data("numbers"))
        }
    }
}

extension NumberBinding {
    fileprivate var json: JSONValue {
        .object([
            "wanumber": .string(number.description), "callback_profile": .string(profileID),
        ])
    }
}

extension ProfileEntry {
    /// The size of the profile in a response, in bytes.
    package var encodedSize: Int { JSONValue.object(json).compactCount }
}

/// One page of a list with its items in JSON. Each item is encoded once, although its size decides
/// whether it belongs to the page.
struct EncodedList<Item> {
    private let slice: ListSlice<Item>
    private let items: [JSONValue]

    /// - Parameter list: Returns the page. Its argument returns the size of an item, which the
    ///   operation asks for in the order of the list.
    init(_ list: (_ size: (JSONValue) -> Int) throws -> ListSlice<Item>) rethrows {
        var encoded: [JSONValue] = []
        slice = try list { item in
            encoded.append(item)
            return item.compactCount
        }
        items = Array(encoded.prefix(slice.items.count))
    }

    /// Returns the data of the response: the items under `name`, and the place of the page.
    func data(_ name: String) -> JSONValue {
        var data: JSONObject = [name: .array(items)]
        if let total = slice.total { data["total"] = .integer(total) }
        data["limit"] = .integer(slice.page.limit)
        data["offset"] = .integer(slice.page.offset)
        data["next_offset"] = JSONValue(slice.nextOffset)
        return .object(data)
    }
}
