package import SQLite

/// When a committed transaction reaches the disk.
package typealias CommitDurability = SQLite.Durability
