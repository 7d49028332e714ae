import CHDF5

/// An open object of libhdf5 (file, data set, data space, type, attribute), closed with its owner.
///
/// Debian's libhdf5 is built thread-safe, so calls from several threads are serialised inside it.
struct HDF5Handle: ~Copyable {
    let identifier: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes an identifier that libhdf5 returned; nil where it is negative, that is where the call failed.
    init?(_ identifier: hid_t, close: @escaping (hid_t) -> herr_t) {
        guard identifier >= 0 else { return nil }
        self.identifier = identifier
        self.close = close
    }

    deinit {
        _ = close(identifier)
    }
}

/// The values behind macros of hdf5.h that Swift does not import because they call functions or cast.
enum HDF5Constants {
    /// `H5P_DEFAULT`
    static let defaultProperties: hid_t = 0
    /// `H5S_ALL`
    static let wholeSpace: hid_t = 0
    /// `H5E_DEFAULT`
    static let currentErrorStack: hid_t = 0
    /// `H5F_ACC_RDONLY`
    static let readOnly: UInt32 = 0
    /// `H5F_ACC_EXCL`
    static let createNew: UInt32 = 4
    /// `H5T_VARIABLE`
    static let variableLength = -1
}
