@preconcurrency import CHDF5

/// String attributes of a file, which HDF5 knows in two forms: of fixed and of variable length.
extension HDF5File {
    /// The file-level string attribute; nil where there is none, or it is no string.
    func text(attribute name: String) -> String? {
        guard H5Aexists(identifier, name) > 0,
            let attribute = HDF5Handle(
                H5Aopen(identifier, name, HDF5Constants.defaultProperties), close: H5Aclose),
            let type = HDF5Handle(H5Aget_type(attribute.identifier), close: H5Tclose),
            let space = HDF5Handle(H5Aget_space(attribute.identifier), close: H5Sclose),
            H5Tget_class(type.identifier) == H5T_STRING,
            H5Sget_simple_extent_npoints(space.identifier) == 1
        else { return nil }
        return H5Tis_variable_str(type.identifier) > 0
            ? variableText(attribute.identifier, type.identifier)
            : fixedText(attribute.identifier, type.identifier)
    }

    /// Writes a file-level string attribute of variable length in UTF-8, as h5py does; false where it fails.
    func write(attribute name: String, text: String) -> Bool {
        guard let type = HDF5Handle(H5Tcopy(H5T_C_S1_g), close: H5Tclose),
            H5Tset_size(type.identifier, HDF5Constants.variableLength) >= 0,
            H5Tset_cset(type.identifier, H5T_CSET_UTF8) >= 0,
            let space = HDF5Handle(H5Screate(H5S_SCALAR), close: H5Sclose),
            let attribute = HDF5Handle(
                H5Acreate2(
                    identifier, name, type.identifier, space.identifier, HDF5Constants.defaultProperties,
                    HDF5Constants.defaultProperties), close: H5Aclose)
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
        // Padded with zeros or spaces, as its writer liked.
        let end = bytes.firstIndex(of: 0) ?? bytes.count
        let padding = bytes[..<end].reversed().prefix { $0 == UInt8(ascii: " ") }.count
        return String(validating: bytes[..<(end - padding)], as: UTF8.self)
    }
}
