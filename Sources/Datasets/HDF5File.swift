// libhdf5 sets the identifiers of its types once, in H5open(), in global variables that it never changes.
@preconcurrency import CHDF5

// Macros in hdf5.h that Swift cannot import because they call functions or cast.
/// `H5P_DEFAULT`
private let defaults: hid_t = 0
/// `H5S_ALL`
private let wholeSpace: hid_t = 0
/// `H5E_DEFAULT`
private let currentErrorStack: hid_t = 0
/// `H5F_ACC_RDONLY`
private let readOnly: UInt32 = 0
/// `H5F_ACC_EXCL`
private let createNew: UInt32 = 4
/// `H5T_VARIABLE`
private let variableLength = -1

/// One open HDF5 file. Callers check shapes before they read values: nothing is allocated for a data set until its extent
/// is known to be within bounds.
final class HDF5File {
    /// The kind of numbers in a data set.
    enum NumberKind {
        case integer, floatingPoint, other
    }

    /// A data set's shape and kind, known before its values are read.
    struct Description {
        /// The extents; empty for a scalar.
        let shape: [Int]
        let kind: NumberKind
    }

    private let file: HDF5Handle

    /// Opens a file for reading; nil if it is absent, not HDF5, truncated or locked: ``openingFault`` then says which.
    init?(reading path: String) {
        Self.silenceErrorPrinting()
        guard H5Fis_hdf5(path) > 0,
            let file = HDF5Handle(
                H5Fopen(path, readOnly, defaults), close: H5Fclose)
        else { return nil }
        self.file = file
    }

    /// Creates a file that must not exist yet; nil if it exists or cannot be created.
    init?(creating path: String) {
        Self.silenceErrorPrinting()
        guard
            let file = HDF5Handle(
                H5Fcreate(path, createNew, defaults, defaults), close: H5Fclose)
        else { return nil }
        self.file = file
    }

    var identifier: hid_t { file.identifier }

    /// By default libhdf5 prints its error stack to stderr at every failed call; the setting is per thread.
    private static func silenceErrorPrinting() {
        H5open()
        H5Eset_auto2(currentErrorStack, nil, nil)
    }

    /// What libhdf5 reported of this thread's last call that failed, from the inside out.
    private static var errors: [String] {
        var errors: [String] = []
        withUnsafeMutablePointer(to: &errors) { errors in
            _ = H5Ewalk2(
                currentErrorStack, H5E_WALK_UPWARD,
                { _, entry, context in
                    guard let text = entry?.pointee.desc, let context else { return 0 }
                    context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
                    return 0
                }, errors)
        }
        return errors
    }

    /// Why the file that this thread has just tried to open cannot be read.
    static var openingFault: String {
        let errors = errors
        func isSaid(_ text: String) -> Bool { errors.contains { $0.contains(text) } }
        if isSaid("unable to lock file") {
            return "it is locked: another program has it open for writing. Close it there; "
                + "on a file system without locks set HDF5_USE_FILE_LOCKING=FALSE"
        }
        if isSaid("already open for write") {
            return "it is marked as open for writing: a program has it open, or ended without closing it. "
                + "Close it there, or clear the mark with h5clear -s"
        }
        if isSaid("truncated file") { return "it is truncated; copy or download it again" }
        return "not an HDF5 file, or a damaged one"
    }

