#pragma once
// The target of a request: path and query, decoded. RFC 3986, sections 2.1, 3.3 and 3.4.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace prova::web {

/// Longest target that is read: the ids of hundreds of evidence items. Below the longest line of a head (connection.h).
constexpr std::size_t kMaxTargetBytes = 3900;
/// Names in a query that are read.
constexpr std::size_t kMaxQueryNames = 64;

struct Target {
  std::vector<std::string> segments;                        ///< Of the path, decoded; none for "/".
  std::vector<std::pair<std::string, std::string>> query;   ///< Decoded, as sent.

  [[nodiscard]] std::string path() const;                   ///< "/" and the segments joined by "/".
  /// The first value of that name.
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
};

/// Errors: kLimit; kMalformed (no path, a bad escape, a NUL byte); kUsage (a segment "." or "..", or one that holds a slash, a
/// backslash or a control character once it is decoded: an attempt to leave the place that the path names).
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace prova::web
