/// A queue of bounded size whose storage is allocated once.
struct RingBuffer<Element> {
    private var storage: [Element?]
    private var first = 0
    private(set) var count = 0

    /// An empty queue for at most `capacity` elements, one at least.
    init(capacity: Int) {
        storage = Array(repeating: nil, count: max(1, capacity))
    }

    var isFull: Bool { count == storage.count }

    /// Appends, and returns the oldest element where it had to make room.
    @discardableResult
    mutating func append(_ element: Element) -> Element? {
        let displaced = isFull ? removeFirst() : nil
        storage[(first + count) % storage.count] = element
        count += 1
        return displaced
    }

    /// Takes the oldest element out.
    mutating func removeFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[first]
        // The slot must not keep a payload alive.
        storage[first] = nil
        first = (first + 1) % storage.count
        count -= 1
        return element
    }

    mutating func removeAll() {
        while removeFirst() != nil {}
    }
}
