import Synchronization

/// The next model to be served, from whoever prepares it to the pipeline's thread, which takes it between two
/// batches. A model that was not taken yet gives way to a newer one.
final class ModelSlot: Sendable {
    private let offered = Mutex<Delivery<ServedModel>?>(nil)

    /// Offers a model that nobody else uses any more.
    func offer(_ model: consuming sending ServedModel) {
        let delivery = Delivery(model)
        offered.withLock { $0 = delivery }
    }

    /// The newest model since the last call; nil where there is none.
    func take() -> sending ServedModel? {
        let delivery = offered.withLock { offered in
            defer { offered = nil }
            return offered
        }
        return delivery?.take()
    }
}

/// A value made on one thread and taken over by another, once.
private final class Delivery<Value>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: consuming sending Value) {
        self.value = Mutex(value)
    }

    func take() -> sending Value? {
        value.withLock { value in
            let taken = value
            value = nil
            return taken
        }
    }
}
