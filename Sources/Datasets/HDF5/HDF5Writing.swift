@preconcurrency import CHDF5

extension HDF5File {
    /// Writes a new data set of `[rows, columns]` Float32 under the key; false where it fails.
    func write(_ values: [Float], rows: Int, columns: Int, key: String) -> Bool {
        let extents = [hsize_t(rows), hsize_t(columns)]
        guard let space = HDF5Handle(H5Screate_simple(2, extents, nil), close: H5Sclose) else { return false }
        return create(key, type: H5T_IEEE_F32LE_g, space: space) { dataset in
            H5Dwrite(
                dataset, H5T_NATIVE_FLOAT_g, HDF5Constants.wholeSpace, HDF5Constants.wholeSpace,
                HDF5Constants.defaultProperties, values)
        }
    }

    /// Writes a new scalar Int32 under the key; false where it fails.
    func write(_ value: Int32, key: String) -> Bool {
        guard let space = HDF5Handle(H5Screate(H5S_SCALAR), close: H5Sclose) else { return false }
        return create(key, type: H5T_STD_I32LE_g, space: space) { dataset in
            withUnsafePointer(to: value) { pointer in
                H5Dwrite(
                    dataset, H5T_NATIVE_INT32_g, HDF5Constants.wholeSpace, HDF5Constants.wholeSpace,
                    HDF5Constants.defaultProperties, pointer)
            }
        }
    }

    /// Hands everything written to the operating system; false where it fails (a full disk shows here).
    func flush() -> Bool {
        H5Fflush(identifier, H5F_SCOPE_GLOBAL) >= 0
    }

    private func create(
        _ key: String, type: hid_t, space: borrowing HDF5Handle, write: (hid_t) -> herr_t
    ) -> Bool {
        let defaults = HDF5Constants.defaultProperties
        guard
            let dataset = HDF5Handle(
                H5Dcreate2(identifier, key, type, space.identifier, defaults, defaults, defaults),
                close: H5Dclose)
        else { return false }
        return write(dataset.identifier) >= 0
    }
}
