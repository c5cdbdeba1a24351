package import JSON

/// The items of one page in a list response, limited by number and by size.
///
/// One item can be as large as a request. A thousand of them could exhaust the memory.
package struct ListAnswer {
    /// The maximum total size of the items.
    private static let bytes = 4 << 20

    private let page: ListPage
    private(set) var items: [JSONValue] = []
    private var size = 0

    package init(_ page: ListPage) {
        self.page = page
    }

    /// Adds an item. Returns false if the page is full. The first item always fits.
    package mutating func add(_ item: JSONValue) -> Bool {
        let bytes = item.compactCount
        guard items.isEmpty || items.count < page.limit && size + bytes <= Self.bytes else {
            return false
        }
        items.append(item)
        size += bytes
        return true
    }

    /// Returns the response data: the items under `name`, and the offset of the next page.
    ///
    /// - Parameters:
    ///   - name: The name of the array.
    ///   - hasMore: Whether more items follow.
    ///   - total: The total number of items, if known.
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

    /// Returns the response data of a list with a known number of items.
    package func data(_ name: String, total: Int) -> JSONValue {
        let hasMore = !items.isEmpty && page.offset + items.count < total
        return data(name, hasMore: hasMore, total: total)
    }
}
