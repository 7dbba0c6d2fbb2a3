#include "base/result.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace prova {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kTruncated: return "truncated";
    case ErrorCode::kMalformed: return "malformed";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kLimit: return "limit";
    case ErrorCode::kUsage: return "usage";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kStore: return "store";
  }
  return "unknown";
}

std::string to_string(const Error& error) {
  std::string text;
  if (!error.file.empty()) text += escape_terminal(error.file) + ": ";
  if (error.offset) text += fmt::format("offset {:#x}: ", raw(*error.offset));
  return text + escape_terminal(error.message);
}

}  // namespace prova
