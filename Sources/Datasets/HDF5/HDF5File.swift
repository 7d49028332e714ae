// libhdf5 fills the numbers of its types into global variables once, in H5open(), and never changes them.
@preconcurrency import CHDF5

/// One open HDF5 file and what is read from it. Whoever reads checks shapes before values: nothing is
/// allocated for a data set until its extent is known to be within bounds.
final class HDF5File {
    /// What a data set holds, by its kind of number.
    enum NumberKind {
        case integer, floatingPoint, other
    }

    /// A data set's shape and kind, known before a value is read.
    struct Description {
        /// The extents; empty for a scalar.
        let shape: [Int]
        let kind: NumberKind
    }

    private let file: HDF5Handle

    /// Opens a file for reading; nil where it is absent, is not HDF5, or is truncated.
    init?(reading path: String) {
        HDF5File.silenceErrorPrinting()
        guard H5Fis_hdf5(path) > 0,
            let file = HDF5Handle(
                H5Fopen(path, HDF5Constants.readOnly, HDF5Constants.defaultProperties), close: H5Fclose)
        else { return nil }
        self.file = file
    }

    /// Creates a file that must not exist yet; nil where it does or cannot be created.
    init?(creating path: String) {
        HDF5File.silenceErrorPrinting()
        let defaults = HDF5Constants.defaultProperties
        guard
            let file = HDF5Handle(
                H5Fcreate(path, HDF5Constants.createNew, defaults, defaults), close: H5Fclose)
        else { return nil }
        self.file = file
    }

    var identifier: hid_t { file.identifier }

    /// libhdf5 prints its whole error stack to stderr at every failed call unless told not to; the setting
    /// is kept per thread.
    private static func silenceErrorPrinting() {
        H5open()
        H5Eset_auto2(HDF5Constants.currentErrorStack, nil, nil)
    }

    /// The names at the top level in alphabetical order, at most `limit` + 1 of them; nil where the file is
    /// damaged.
    func keys(limit: Int) -> [String]? {
        let listing = KeyListing(limit: limit)
        let status = withExtendedLifetime(listing) {
            H5Literate(
                identifier, H5_INDEX_NAME, H5_ITER_INC, nil,
                { _, name, _, context in
                    guard let name, let context else { return -1 }
                    return Unmanaged<KeyListing>.fromOpaque(context).takeUnretainedValue()
                        .add(String(cString: name))
                }, Unmanaged.passUnretained(listing).toOpaque())
        }
        return status < 0 ? nil : listing.keys
    }

    /// What is under the key; nil where that is no data set, or a damaged one.
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

    /// All values of a data set of `count` numbers, converted to Float32; nil where it is damaged.
    func floats(_ key: String, count: Int) -> [Float]? {
        guard let dataset = open(key) else { return nil }
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let status = H5Dread(
                dataset.identifier, H5T_NATIVE_FLOAT_g, HDF5Constants.wholeSpace, HDF5Constants.wholeSpace,
                HDF5Constants.defaultProperties, buffer.baseAddress)
            initialized = status < 0 ? 0 : count
        }
        return values.count == count ? values : nil
    }

    /// All values of a data set of `count` numbers, converted to Float64; nil where it is damaged.
    func numbers(_ key: String, count: Int) -> [Double]? {
        guard let dataset = open(key) else { return nil }
        var values = [Double](repeating: 0, count: count)
        let status = H5Dread(
            dataset.identifier, H5T_NATIVE_DOUBLE_g, HDF5Constants.wholeSpace, HDF5Constants.wholeSpace,
            HDF5Constants.defaultProperties, &values)
        return status < 0 ? nil : values
    }

    private func open(_ key: String) -> HDF5Handle? {
        HDF5Handle(H5Dopen2(identifier, key, HDF5Constants.defaultProperties), close: H5Dclose)
    }
}

/// Collects the names that libhdf5 iterates over, up to a limit.
private final class KeyListing {
    let limit: Int
    private(set) var keys: [String] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// 0 to go on, 1 to stop: the two answers `H5Literate` expects.
    func add(_ name: String) -> herr_t {
        keys.append(name)
        return keys.count > limit ? 1 : 0
    }
}
