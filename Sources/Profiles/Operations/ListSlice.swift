/// One page of a list.
package struct ListSlice<Item> {
    package let items: [Item]
    package let page: ListPage
    /// Whether more items follow.
    package let hasMore: Bool
    /// The number of items on all pages, or `nil` if it is not known.
    package let total: Int?

    package init(_ items: [Item], of page: ListPage, hasMore: Bool) {
        (self.items, self.page, self.hasMore, total) = (items, page, hasMore, nil)
    }

    package init(_ items: [Item], of page: ListPage, total: Int) {
        (self.items, self.page, self.total) = (items, page, total)
        hasMore = !items.isEmpty && page.offset + items.count < total
    }

    /// The offset of the next page, or `nil` if this is the last one.
    package var nextOffset: Int? { hasMore ? page.offset + items.count : nil }
}

/// Limits the number and the total size of the items of a page.
///
/// One item can be as large as a request. A thousand of them could exhaust the memory.
package struct ListBudget {
    /// The maximum total size of the items.
    private static let bytes = 4 << 20

    private let page: ListPage
    private var (count, size) = (0, 0)

    package init(_ page: ListPage) {
        self.page = page
    }

    /// Counts an item of this size. Returns false if the page is full. The first item always fits.
    package mutating func take(_ bytes: Int) -> Bool {
        guard count == 0 || count < page.limit && size + bytes <= Self.bytes else { return false }
        count += 1
        size += bytes
        return true
    }
}
