/// Who a body is within its source.
enum PersonIdentity: Hashable {
    /// Whom the source calls by this id.
    case named(String)
    /// Whom the node follows itself, by its own number.
    case tracked(Int)

    /// What a tracked person is called in place of an id: unlike any integer, and given to nobody twice in
    /// one run. A source that itself calls somebody else so is told of a name conflict.
    var identifier: String {
        switch self {
        case .named(let identifier): identifier
        case .tracked(let number): "t\(number)"
        }
    }
}
