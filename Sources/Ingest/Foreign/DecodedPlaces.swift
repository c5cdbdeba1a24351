import FoundationEssentials

/// The values at some places of a JSON object, in the order of their pointers; what is not there
/// is absent.
struct DecodedPlaces: DecodableWithConfiguration {
    private(set) var values: [DecodedValue] = []

    init(from decoder: any Decoder, configuration pointers: [JSONPointer]) throws {
        let object = try decoder.container(keyedBy: Step.self)
        for pointer in pointers { values.append(Self.value(pointer.steps[...], in: object)) }
    }

    private static func value(
        _ steps: ArraySlice<String>, in object: KeyedDecodingContainer<Step>
    ) -> DecodedValue {
        guard let name = steps.first.map(Step.init(stringValue:)), object.contains(name) else {
            return .absent
        }
        let rest = steps.dropFirst()
        if rest.isEmpty { return (try? object.decode(DecodedValue.self, forKey: name)) ?? .other }
        if let inner = try? object.nestedContainer(keyedBy: Step.self, forKey: name) {
            return value(rest, in: inner)
        }
        guard var list = try? object.nestedUnkeyedContainer(forKey: name) else { return .absent }
        return value(rest, in: &list)
    }

    /// https://www.rfc-editor.org/rfc/rfc6901#section-4: digits without a leading zero.
    private static func value(
        _ steps: ArraySlice<String>, in list: inout any UnkeyedDecodingContainer
    ) -> DecodedValue {
        guard let step = steps.first, let index = Int(step), "\(index)" == step else {
            return .absent
        }
        while !list.isAtEnd {
            guard list.currentIndex == index else {
                guard (try? list.decode(Skipped.self)) != nil else { return .absent }
                continue
            }
            let rest = steps.dropFirst()
            if rest.isEmpty { return (try? list.decode(DecodedValue.self)) ?? .other }
            if let inner = try? list.nestedContainer(keyedBy: Step.self) {
                return value(rest, in: inner)
            }
            guard var inner = try? list.nestedUnkeyedContainer() else { return .absent }
            return value(rest, in: &inner)
        }
        return .absent
    }

    private struct Skipped: Decodable {
        init(from decoder: any Decoder) {}
    }

    /// Any name of a member.
    private struct Step: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
