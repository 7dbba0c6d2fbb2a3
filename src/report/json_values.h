#pragma once
// How values of ours become JSON values. Internal to report/: public headers speak of documents as std::string.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace prova::report {

using Json = nlohmann::ordered_json;

/// Untrusted text: bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] Json text(std::string_view value);
/// The same, or null when empty: for names that may be absent.
[[nodiscard]] Json text_or_null(std::string_view value);
[[nodiscard]] Json texts(const std::vector<std::string>& values);
/// Rounded to 6 decimals, so that the last bits of a sum do not make two documents differ; null unless finite.
[[nodiscard]] Json number(double value);
/// [{offset, message}]; `offset` is an integer, a file offset in bytes.
[[nodiscard]] Json defects(const std::vector<Defect>& values);
/// The document as text: two spaces of indentation, a newline at the end.
[[nodiscard]] std::string print(const Json& document);

}  // namespace prova::report
