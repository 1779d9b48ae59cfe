#pragma once

// What somebody sees of a message, a file or a stored row, with everything that is random on
// purpose (ids, commitments, signatures, ciphertext) replaced by the number of its first appearance
// and its length. What is left can be compared between two worlds: two projections differ where
// somebody could tell the worlds apart. Equal random texts have equal numbers, so that whatever
// repeats in one world and not in the other shows.

#include <map>
#include <string>
#include <string_view>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/message/message.h"
#include "node/ports/ports.h"

namespace comity::simulation {

class Projection {
 public:
    /// That digest is called so from now on: ids that both worlds give in the same order.
    void call(const base::Digest& digest, std::string name);

    [[nodiscard]] std::string request(const message::Request& request);
    [[nodiscard]] std::string response(const base::Result<message::Response>& response);
    /// A file of a static ledger.
    [[nodiscard]] std::string ledger_file(std::string_view path, base::ByteView content);
    /// A row as whoever has the disk and not the day keys reads it.
    [[nodiscard]] std::string row(const ports::StoredEntry& row);
    [[nodiscard]] std::string row(const ports::OutboxRow& row);
    /// A text of any kind: JSON, a note, an error's words.
    [[nodiscard]] std::string text(std::string_view text);

 private:
    [[nodiscard]] std::string value(const codec::Value& value, std::string_view member);
    [[nodiscard]] std::string object(const codec::Object& object);
    [[nodiscard]] std::string array(const codec::Array& array, std::string_view member);
    [[nodiscard]] std::string string(std::string_view text, std::string_view member);
    [[nodiscard]] std::string words(std::string_view text);
    [[nodiscard]] std::string leaf(base::ByteView bytes);
    [[nodiscard]] std::string name(std::string_view random);

    std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace comity::simulation
