import ArgumentParser
import Foundation

/// The options that decide how a command prints its result.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as exactly one JSON object on stdout.")
    var json = false

    /// Prints the result on stdout: as one line of JSON with sorted keys, or as text.
    ///
    /// - Throws: `CommandFailure` where a value is not a number, which JSON cannot hold.
    func emit(_ result: some Encodable, text: () -> String) throws(CommandFailure) {
        guard json else {
            print(text())
            return
        }
        print(try OutputOptions.encoded(result))
    }

    /// The result as one line of JSON with sorted keys.
    static func encoded(_ result: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(result), as: UTF8.self)
        } catch {
            throw .failure("the result cannot be written as JSON: \(error)")
        }
    }
}
