#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <tuple>

#include "base/escape.h"
#include "base/file.h"
#include "evidence/custody_line.h"

namespace prova {
namespace {

using Kind = CustodyProblem::Kind;

/// The log's bytes, read while no writer is in the middle of a line. No log: empty.
Result<std::string> read_log(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 && errno == ENOENT) return std::string();
  if (fd < 0) {
    return tl::unexpected<Error>(
        Error{ErrorCode::kIo, fmt::format("cannot open: {}", std::strerror(errno)), std::nullopt, path.string()});
  }
  while (::flock(fd, LOCK_SH) != 0 && errno == EINTR) {
  }
  auto content = read_file(path, kMaxCustodyBytes);
  ::close(fd);
  return content;
}

/// Follows the chain line by line.
class ChainCheck {
 public:
  explicit ChainCheck(CustodyState& state) : state_(state) {}

  void whole_line(std::string_view line) {
    ++line_;
    const auto entry = custody::read_line(line);
    if (!entry) {
      settle_cut(false);
      cut_line_ = line_;  // Forgiven if the next line says that a crash did this, and chains to these very bytes.
      cut_message_ = fmt::format("not a line that prova wrote ({} at byte {})", entry.error().message,
                                 raw(entry.error().offset.value_or(FileOffset{0})));
      previous_ = sha256(as_bytes(line));
      return;
    }
    const bool follows = entry->previous == previous_ && entry->sequence == sequence_ + 1;
    settle_cut(follows && entry->event.action == custody_action::kRepaired);
    if (!custody::hash_holds(*entry)) add(Kind::kDamagedLine, "its hash does not fit its content: it was edited");
    if (!follows) add(Kind::kBrokenChain, why_not_following(*entry));
    if (!state_.entries.empty() && entry->event.time < state_.entries.back().event.time) {
      add(Kind::kTimeBackwards,
          fmt::format("recorded at {}, the line before at {}", entry->event.time, state_.entries.back().event.time));
    }
    sequence_ = entry->sequence;
    previous_ = sha256(as_bytes(line));
    state_.entries.push_back(*entry);
  }

  void unfinished_line(std::string_view line) {
    settle_cut(false);
    ++line_;
    const auto entry = custody::read_line(line);
    const bool only_newline = entry && custody::hash_holds(*entry) && entry->previous == previous_;
    if (only_newline) state_.entries.push_back(*entry);
    add(Kind::kUnfinished, only_newline ? std::string("complete but for its newline; the next entry adds it")
                                        : fmt::format("cut short after {} bytes, as a crash leaves it", line.size()));
  }

  void finish() { settle_cut(false); }

 private:
  void add(Kind kind, std::string message, std::uint64_t line = 0) {
    state_.problems.push_back({kind, line == 0 ? line_ : line, "", std::move(message)});
  }

  /// Decides about an unreadable line once its successor is known.
  void settle_cut(bool repaired) {
    if (cut_line_ != 0 && !repaired) add(Kind::kDamagedLine, cut_message_, cut_line_);
    cut_line_ = 0;
  }

  [[nodiscard]] std::string why_not_following(const CustodyEntry& entry) const {
    if (entry.sequence != sequence_ + 1) {
      return fmt::format("sequence {} follows {}, expected {}", entry.sequence, sequence_, sequence_ + 1);
    }
    return "it was not written after the line that now stands before it";
  }

