#include "workbench/views/leak_text.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/escape.h"
#include "base/file.h"
#include "content/container/extractor.h"
#include "workbench/isolated_work.h"
#include "workbench/views/case_source_paths.h"
#include "workbench/views/marked_text.h"
#include "workbench/views/original_content.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// An unfolded document and our own text of it, or why they are not there.
using ReadText = Result<std::string>;

TextRange range_of(const Json& json) { return {json.at("begin").get<std::uint64_t>(), json.at("end").get<std::uint64_t>()}; }

/// Takes the item called `wanted` out of what a file unfolds into, and then stops.
class OneItem {
 public:
  explicit OneItem(std::string wanted) : wanted_(std::move(wanted)) {}

  ReadText from_file(const fs::path& file, const std::string& name) {
    PROVA_TRY(extractor_.extract(file, name, sink()));
    if (!found_ && item_is_file_) return as_plain_text(file);
    return result();
  }
  ReadText from_bytes(const std::string& bytes, const std::string& name) {
    PROVA_TRY(extractor_.extract(as_bytes(bytes), name, sink()));
    if (!found_ && item_is_file_) return plain(bytes);
    return result();
  }

 private:
  ExtractionSink sink() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kUnfoldSeconds);
    return {[this](const ExtractedItem& item) { take(item); }, [](const ExtractionDefect&) {},
            [this, until] { return found_ || (late_ = std::chrono::steady_clock::now() > until); }};
  }
  void take(const ExtractedItem& item) {
    if (found_ || item.path != wanted_) return;
    const std::string_view text = text_of(item);
    item_is_file_ = item.kind == ItemKind::kFile && item.format == ContentFormat::kText && text.empty();
    if (item_is_file_) return;
    found_ = std::string(text);
  }
  static ReadText as_plain_text(const fs::path& file) {
    PROVA_TRY(bytes, read_file(file, kMaxOriginal));
    return plain(std::move(bytes));
  }
  static ReadText plain(std::string bytes) {
    std::string wide = utf16_to_utf8(as_bytes(bytes));
    return wide.empty() ? std::move(bytes) : std::move(wide);
  }
  [[nodiscard]] ReadText result() const {
    if (found_ && !found_->empty()) return *found_;
    if (found_) return fail(ErrorCode::kNotFound, "the document has no text of its own");
    if (late_) return fail(ErrorCode::kNotFound, fmt::format("the dump did not unfold to it within {} s", kUnfoldSeconds));
    return fail(ErrorCode::kNotFound, "the dump no longer holds it");
  }

  std::string wanted_;
  Extractor extractor_;
  std::optional<std::string> found_;
  bool item_is_file_ = false, late_ = false;
};

/// The file of the dump that `dump_path` begins with: its path, and how much of `dump_path` names it.
std::optional<std::pair<fs::path, std::size_t>> file_of_dump(const fs::path& directory, const CaseSources& sources, std::string_view dump_path) {
  const auto source = find_source(directory, sources.dumps, dump_path);
  if (!source) return std::nullopt;
  std::error_code ignored;
  if (!fs::is_directory(source->path, ignored)) return std::pair(source->path, source->length);
  if (source->length >= dump_path.size() || dump_path[source->length] != '/') return std::nullopt;
  // A file's own name may hold '!': the shortest name that is a file wins, as nothing can lie below a file.
  for (std::size_t end = source->length; end != std::string_view::npos && end < dump_path.size();) {
    end = dump_path.find('!', end + 1);
    const auto file = file_below(source->path, dump_path.substr(source->length + 1, end == std::string_view::npos ? end : end - source->length - 1));
    if (file) return std::pair(*file, std::min(end, dump_path.size()));
  }
  return std::nullopt;
}

ReadText read_from_dump(const fs::path& directory, const Result<CaseSources>& sources, const std::string& dump_path) {
  if (!sources) return tl::unexpected<Error>(sources.error());
  const auto file = file_of_dump(directory, *sources, dump_path);
  if (!file) return fail(ErrorCode::kNotFound, "sources.yaml no longer names the dump that it lies in");
  return OneItem(dump_path).from_file(file->first, dump_path.substr(0, file->second));
}

struct Original {
  std::string text, from;
};

Result<Original> read_ours(const fs::path& directory, const Result<CaseSources>& sources, const DamageView* damage, const Json& match) {
  if (!sources) return tl::unexpected<Error>(sources.error());
  if (damage == nullptr) return fail(ErrorCode::kNotFound, "no damage examination: the inventory holds fingerprints, not texts, and nothing else of the case was looked through");
  const std::string path = match.at("path"), system = match.at("system");
  const std::string file = path.substr(0, path.find('!'));
  PROVA_TRY(content, read_original(directory, *sources, *damage, system, file));
  PROVA_TRY(text, OneItem(path).from_bytes(content.bytes, file));
  return Original{std::move(text), std::move(content.from)};
}

