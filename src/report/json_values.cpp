#include "report/json_values.h"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/escape.h"

namespace prova::report {
namespace {

/// Length of the UTF-8 sequence at `rest` when it is DEL, a C1 control or a bidirectional control, else 0: JSON
/// allows these unescaped, but a terminal or an editor acts on them.
std::size_t hidden_length(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U; };
  if (byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
  if (byte(0) == 0xd8 && byte(1) == 0x9c) return 2;
  const bool marks = byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xaa && byte(2) <= 0xae));
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return byte(0) == 0xe2 && (marks || isolates) ? 3 : 0;
}

std::uint32_t code_point(std::string_view sequence) {
  const auto bits = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]) & 0x3fU; };
  if (sequence.size() == 1) return static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 2) return (static_cast<unsigned char>(sequence[0]) & 0x1fU) << 6 | bits(1);
  return (static_cast<unsigned char>(sequence[0]) & 0x0fU) << 12 | bits(1) << 6 | bits(2);
}

/// Writes those characters as \uNNNN. Valid because outside of strings JSON is ASCII.
std::string without_hidden_characters(std::string_view document) {
  std::string out;
  out.reserve(document.size());
  for (std::size_t i = 0; i < document.size();) {
    const std::size_t length = hidden_length(document.substr(i));
    if (length == 0) {
      out += document[i++];
      continue;
    }
    out += fmt::format("\\u{:04x}", code_point(document.substr(i, length)));
    i += length;
  }
  return out;
}

}  // namespace

Json text(std::string_view value) { return Json(valid_utf8(value)); }

Json text_or_null(std::string_view value) { return value.empty() ? Json(nullptr) : text(value); }

Json texts(const std::vector<std::string>& values) {
  Json out = Json::array();
  for (const std::string& value : values) out.push_back(text(value));
  return out;
}

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  const double rounded = std::round(value * 1e6) / 1e6;
  // Large values lose nothing worth keeping, but must not overflow on the way; -0 is written as 0.
  return std::isfinite(rounded) ? rounded + 0.0 : value;
}

Json defects(const std::vector<Defect>& values) {
  Json out = Json::array();
  for (const Defect& defect : values) {
    out.push_back(Json{{"offset", raw(defect.offset)}, {"message", text(defect.message)}});
  }
  return out;
}

std::string print(const Json& document) {
  return without_hidden_characters(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace prova::report
