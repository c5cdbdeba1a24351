package import JSON

/// The part of a list that one answer has: as many items as were asked for, and no more than fit.
///
/// An item may be as large as a request, so that a thousand of them would fill the memory.
package struct ListAnswer {
    /// Of the items together.
    private static let bytes = 4 << 20

    private let page: ListPage
    private(set) var items: [JSONValue] = []
    private var size = 0

    package init(_ page: ListPage) {
        self.page = page
    }

    /// Adds an item; false when it has no place here. A first one always has.
    package mutating func add(_ item: JSONValue) -> Bool {
        let bytes = item.compactCount
        guard items.isEmpty || items.count < page.limit && size + bytes <= Self.bytes else {
            return false
        }
        items.append(item)
        size += bytes
        return true
    }

    /// The items under a name, and where the list goes on.
    ///
    /// - Parameters:
    ///   - hasMore: whether the list has items after these.
    ///   - total: how many the list has, where that is known.
    package func data(
        _ name: String, hasMore: Bool, total: Int? = nil
    ) -> JSONValue {
        var data: JSONObject = [name: .array(items)]
        if let total { data["total"] = .integer(total) }
        data["limit"] = .integer(page.limit)
        data["offset"] = .integer(page.offset)
        data["next_offset"] = hasMore ? .integer(page.offset + items.count) : .null
        return .object(data)
    }

    /// The same for a list of which the number of items is known.
    package func data(_ name: String, total: Int) -> JSONValue {
        let hasMore = !items.isEmpty && page.offset + items.count < total
        return data(name, hasMore: hasMore, total: total)
    }
}