  CustodyState& state_;
  std::uint64_t line_ = 0;
  std::uint64_t sequence_ = 0;
  Sha256 previous_;
  std::uint64_t cut_line_ = 0;  ///< Unreadable line that the next one may explain; 0: none.
  std::string cut_message_;
};

void check_chain(std::string_view content, CustodyState& state) {
  ChainCheck chain(state);
  while (!content.empty()) {
    const std::size_t newline = content.find('\n');
    if (newline == std::string_view::npos) {
      chain.unfinished_line(content);
      break;
    }
    chain.whole_line(content.substr(0, newline));
    content.remove_prefix(newline + 1);
  }
  chain.finish();
  if (!state.entries.empty()) state.head = {state.entries.back().sequence, state.entries.back().hash};
}

void check_head(const CustodyHead& known, CustodyState& state) {
  const bool found = std::any_of(state.entries.begin(), state.entries.end(), [&](const CustodyEntry& entry) {
    return entry.sequence == known.sequence && entry.hash == known.hash;
  });
  if (found || known == CustodyHead{}) return;
  state.problems.push_back(
      {Kind::kHeadMissing, 0, "",
       fmt::format("no entry {} with hash {}: lines were cut off or rewritten", known.sequence, to_hex(known.hash))});
}

/// What the log says about each artefact: the first `added` entry since it was last withdrawn.
struct Recorded {
  std::uint64_t line = 0;
  Sha256 sha256;
  std::uint64_t size = 0;
  bool withdrawn = false;
};

std::map<std::string, Recorded> recorded_artifacts(CustodyState& state) {
  std::map<std::string, Recorded> recorded;
  for (const CustodyEntry& entry : state.entries) {
    const CustodyEvent& event = entry.event;
    const auto known = recorded.find(event.path);
    if (event.action == custody_action::kWithdrawn && known != recorded.end()) known->second.withdrawn = true;
    if (event.action != custody_action::kAdded || !event.sha256) continue;
    if (known == recorded.end() || known->second.withdrawn) {
      recorded[event.path] = {entry.sequence, *event.sha256, event.size, false};
    } else if (known->second.sha256 != *event.sha256) {
      state.problems.push_back({Kind::kChanged, entry.sequence, event.path,
                                fmt::format("recorded again with SHA-256 {}, first as {}: artefacts are never replaced",
                                            to_hex(*event.sha256), to_hex(known->second.sha256))});
    }
  }
  return recorded;
}

/// Compares one file with its record. Errors: kIo.
Status check_artifact(const custody::ArtifactFile& file, const Recorded* recorded, CustodyState& state) {
  if (!file.regular) {
    state.problems.push_back({Kind::kUnrecorded, 0, file.path, "not a regular file; it is neither followed nor read"});
    return {};
  }
  if (recorded == nullptr) {
    state.problems.push_back({Kind::kUnrecorded, 0, file.path, "no entry says who added it"});
    return {};
  }
  PROVA_TRY(mapped, MappedFile::open(file.absolute));
  ++state.artifacts_checked;
  const Sha256 now = sha256(mapped.bytes());
  if (now == recorded->sha256 && mapped.bytes().size() == recorded->size) return {};
  state.problems.push_back({Kind::kChanged, 0, file.path,
                            fmt::format("SHA-256 is {} ({} bytes), recorded as {} ({} bytes)", to_hex(now),
                                        mapped.bytes().size(), to_hex(recorded->sha256), recorded->size)});
  return {};
}

Status check_artifacts(const std::filesystem::path& case_directory, CustodyState& state) {
  PROVA_TRY(files, custody::list_artifacts(case_directory));
  std::map<std::string, Recorded> recorded = recorded_artifacts(state);
  for (const custody::ArtifactFile& file : files) {
    const auto known = recorded.find(file.path);
    const bool live = known != recorded.end() && !known->second.withdrawn;
    PROVA_TRY(check_artifact(file, live ? &known->second : nullptr, state));
    if (known != recorded.end()) recorded.erase(known);
  }
  for (const auto& [path, record] : recorded) {
    if (record.withdrawn || !path.starts_with(std::string(kArtifactsFolder) + "/")) continue;
    state.problems.push_back({Kind::kMissing, 0, path,
                              fmt::format("entry {} recorded {} bytes with SHA-256 {}, no such file now", record.line,
                                          record.size, to_hex(record.sha256))});
  }
  return {};
}

Status list_into(const std::filesystem::path& case_directory, std::vector<custody::ArtifactFile>& out) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path root = case_directory / kArtifactsFolder;
  if (!fs::exists(fs::symlink_status(root, error))) return {};
  fs::recursive_directory_iterator it(root, fs::directory_options::none, error);
  for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
    const fs::file_status status = it->symlink_status(error);
    if (error || fs::is_directory(status)) continue;
    if (out.size() == custody::kMaxArtifacts) {
      return fail(ErrorCode::kLimit, fmt::format("more than {} files in artifacts/", custody::kMaxArtifacts));
    }
    const fs::path relative = it->path().lexically_relative(case_directory);
    out.push_back({it->path(), valid_utf8(relative.generic_string()), fs::is_regular_file(status)});
  }
  if (!error) return {};
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot list it: {}", error.message()), std::nullopt, root.string()});
}

}  // namespace

std::string_view name_of(CustodyProblem::Kind kind) {
  switch (kind) {
    case Kind::kDamagedLine:
      return "damaged_line";
    case Kind::kBrokenChain:
      return "broken_chain";
    case Kind::kUnfinished:
      return "unfinished";
    case Kind::kTimeBackwards:
      return "time_backwards";
    case Kind::kHeadMissing:
      return "head_missing";
    case Kind::kChanged:
      return "changed";
    case Kind::kMissing:
      return "missing";
    case Kind::kUnrecorded:
      return "unrecorded";
  }
  return "damaged_line";
}

Result<std::vector<custody::ArtifactFile>> custody::list_artifacts(const std::filesystem::path& case_directory) {
  std::vector<ArtifactFile> files;
  PROVA_TRY(list_into(case_directory, files));
  std::sort(files.begin(), files.end(), [](const ArtifactFile& a, const ArtifactFile& b) {
    return std::tie(a.path, a.absolute) < std::tie(b.path, b.absolute);
  });
  return files;
}

Result<CustodyState> verify_custody(const std::filesystem::path& case_directory,
                                    const std::optional<CustodyHead>& known_head) {
  CustodyState state;
  PROVA_TRY(content, read_log(case_directory / kCustodyFile));
  check_chain(content, state);
  if (known_head) check_head(*known_head, state);
  PROVA_TRY(check_artifacts(case_directory, state));
  std::stable_sort(state.problems.begin(), state.problems.end(), [](const CustodyProblem& a, const CustodyProblem& b) {
    return std::tie(a.path, a.line) < std::tie(b.path, b.line);
  });
  return state;
}

}  // namespace prova
