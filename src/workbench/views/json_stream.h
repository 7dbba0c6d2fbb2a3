#pragma once
// Large documents of ours, read without ever holding all of them: the lists inside are handed out value by value.

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace prova {

/// A report larger than this is not shown in the workbench: 100,000 functions are some 100 MB.
constexpr std::uint64_t kMaxReportBytes = 2ULL << 30;
/// Nesting of a document. Ours end at 12; a hostile file must not fill our stack or memory with open brackets.
constexpr int kMaxReportDepth = 64;

/// Called with every finished object inside lists and members: `path` names the members that lead to it, "" for an element of
/// a list. True: it was taken, and is dropped from the document.
using TakeValue = std::function<bool(std::span<const std::string> path, nlohmann::ordered_json& value)>;

/// Reads a JSON file; answers what was not taken. `skipped` members of the top are not kept. Never throws.
/// Errors: kIo; kNotFound (no such file); kLimit; kMalformed (not JSON, with the offset). O(size); memory: the largest value taken and the rest.
[[nodiscard]] Result<nlohmann::ordered_json> stream_json(const std::filesystem::path& path, std::span<const std::string_view> skipped, const TakeValue& take);

/// Whether `path` is this chain of members; "" stands for an element of a list.
[[nodiscard]] bool is_path(std::span<const std::string> path, std::initializer_list<std::string_view> names);

}  // namespace prova
