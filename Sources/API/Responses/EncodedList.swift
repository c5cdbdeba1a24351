import JSON
import Profiles

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
