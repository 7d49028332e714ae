package import Foundation

/// A safetensors file: named Float32 tensors and a string-to-string metadata table.
///
/// The form: eight bytes of header length, little endian; a JSON header `{name: {dtype, shape,
/// data_offsets}}` with an optional `__metadata__`; the values. Everything in the header is checked against
/// the file's size before a value is read.
package struct SafeTensors: Sendable {
    /// One tensor.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let shape: [Int]
        package let values: [Float]

        package init(name: String, shape: [Int], values: [Float]) {
            precondition(values.count == shape.reduce(1, *), "\(values.count) values for \(name) \(shape)")
            (self.name, self.shape, self.values) = (name, shape, values)
        }

        /// Magnitudes below this are as good as zero, and their products are denormal numbers.
        package static let smallestMagnitude: Float = 1e-30

        /// The tensor with zero for every value below ``smallestMagnitude``.
        package var withoutTinyValues: Entry {
            Entry(name: name, shape: shape, values: values.map { abs($0) < Self.smallestMagnitude ? 0 : $0 })
        }
    }

    /// Where the file was read from; used in errors.
    package let path: String
    /// The metadata table; empty where the file has none.
    package let metadata: [String: String]
    /// The names of the tensors, sorted.
    package let names: [String]
    private let entries: [String: Entry]

    /// A tensor by name.
    package subscript(name: String) -> Entry? { entries[name] }

    /// The largest file that is read: a gait model has a few megabytes.
    package static let maximumBytes = 1 << 30
    private static let metadataKey = "__metadata__"

    /// Reads a file.
    ///
    /// - Throws: ``NeuralNetworkError/file(path:reason:)`` or ``NeuralNetworkError/malformed(path:reason:)``.
    package init(contentsOf path: String) throws(NeuralNetworkError) {
        let data: Data
        do {
            let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            let attributes = try FileManager.default.attributesOfItem(
                atPath: resolved.path(percentEncoded: false))
            // A pipe or a device could be read forever.
            guard attributes[.type] as? FileAttributeType == .typeRegular else {
                throw CocoaError(.fileReadUnsupportedScheme)
            }
            let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
            guard size <= Self.maximumBytes else { throw CocoaError(.fileReadTooLarge) }
            data = try Data(contentsOf: resolved)
        } catch {
            throw .file(path: path, reason: Self.reason(error, path: path))
        }
        try self.init(data, path: path)
    }

    private static func reason(_ error: any Error, path: String) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadTooLarge?: return "it has more than \(maximumBytes) bytes, too many for a model"
        case .fileReadUnsupportedScheme?: return "it is not a file"
        default: return FileFault.reason(path) ?? "cannot be read"
        }
    }

    /// Tensors that are already in memory, as if read from `path`.
    package init(_ entries: [Entry], path: String, metadata: [String: String] = [:]) {
        self.path = path
        self.metadata = metadata
        self.entries = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        names = self.entries.keys.sorted()
    }

    /// The tensors whose names begin with `prefix`, without it, and those that `keeping` accepts, unchanged.
    package func selecting(prefix: String, keeping: (String) -> Bool) -> SafeTensors {
        let selected = names.compactMap { name -> Entry? in
            guard let entry = entries[name] else { return nil }
            if keeping(name) { return entry }
            guard name.hasPrefix(prefix) else { return nil }
            return Entry(name: String(name.dropFirst(prefix.count)), shape: entry.shape, values: entry.values)
        }
        return SafeTensors(selected, path: path, metadata: metadata)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: ``NeuralNetworkError/malformed(path:reason:)``.
    init(_ data: Data, path: String) throws(NeuralNetworkError) {
        func fail(_ reason: String) -> NeuralNetworkError { .malformed(path: path, reason: reason) }
        guard data.count >= 8 else { throw fail("it has \(data.count) bytes, a header needs at least 8") }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(data.count - 8) else {
            throw fail("its header says \(length) bytes, \(data.count - 8) follow")
        }
        let bodyStart = 8 + Int(length)
        let header = try? JSONSerialization.jsonObject(
            with: data[data.startIndex + 8..<data.startIndex + bodyStart])
        guard let header = header as? [String: Any] else { throw fail("its header is not a JSON object") }

        var places: [(name: String, shape: [Int], bytes: Range<Int>)] = []
        for (name, value) in header where name != Self.metadataKey {
            guard let fields = value as? [String: Any] else { throw fail("tensor \(name) is not described") }
            let (shape, bytes) = try Self.place(name, fields, body: data.count - bodyStart, fail: fail)
            places.append((name, shape, bytes))
        }
        try Self.checkLayout(places.map { ($0.name, $0.bytes) }, body: data.count - bodyStart, fail: fail)
        let metadata = header[Self.metadataKey] ?? [String: String]()
        guard let metadata = metadata as? [String: String] else {
            throw fail("its metadata is not a table of text")
        }
        var entries: [String: Entry] = [:]
        for (name, shape, bytes) in places {
            let values = Self.values(in: data, from: bodyStart + bytes.lowerBound, count: bytes.count / 4)
            guard values.allSatisfy(\.isFinite) else {
                throw fail("tensor \(name) has values that are not finite")
            }
            entries[name] = Entry(name: name, shape: shape, values: values)
        }
        (self.path, self.entries, self.metadata) = (path, entries, metadata)
        names = entries.keys.sorted()
    }

    /// The tensors must fill the body without gaps and without overlaps, as the format has it; otherwise a
    /// short file could ask for any amount of memory, or hide what it lost.
    private static func checkLayout(
        _ places: [(name: String, bytes: Range<Int>)], body: Int, fail: (String) -> NeuralNetworkError
    ) throws(NeuralNetworkError) {
        let sorted = places.sorted {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        var end = 0
        for (name, bytes) in sorted {
            guard bytes.lowerBound == end else {
                throw fail(
                    "tensor \(name) begins at byte \(bytes.lowerBound), the one before it ends at \(end)")
            }
            end = bytes.upperBound
        }
        guard end == body else {
            throw fail("its tensors end at byte \(end), but \(body) bytes follow the header")
        }
    }

    /// The shape of a tensor and its bytes after the header.
    private static func place(
        _ name: String, _ fields: [String: Any], body: Int, fail: (String) -> NeuralNetworkError
    ) throws(NeuralNetworkError) -> (shape: [Int], bytes: Range<Int>) {
        guard let type = fields["dtype"] as? String, let shape = fields["shape"] as? [Int],
            let offsets = fields["data_offsets"] as? [Int], offsets.count == 2
        else { throw fail("tensor \(name) lacks dtype, shape or data_offsets") }
        guard type == "F32" else { throw fail("tensor \(name) is \(type), only F32 is read") }
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { throw fail("tensor \(name) has the shape \(shape)") }
            count = product
        }
        guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= body else {
            throw fail("tensor \(name) lies at \(offsets), outside the \(body) bytes of the file")
        }
        guard count <= body / 4, offsets[1] - offsets[0] == count * 4 else {
            throw fail("tensor \(name) of shape \(shape) has \(offsets[1] - offsets[0]) bytes")
        }
        return (shape, offsets[0]..<offsets[1])
    }

    private static func values(in data: Data, from start: Int, count: Int) -> [Float] {
        data.withUnsafeBytes { bytes in
            (0..<count).map { index in
                let bits = bytes.loadUnaligned(fromByteOffset: start + index * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// The bytes of a file with these tensors, in this order.
    package static func encode(_ entries: [Entry], metadata: [String: String]) throws -> Data {
        var header: [String: Any] = [metadataKey: metadata]
        var offset = 0
        for entry in entries {
            let end = offset + entry.values.count * 4
            header[entry.name] = ["dtype": "F32", "shape": entry.shape, "data_offsets": [offset, end]]
            offset = end
        }
        var json = try JSONSerialization.data(
            withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        // The values start at a multiple of eight bytes, as other readers of the format expect.
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var data = Data(capacity: 8 + json.count + offset)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        for entry in entries {
            for value in entry.values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        return data
    }

    /// Writes a file under a temporary name and renames it, so that a reader never sees half of it.
    ///
    /// - Throws: ``NeuralNetworkError/file(path:reason:)``.
    package static func write(_ entries: [Entry], metadata: [String: String], to path: String)
        throws(NeuralNetworkError)
    {
        do {
            try encode(entries, metadata: metadata).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .file(path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }
}
