/// One piece of what a reading process hands over: a kind, the number of bytes, and these.
enum TransferPart: Equatable {
    /// The path of the file that is opened next, so that it is known which one a crash came with.
    case opening(String)
    /// Why nothing can be read; the last piece.
    case failure(String)
    /// Everything but the coordinates, as JSON.
    case header([UInt8])
    /// One gait's coordinates in this computer's order of bytes.
    case coordinates([Float])
    /// Everything has been handed over.
    case end

    /// The piece's first byte.
    enum Kind: UInt8 {
        case opening = 0x6F
        case failure = 0x66
        case header = 0x68
        case coordinates = 0x63
        case end = 0x7A

        /// The most bytes that a piece of this kind has.
        var limit: Int {
            switch self {
            case .opening, .failure: 1 << 16
            case .header: 1 << 28
            // 100,000 frames, the longest gait of a data set.
            case .coordinates: 100_000 * 48 * MemoryLayout<Float>.size
            case .end: 0
            }
        }
    }

    /// The bytes before the piece's own: the kind, and how many follow.
    static let prefixBytes = 1 + MemoryLayout<UInt64>.size

    var kind: Kind {
        switch self {
        case .opening: .opening
        case .failure: .failure
        case .header: .header
        case .coordinates: .coordinates
        case .end: .end
        }
    }

    /// Hands out the piece's bytes, one after the other, to something that writes them.
    func write(to sink: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        switch self {
        case .opening(let text), .failure(let text):
            try write(Array(text.utf8.prefix(kind.limit)), to: sink)
        case .header(let bytes): try write(bytes, to: sink)
        case .coordinates(let numbers): try write(numbers, to: sink)
        case .end: try write([UInt8](), to: sink)
        }
    }

    private func write(
        _ values: [some BitwiseCopyable], to sink: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        try values.withUnsafeBytes { bytes in
            let prefix = [kind.rawValue] + withUnsafeBytes(of: UInt64(bytes.count)) { Array($0) }
            try prefix.withUnsafeBytes(sink)
            try sink(bytes)
        }
    }

    /// Reads the next piece.
    ///
    /// - Parameter source: fills the bytes it is given, all of them, or throws.
    /// - Returns: nil where what comes is no piece: another kind, or more bytes than it may have.
    static func read(
        from source: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows -> TransferPart? {
        var prefix = [UInt8](repeating: 0, count: prefixBytes)
        try prefix.withUnsafeMutableBytes(source)
        let length = prefix.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 1, as: UInt64.self) }
        guard let kind = Kind(rawValue: prefix[0]), length <= kind.limit else { return nil }
        guard kind != .coordinates else {
            guard length.isMultiple(of: UInt64(MemoryLayout<Float>.size)) else { return nil }
            var numbers = [Float](repeating: 0, count: Int(length) / MemoryLayout<Float>.size)
            try numbers.withUnsafeMutableBytes(source)
            return .coordinates(numbers)
        }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        try bytes.withUnsafeMutableBytes(source)
        return switch kind {
        case .opening: .opening(String(decoding: bytes, as: UTF8.self))
        case .failure: .failure(String(decoding: bytes, as: UTF8.self))
        case .header: .header(bytes)
        case .coordinates, .end: .end
        }
    }
}
