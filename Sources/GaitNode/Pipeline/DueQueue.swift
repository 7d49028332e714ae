/// The people who are due to be classified, in the order in which they became so. Belongs to the pipeline's
/// thread.
///
/// Nobody waits in it twice, so that it never holds more than are followed. People who are read late are read
/// from their newest poses: the queue holds no windows.
struct DueQueue {
    /// One person who is due.
    struct Entry {
        let person: Person
        /// The source that sees the person.
        let feed: SkeletonFeed
        /// The number of messages taken in when the person became due.
        let message: Int
    }

    private var entries: [Entry] = []
    /// Where the first who waits is: those before have been taken.
    private var first = 0

    /// Whether nobody waits.
    var isEmpty: Bool { first == entries.count }

    /// Lets a person wait, who must not wait already.
    mutating func append(_ person: Person, of feed: SkeletonFeed, message: Int) {
        person.isWaiting = true
        entries.append(Entry(person: person, feed: feed, message: message))
    }

    /// Takes out the first people, at most `limit`; those who have left are passed over.
    mutating func takeBatch(limit: Int, into batch: inout [Entry]) {
        batch.removeAll(keepingCapacity: true)
        while batch.count < limit, first < entries.count {
            let entry = entries[first]
            first += 1
            entry.person.isWaiting = false
            if entry.person.isPresent { batch.append(entry) }
        }
        // Moves what waits to the front now and then, so that the storage stays bounded.
        if first == entries.count || first >= 1024 {
            entries.removeFirst(first)
            first = 0
        }
    }
}
