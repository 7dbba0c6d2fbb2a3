#pragma once
// Typed, forgiving access to one JSON object of a source: a member of the wrong type reads as absent, and the reader
// can ask which. Private to this folder: simdjson does not show outside.

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace prova::knowledge {

/// Largest single object that is parsed. ATT&CK v18's largest has 41 KB, the MISP galaxy's 26 KB.
constexpr std::size_t kMaxJsonObjectBytes = 4U << 20;
/// Deepest nesting inside one object; STIX needs 4.
constexpr std::size_t kMaxJsonDepth = 32;

/// Parses one object at a time into memory that is used again for the next.
class JsonObjectParser {
 public:
  /// The object that `text` holds; valid until the next call.
  /// Errors: kMalformed (no JSON, no object, too deep), kLimit (larger than kMaxJsonObjectBytes).
  [[nodiscard]] Result<simdjson::dom::object> parse(std::string_view text);

 private:
  simdjson::dom::parser parser_{kMaxJsonObjectBytes};
  std::string buffer_;
  bool ready_ = false;
};

using JsonObject = simdjson::dom::object;
using JsonValue = simdjson::dom::element;

/// The text under `key`; empty when it is absent or no text.
[[nodiscard]] std::string_view text_of(const JsonObject& object, std::string_view key);
/// The texts of the list under `key`, or the single text there; other elements are left out. At most `limit`.
[[nodiscard]] std::vector<std::string_view> texts_of(const JsonObject& object, std::string_view key, std::size_t limit);
/// The unsigned number under `key`; 0 when it is absent or no such number.
[[nodiscard]] std::uint64_t number_of(const JsonObject& object, std::string_view key);
[[nodiscard]] bool flag_of(const JsonObject& object, std::string_view key);
/// The objects of the list under `key`; other elements are left out. At most `limit`.
[[nodiscard]] std::vector<JsonObject> objects_of(const JsonObject& object, std::string_view key, std::size_t limit);
/// The object under `key`, or none.
[[nodiscard]] std::optional<JsonObject> object_of(const JsonObject& object, std::string_view key);

}  // namespace prova::knowledge