    /// The first filter that a data set was written with and this libhdf5 lacks, such as `lzf (filter 32000)`; nil if
    /// there is none.
    func missingFilter(of key: String) -> String? {
        guard let dataset = open(key),
            let list = HDF5Handle(H5Dget_create_plist(dataset.identifier), close: H5Pclose)
        else { return nil }
        for index in 0..<UInt32(max(0, H5Pget_nfilters(list.identifier))) {
            var name = [UInt8](repeating: 0, count: 64)
            var (flags, count, configuration): (UInt32, Int, UInt32) = (0, 0, 0)
            let filter = name.withUnsafeMutableBytes {
                H5Pget_filter2(
                    list.identifier, index, &flags, &count, nil, $0.count,
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self), &configuration)
            }
            guard filter >= 0, H5Zfilter_avail(filter) == 0 else { continue }
            let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            return text.isEmpty ? "filter \(filter)" : "\(text) (filter \(filter))"
        }
        return nil
    }

    /// The names at the top level in alphabetical order, at most `limit` + 1 of them; nil if the file is damaged.
    func keys(limit: Int) -> [String]? {
        var listing = (names: [String](), limit: limit)
        let status = withUnsafeMutablePointer(to: &listing) { listing in
            H5Literate(
                identifier, H5_INDEX_NAME, H5_ITER_INC, nil,
                { _, name, _, context in
                    guard let name, let context else { return -1 }
                    let listing = context.assumingMemoryBound(to: (names: [String], limit: Int).self)
                    listing.pointee.names.append(String(cString: name))
                    // 1 stops.
                    return listing.pointee.names.count > listing.pointee.limit ? 1 : 0
                }, listing)
        }
        return status < 0 ? nil : listing.names
    }

    /// The shape and kind of the data set under the key; nil if there is none or it is damaged.
    func describe(_ key: String) -> Description? {
        guard let dataset = open(key),
            let space = HDF5Handle(H5Dget_space(dataset.identifier), close: H5Sclose),
            let type = HDF5Handle(H5Dget_type(dataset.identifier), close: H5Tclose)
        else { return nil }
        let rank = H5Sget_simple_extent_ndims(space.identifier)
        guard rank >= 0, H5Sget_simple_extent_type(space.identifier) != H5S_NULL else { return nil }
        var extents = [hsize_t](repeating: 0, count: Int(rank))
        guard rank == 0 || H5Sget_simple_extent_dims(space.identifier, &extents, nil) == rank else {
            return nil
        }
        let kind: NumberKind =
            switch H5Tget_class(type.identifier) {
            case H5T_INTEGER: .integer
            case H5T_FLOAT: .floatingPoint
            default: .other
            }
        return Description(shape: extents.map { Int(clamping: $0) }, kind: kind)
    }

    /// All values of a data set of `count` numbers, converted to Float32; nil if they are damaged.
    func floats(_ key: String, count: Int) -> [Float]? { read(key, count: count, as: H5T_NATIVE_FLOAT_g) }

    /// All values of a data set of `count` numbers, converted to Float64; nil if they are damaged.
    func numbers(_ key: String, count: Int) -> [Double]? { read(key, count: count, as: H5T_NATIVE_DOUBLE_g) }

    private func read<Value: BitwiseCopyable>(_ key: String, count: Int, as type: hid_t) -> [Value]? {
        guard let dataset = open(key) else { return nil }
        let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
            let status = H5Dread(
                dataset.identifier, type, wholeSpace, wholeSpace,
                defaults, buffer.baseAddress)
            initialized = status < 0 ? 0 : count
        }
        return values.count == count ? values : nil
    }

    private func open(_ key: String) -> HDF5Handle? {
        HDF5Handle(H5Dopen2(identifier, key, defaults), close: H5Dclose)
    }
}

// MARK: - String attributes, which HDF5 stores with fixed or variable length

extension HDF5File {
    /// The file-level string attribute; nil if it is absent or not a string.
    func text(attribute name: String) -> String? {
        guard H5Aexists(identifier, name) > 0,
            let attribute = HDF5Handle(
                H5Aopen(identifier, name, defaults), close: H5Aclose),
            let type = HDF5Handle(H5Aget_type(attribute.identifier), close: H5Tclose),
            let space = HDF5Handle(H5Aget_space(attribute.identifier), close: H5Sclose),
            H5Tget_class(type.identifier) == H5T_STRING,
            H5Sget_simple_extent_npoints(space.identifier) == 1
        else { return nil }
        return H5Tis_variable_str(type.identifier) > 0
            ? variableText(attribute.identifier, type.identifier)
            : fixedText(attribute.identifier, type.identifier)
    }

