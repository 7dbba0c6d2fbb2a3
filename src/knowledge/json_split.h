#pragma once
// A large JSON document, cut into the members of its outermost object and the elements of one array, without building
// a tree of the whole: a 200 MB bundle needs the memory of its largest object. Private to this folder.

#include <functional>
#include <string_view>

#include "base/result.h"

namespace prova::knowledge {

/// What split_document found, in document order. `value` is the raw text of the value, at `offset` of the document;
/// it is balanced, but only its brackets and quotes were looked at.
struct JsonParts {
  std::function<void(std::string_view key, std::string_view value, std::uint64_t offset)> on_member;
  std::function<void(std::string_view value, std::uint64_t offset)> on_element;
};

/// Gives every member of the outermost object to `on_member`, except the array under `array_key`: its elements go to
/// `on_element`. Keys are raw (escapes are kept). O(n) time, O(1) memory: no recursion, however deep the nesting.
/// Errors: kMalformed (not an object, missing ':' or ','), kTruncated (ends inside a value); what was given out before
/// was given out.
[[nodiscard]] Status split_document(std::string_view text, std::string_view array_key, const JsonParts& parts);

}  // namespace prova::knowledge
