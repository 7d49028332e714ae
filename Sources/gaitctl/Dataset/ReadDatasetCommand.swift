import ArgumentParser
import Datasets
import Foundation

/// `gaitctl read-dataset`: what `ReadingProcess` starts. Writes pieces of a data set for a program, not for people.
struct ReadDatasetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-dataset",
        abstract: "Read a data set for the gaitctl that started this.",
        shouldDisplay: false)

    /// Seconds that the starting process may be late to end this one.
    private static let grace = 5
    /// Bytes of address space beyond what the program has at its start, whatever the size of the files, and for
    /// each of their bytes: doubles become floats, but compressed ones unfold.
    private static let usualBytes = 1 << 30
    private static let bytesPerByte = 8

    @Argument(help: "The folder.") var folder: String
    @Flag(help: "Read as far as possible.") var survey = false
    @Option(help: "After how long to end.") var seconds = 60
    @Option(help: "How large the files are.") var bytes = 0

    func run() throws {
        limit()
        endWithParent()
        do throws(DatasetError) {
            if survey {
                try hand(over: DatasetSurvey(of: folder, opening: announce))
            } else {
                try hand(over: GaitDataset(contentsOf: folder, opening: announce))
            }
        } catch {
            put(.failure(error.description))
        }
    }

    /// Whatever libhdf5 makes of a file, this process stays within bounds and leaves no core.
    private func limit() {
        alarm(UInt32(clamping: seconds + Self.grace))
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
        let held =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").first.flatMap { Int($0) } ?? 0
        let most = held * Int(getpagesize()) + Self.usualBytes + Self.bytesPerByte * min(bytes, 1 << 40)
        var space = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_AS.rawValue)), &space)
    }

    /// Standard input is a pipe that closes when the process that started this one ends, by whatever cause.
    private func endWithParent() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) > 0 {}
            _exit(EXIT_FAILURE)
        }
    }

    private func announce(_ path: String) { put(.opening(path)) }

    private func hand(over value: some DatasetTransfer) {
        guard let header = try? Self.encoder.encode(value.header) else {
            return put(.failure("\(folder): holds values that cannot be handed over"))
        }
        put(.header(Array(header)))
        for numbers in value.coordinates { put(.coordinates(numbers)) }
        put(.end)
    }

    /// Writes a piece; ends the process where nobody reads it.
    private func put(_ part: TransferPart) {
        part.write { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(
                    STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno != EINTR { _exit(EXIT_FAILURE) }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }()

    /// Reads what `hand(over:)` writes.
    static let decoder: JSONDecoder = {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }()
}

extension JSONDecoder {
    /// Decodes a value of the type that is asked for.
    func decode<Value: Decodable>(from bytes: [UInt8]) throws -> Value {
        try decode(Value.self, from: Data(bytes))
    }
}
