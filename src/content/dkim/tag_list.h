#pragma once
// The "tag=value; tag=value" lists of DKIM signatures and keys (RFC 6376, 3.2).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/result.h"

namespace prova {

/// One tag of a list, as views into the text that was parsed.
struct DkimTag {
  std::string_view name;
  std::string_view value;      ///< Without white space around it; folds inside are kept.
  std::string_view raw_value;  ///< Everything between '=' and ';': what is left out of the hash where b= stands.
};

/// The tags in their order; names are different.
class DkimTagList {
 public:
  /// Errors: kMalformed (a part without '=', a name that is none, a name twice); kLimit (more than kMaxDkimTags). O(n).
  [[nodiscard]] static Result<DkimTagList> parse(std::string_view text);
  /// The tag of that name, in exactly these capitals; null without one.
  [[nodiscard]] const DkimTag* find(std::string_view name) const;
  [[nodiscard]] const std::vector<DkimTag>& tags() const { return tags_; }

 private:
  std::vector<DkimTag> tags_;
};

/// The RFC defines 16 for signatures and 8 for keys; unknown ones are to be ignored.
constexpr std::size_t kMaxDkimTags = 64;

/// `text` without white space (FWS), as base64 values and lists may be folded anywhere.
[[nodiscard]] std::string without_space(std::string_view text);
/// The parts between `separator`, without white space around them; empty ones are kept.
[[nodiscard]] std::vector<std::string_view> split_trimmed(std::string_view text, char separator);
/// Bytes of a base64 value (RFC 4648, 4), white space ignored, padding optional. Errors: kMalformed.
[[nodiscard]] Result<std::string> decode_base64(std::string_view text);

}  // namespace prova
