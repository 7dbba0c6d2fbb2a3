#include "workbench/views/json_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/escape.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;
using Event = Json::parse_event_t;

/// Follows the parser: which member it is at.
class Follower {
 public:
  Follower(std::span<const std::string_view> skipped, const TakeValue& take) : skipped_(skipped), take_(take), path_(kMaxReportDepth + 2) {}

  bool on(int depth, Event event, Json& parsed) {
    if (depth > kMaxReportDepth) {
      too_deep_ = true;
      return false;
    }
    const auto at = static_cast<std::size_t>(depth);
    switch (event) {
      case Event::key:
        path_[at] = parsed.get_ref<const std::string&>();
        return at != 1 || std::find(skipped_.begin(), skipped_.end(), path_[at]) == skipped_.end();
      case Event::array_start:
        path_[at + 1].clear();
        return true;
      case Event::object_end:
        return at == 0 || !take_(std::span(path_).subspan(1, at), parsed);
      default:
        return true;
    }
  }
  [[nodiscard]] bool too_deep() const { return too_deep_; }

 private:
  std::span<const std::string_view> skipped_;
  const TakeValue& take_;
  std::vector<std::string> path_;
  bool too_deep_ = false;
};

}  // namespace

Result<Json> stream_json(const std::filesystem::path& path, std::span<const std::string_view> skipped, const TakeValue& take) {
  const auto refuse = [&](ErrorCode code, std::string message) { return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt, path.string()}); };
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return refuse(error == std::errc::no_such_file_or_directory ? ErrorCode::kNotFound : ErrorCode::kIo, "cannot open: " + error.message());
  if (size > kMaxReportBytes) return refuse(ErrorCode::kLimit, fmt::format("{} bytes, at most {} are shown", size, kMaxReportBytes));
  std::ifstream in(path, std::ios::binary);
  if (!in) return refuse(ErrorCode::kIo, "cannot open");
  Follower follower(skipped, take);
  try {
    Json document = Json::parse(in, [&](int depth, Event event, Json& parsed) { return follower.on(depth, event, parsed); });
    if (follower.too_deep()) return refuse(ErrorCode::kLimit, fmt::format("nested deeper than {}", kMaxReportDepth));
    return document;
  } catch (const Json::parse_error& wrong) {
    return tl::unexpected<Error>(Error{ErrorCode::kMalformed, "is not the JSON that was written; run `prova investigate` again", FileOffset{wrong.byte}, path.string()});
  } catch (const Json::exception& wrong) {
    return refuse(ErrorCode::kMalformed, fmt::format("is not as it was written ({}); run `prova investigate` again", valid_utf8(wrong.what())));
  }
}

bool is_path(std::span<const std::string> path, std::initializer_list<std::string_view> names) { return std::equal(path.begin(), path.end(), names.begin(), names.end()); }

}  // namespace prova
