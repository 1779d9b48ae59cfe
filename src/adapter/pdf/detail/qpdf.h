#pragma once

// libqpdf through its C interface: its C++ headers (11.3) do not compile with clang as C++20 and
// later. Errors stay in the object until it is asked. For the .cc files of this library only.

#include <cstdlib>
#include <memory>
#include <qpdf/qpdf-c.h>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::pdf::detail {

/// One PDF file in memory. Objects are handles of it, and end with it.
class File {
 public:
    using Handle = qpdf_oh;

    /// The bytes must outlive the object. Kind failure.
    [[nodiscard]] static base::Result<File> read(base::ByteView bytes) {
        File file;
        qpdf_silence_errors(file.get());
        qpdf_set_suppress_warnings(file.get(), QPDF_TRUE);
        qpdf_read_memory(file.get(), "pages", reinterpret_cast<const char*>(bytes.data()),
                         bytes.size(), nullptr);
        COMITY_TRY(file.check());
        return file;
    }

    [[nodiscard]] qpdf_data get() const { return data_.get(); }
    [[nodiscard]] Handle root() const { return qpdf_get_root(get()); }
    [[nodiscard]] Handle trailer() const { return qpdf_get_trailer(get()); }
    [[nodiscard]] Handle key(Handle of, const char* name) const {
        return qpdf_oh_get_key(get(), of, name);
    }
    [[nodiscard]] bool has(Handle of, const char* name) const {
        return qpdf_oh_has_key(get(), of, name) != QPDF_FALSE;
    }
    void set(Handle of, const char* name, Handle value) const {
        qpdf_oh_replace_key(get(), of, name, value);
    }
    /// An object written as PDF writes it, `<< /Type /Font >>`.
    [[nodiscard]] Handle parse(const std::string& text) const {
        return qpdf_oh_parse(get(), text.c_str());
    }
    [[nodiscard]] Handle text(std::string_view utf8) const {
        return qpdf_oh_new_binary_unicode_string(get(), utf8.data(), utf8.size());
    }
    [[nodiscard]] Handle indirect(Handle object) const {
        return qpdf_make_indirect_object(get(), object);
    }
    /// A stream that is not compressed, with the entries of `dictionary`.
    [[nodiscard]] Handle stream(std::string_view bytes) const {
        const Handle made = qpdf_oh_new_stream(get());
        replace(made, bytes);
        return made;
    }
    void replace(Handle stream, std::string_view bytes) const {
        const Handle none = qpdf_oh_new_null(get());
        qpdf_oh_replace_stream_data(get(), stream,
                                    reinterpret_cast<const unsigned char*>(bytes.data()),
                                    bytes.size(), none, none);
    }
    [[nodiscard]] Handle dictionary(Handle stream) const { return qpdf_oh_get_dict(get(), stream); }
    /// Decoded.
    [[nodiscard]] std::string bytes_of(Handle stream) const {
        unsigned char* buffer = nullptr;
        std::size_t size = 0;
        QPDF_BOOL filtered = QPDF_FALSE;
        qpdf_oh_get_stream_data(get(), stream, qpdf_dl_all, &filtered, &buffer, &size);
        const std::unique_ptr<unsigned char, decltype(&std::free)> owner(buffer, &std::free);
        return buffer == nullptr ? std::string()
                                 : std::string(base::text_of(base::ByteView(buffer, size)));
    }
    /// All indirect objects are among the numbers below this.
    [[nodiscard]] int count() const {
        return qpdf_oh_get_int_value_as_int(get(), key(trailer(), "/Size"));
    }
    [[nodiscard]] Handle object(int number) const {
        return qpdf_get_object_by_id(get(), number, 0);
    }

    [[nodiscard]] base::Result<void> check() const {
        if (qpdf_has_error(get()) == QPDF_FALSE) {
            return {};
        }
        const qpdf_error error = qpdf_get_error(get());
        return base::fail(base::ErrorKind::failure, "the PDF could not be completed",
                          qpdf_get_error_full_text(get(), error));
    }

 private:
    struct Close {
        void operator()(qpdf_data data) const { qpdf_cleanup(&data); }
    };
    File() : data_(qpdf_init()) {}
    std::unique_ptr<std::remove_pointer_t<qpdf_data>, Close> data_;
};

}  // namespace comity::pdf::detail
