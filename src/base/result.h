#pragma once
// A value, or what failed and at which offset. What outside input can cause is a Result; what only our own bug can
// cause is an assertion; std::bad_alloc is the only exception that crosses a folder.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/address.h"

namespace prova {

enum class ErrorCode : std::uint8_t {
  kTruncated,    ///< The input ends before the structure does.
  kMalformed,    ///< The input contradicts its specification.
  kUnsupported,  ///< Well-formed, but a kind that we do not read.
  kLimit,        ///< A cap against hostile input was reached; the message names it.
  kUsage,        ///< The caller asked for something that has no meaning.
  kNotFound,     ///< A named thing is not there.
  kIo,           ///< The operating system refused: open, read, write, lock.
  kStore,        ///< A store of ours is damaged, of another version, or held by someone else.
};

/// Stable lower-case name, for JSON and logs: "truncated", "malformed", ...
[[nodiscard]] std::string_view name_of(ErrorCode code);

/// What failed. `message` says what was found and what was expected, in one sentence without a dot.
struct Error {
  ErrorCode code = ErrorCode::kMalformed;
  std::string message;
  std::optional<FileOffset> offset;  ///< Where in the input, when that is known.
  std::string file;                  ///< Which input; filled in by the caller that knows it.
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                std::optional<FileOffset> offset = std::nullopt) {
  return tl::unexpected<Error>(Error{code, std::move(message), offset, {}});
}

/// "sample.exe: offset 0x46: 4096 sections, at most 2048 accepted", escaped for a terminal.
[[nodiscard]] std::string to_string(const Error& error);

/// Something wrong with an input that did not stop us from reading the rest. Damage is often itself evidence.
struct Defect {
  FileOffset offset{};
  std::string message;
  friend bool operator==(const Defect&, const Defect&) = default;
};

/// At most this many defects are kept per input: a hostile file can hold millions, nobody reads more.
constexpr std::size_t kMaxDefects = 1000;
/// Appends a defect unless the list is full.
inline void add_defect(std::vector<Defect>& defects, FileOffset offset, std::string message) {
  if (defects.size() < kMaxDefects) defects.push_back({offset, std::move(message)});
}

}  // namespace prova

// PROVA_TRY(name, expression) declares `name` as the value of a Result, or returns its error from this function.
// PROVA_TRY(expression) does the same with a Status. It is the one control-flow macro of this code.
#define PROVA_CONCAT_2(a, b) a##b
#define PROVA_CONCAT(a, b) PROVA_CONCAT_2(a, b)
#define PROVA_TRY_VALUE(name, expression)                                              \
  auto PROVA_CONCAT(prova_result_, __LINE__) = (expression);                           \
  if (!PROVA_CONCAT(prova_result_, __LINE__))                                          \
    return tl::unexpected<::prova::Error>(std::move(PROVA_CONCAT(prova_result_, __LINE__)).error()); \
  auto name = *std::move(PROVA_CONCAT(prova_result_, __LINE__))
#define PROVA_TRY_STATUS(expression)                                                   \
  if (auto prova_status = (expression); !prova_status)                                 \
  return tl::unexpected<::prova::Error>(std::move(prova_status).error())
#define PROVA_TRY_PICK(a, b, chosen, ...) chosen
#define PROVA_TRY(...) PROVA_TRY_PICK(__VA_ARGS__, PROVA_TRY_VALUE, PROVA_TRY_STATUS, )(__VA_ARGS__)