    /// Writes a file-level string attribute of variable length in UTF-8, as h5py does; false on failure.
    func write(attribute name: String, text: String) -> Bool {
        guard let type = HDF5Handle(H5Tcopy(H5T_C_S1_g), close: H5Tclose),
            H5Tset_size(type.identifier, variableLength) >= 0,
            H5Tset_cset(type.identifier, H5T_CSET_UTF8) >= 0,
            let space = HDF5Handle(H5Screate(H5S_SCALAR), close: H5Sclose),
            let attribute = HDF5Handle(
                H5Acreate2(
                    identifier, name, type.identifier, space.identifier, defaults,
                    defaults), close: H5Aclose)
        else { return false }
        return text.withCString { characters in
            var pointer: UnsafePointer<CChar>? = characters
            return H5Awrite(attribute.identifier, type.identifier, &pointer) >= 0
        }
    }

    private func variableText(_ attribute: hid_t, _ type: hid_t) -> String? {
        var characters: UnsafeMutablePointer<CChar>?
        guard H5Aread(attribute, type, &characters) >= 0, let characters else { return nil }
        defer { H5free_memory(characters) }
        return String(validatingCString: characters)
    }

    private func fixedText(_ attribute: hid_t, _ type: hid_t) -> String? {
        let size = H5Tget_size(type)
        guard size > 0, size <= DatasetLimits.textBytes else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard H5Aread(attribute, type, &bytes) >= 0 else { return nil }
        // Writers pad with zeros or spaces.
        let end = bytes.firstIndex(of: 0) ?? bytes.count
        let padding = bytes[..<end].reversed().prefix { $0 == UInt8(ascii: " ") }.count
        return String(validating: bytes[..<(end - padding)], as: UTF8.self)
    }
}

// MARK: - Writing

extension HDF5File {
    /// Writes a new data set of `[rows, columns]` Float32 under the key; false on failure.
    func write(_ values: [Float], rows: Int, columns: Int, key: String) -> Bool {
        let space = H5Screate_simple(2, [hsize_t(rows), hsize_t(columns)], nil)
        return create(key, type: H5T_IEEE_F32LE_g, space: space, from: values, of: H5T_NATIVE_FLOAT_g)
    }

    /// Writes a new scalar Int32 under the key; false on failure.
    func write(_ value: Int32, key: String) -> Bool {
        create(
            key, type: H5T_STD_I32LE_g, space: H5Screate(H5S_SCALAR), from: [value], of: H5T_NATIVE_INT32_g)
    }

    /// Hands everything written to the operating system; false on failure (a full disk shows here).
    func flush() -> Bool {
        H5Fflush(identifier, H5F_SCOPE_GLOBAL) >= 0
    }

    private func create(
        _ key: String, type: hid_t, space: hid_t, from values: UnsafeRawPointer, of memoryType: hid_t
    ) -> Bool {
        guard let space = HDF5Handle(space, close: H5Sclose),
            let dataset = HDF5Handle(
                H5Dcreate2(identifier, key, type, space.identifier, defaults, defaults, defaults),
                close: H5Dclose)
        else { return false }
        return H5Dwrite(dataset.identifier, memoryType, wholeSpace, wholeSpace, defaults, values) >= 0
    }
}

// MARK: -

/// An open object of libhdf5 (file, data set, data space, type, attribute), closed with its owner.
///
/// Debian builds libhdf5 thread-safe: it serializes calls from several threads.
struct HDF5Handle: ~Copyable {
    let identifier: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes an identifier that libhdf5 returned; nil if it is negative, that is, the call failed.
    init?(_ identifier: hid_t, close: @escaping (hid_t) -> herr_t) {
        guard identifier >= 0 else { return nil }
        self.identifier = identifier
        self.close = close
    }

    deinit {
        _ = close(identifier)
    }
}
