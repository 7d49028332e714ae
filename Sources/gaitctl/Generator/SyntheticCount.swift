import ArgumentParser

/// How many synthetic gaits of every class are trained on, as `--augment per-class=N` says it.
struct SyntheticCount: ExpressibleByArgument, Equatable {
    let perClass: Int

    private static let prefix = "per-class="

    init?(argument: String) {
        guard argument.hasPrefix(Self.prefix), let count = Int(argument.dropFirst(Self.prefix.count)),
            (1...10_000).contains(count)
        else { return nil }
        perClass = count
    }

    var defaultValueDescription: String { "\(Self.prefix)\(perClass)" }
}
