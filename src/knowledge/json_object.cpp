#include "knowledge/json_object.h"

#include <fmt/format.h>

namespace prova::knowledge {

Result<simdjson::dom::object> JsonObjectParser::parse(std::string_view text) {
  if (text.size() > kMaxJsonObjectBytes) {
    return fail(ErrorCode::kLimit, fmt::format("{} bytes in one object, at most {} accepted", text.size(), kMaxJsonObjectBytes));
  }
  // simdjson reads up to SIMDJSON_PADDING bytes past the end.
  buffer_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  buffer_.assign(text);
  if (!ready_) {
    if (parser_.allocate(1U << 16, kMaxJsonDepth) != simdjson::SUCCESS) throw std::bad_alloc();
    ready_ = true;
  } else if (text.size() > parser_.capacity() && parser_.allocate(text.size() * 2 > kMaxJsonObjectBytes ? kMaxJsonObjectBytes : text.size() * 2, kMaxJsonDepth) != simdjson::SUCCESS) {
    throw std::bad_alloc();
  }
  simdjson::dom::object object;
  const auto error = parser_.parse(buffer_.data(), buffer_.size(), false).get_object().get(object);
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error == simdjson::INCORRECT_TYPE) return fail(ErrorCode::kMalformed, "is no object");
  if (error == simdjson::DEPTH_ERROR) {
    return fail(ErrorCode::kMalformed, fmt::format("nested deeper than {} levels", kMaxJsonDepth));
  }
  if (error != simdjson::SUCCESS) return fail(ErrorCode::kMalformed, fmt::format("is no JSON: {}", simdjson::error_message(error)));
  return object;
}

std::string_view text_of(const JsonObject& object, std::string_view key) {
  std::string_view text;
  return object.at_key(key).get_string().get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::vector<std::string_view> texts_of(const JsonObject& object, std::string_view key, std::size_t limit) {
  std::vector<std::string_view> out;
  simdjson::dom::array list;
  if (object.at_key(key).get_array().get(list) != simdjson::SUCCESS) {
    if (const auto single = text_of(object, key); !single.empty()) out.push_back(single);
    return out;
  }
  for (const JsonValue element : list) {
    std::string_view text;
    if (out.size() < limit && element.get_string().get(text) == simdjson::SUCCESS && !text.empty()) out.push_back(text);
  }
  return out;
}

std::uint64_t number_of(const JsonObject& object, std::string_view key) {
  std::uint64_t value = 0;
  return object.at_key(key).get_uint64().get(value) == simdjson::SUCCESS ? value : 0;
}

bool flag_of(const JsonObject& object, std::string_view key) {
  bool value = false;
  return object.at_key(key).get_bool().get(value) == simdjson::SUCCESS && value;
}

std::vector<JsonObject> objects_of(const JsonObject& object, std::string_view key, std::size_t limit) {
  std::vector<JsonObject> out;
  simdjson::dom::array list;
  if (object.at_key(key).get_array().get(list) != simdjson::SUCCESS) return out;
  for (const JsonValue element : list) {
    JsonObject inner;
    if (out.size() < limit && element.get_object().get(inner) == simdjson::SUCCESS) out.push_back(inner);
  }
  return out;
}

std::optional<JsonObject> object_of(const JsonObject& object, std::string_view key) {
  JsonObject inner;
  if (object.at_key(key).get_object().get(inner) != simdjson::SUCCESS) return std::nullopt;
  return inner;
}

}  // namespace prova::knowledge