Json segments_json(const std::vector<TextSegment>& segments) {
  Json list = Json::array();
  for (const TextSegment& one : segments) {
    if (one.kind == "left_out") list.push_back(Json{{"kind", one.kind}, {"bytes", one.bytes}});
    else list.push_back(Json{{"kind", one.kind}, {"text", one.text}});
  }
  return list;
}

Json missing(const Error& error) { return Json{{"available", false}, {"reason", valid_utf8(error.message)}}; }

struct Marks {
  std::vector<MarkedRange> dump, original;
};

/// What is ours and what was altered, on both sides. `original` is null where it is not at hand.
Marks marks_of(const Json& matches, std::string_view dump, const std::string* original) {
  Marks marks;
  for (std::size_t m = 0; m < matches.size(); ++m) {
    const Json& match = matches[m];
    const bool whole = match.at("level") == "identical" && matches.size() == 1;
    marks.dump.push_back({MarkKind::kOurs, whole ? TextRange{0, dump.size()} : range_of(match.at("found"))});
    const bool beside = original != nullptr && m == 0;
    const NormalisedText ours = beside ? normalise_text(*original) : NormalisedText{};
    for (const Json& range : match.at("ranges")) {
      const TextRange there{std::min<std::uint64_t>(range.at("begin").get<std::uint64_t>(), dump.size()), std::min<std::uint64_t>(range.at("end").get<std::uint64_t>(), dump.size())};
      if (there.end < there.begin) continue;
      marks.dump.push_back({MarkKind::kAltered, there});
      const TextRange characters = range_of(range.at("original"));
      if (!beside || characters.end < characters.begin || characters.end > ours.chars.size()) continue;
      const TextRange here = ours.source_range(characters.begin, characters.end);
      const ChangedWords words = changed_words(dump, there, *original, here);
      marks.dump.push_back({MarkKind::kChanged, words.left});
      marks.original.push_back({MarkKind::kAltered, here});
      marks.original.push_back({MarkKind::kChanged, words.right});
    }
  }
  return marks;
}

std::string document_of(const fs::path& directory, std::uint64_t n, const std::string& entry, const DamageView* damage) {
  Json document = Json::parse(entry);
  const Json& matches = document.at("matches");
  const Result<CaseSources> sources = read_case_sources(directory);
  const ReadText text = read_from_dump(directory, sources, document.at("dump_path"));
  const bool alike = !matches.empty() && matches[0].at("level") != "identical" && matches[0].at("level") != "repackaged";
  Result<Original> ours = fail(ErrorCode::kNotFound, matches.empty() ? "nothing of it is in the inventory" : "its content is ours as inventoried: there is nothing to compare");
  if (alike) ours = read_ours(directory, sources, damage, matches[0]);
  const Marks marks = text ? marks_of(matches, *text, ours ? &ours->text : nullptr) : Marks{};
  Json dump = text ? Json{{"available", true}, {"bytes", text->size()}, {"segments", segments_json(marked_segments(*text, marks.dump, kShownText, kShownAround))}} : missing(text.error());
  Json original = missing(ours ? Error{} : ours.error());
  if (ours) {
    std::vector<MarkedRange> all = marks.original;
    all.push_back({MarkKind::kOurs, {0, ours->text.size()}});
    original = Json{{"available", true}, {"from", valid_utf8(ours->from)}, {"bytes", ours->text.size()}, {"segments", segments_json(marked_segments(ours->text, all, kShownText, kShownAround))}};
  }
  return Json{{"schema", "prova/leak-document/1"}, {"n", n}, {"document", std::move(document)}, {"dump", std::move(dump)}, {"original", std::move(original)}}
             .dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> leak_document_text(const fs::path& case_directory, const LeakView& leak, const DamageView* damage, std::uint64_t n) {
  PROVA_TRY(entry, leak.entry(n));
  constexpr IsolationLimits kLimits{4ULL << 30, 3 * kUnfoldSeconds, 64ULL << 20};
  std::optional<Result<std::string>> answer;
  const auto work = [&](std::size_t) {
    try {
      return document_of(case_directory, n, entry, damage);
    } catch (const Json::exception&) {
      return std::string();
    }
  };
  PROVA_TRY(run_isolated(1, 1, kLimits, work, [&](std::size_t, Result<std::string> result) {
    answer.emplace(std::move(result));
    return true;
  }));
  if (!answer) return fail(ErrorCode::kIo, "reading the document was not started");
  if (*answer && (*answer)->empty()) return fail(ErrorCode::kMalformed, "leak.json is not as it was written; run `prova investigate` again");
  return *std::move(answer);
}

}  // namespace prova
