#include "workbench/yara.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/file.h"
#include "kinship/match_sample.h"
#include "kinship/rule_draft.h"
#include "kinship/yara_rules.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

/// Patterns tried before the best are chosen: bounds the text that libyara compiles.
constexpr std::size_t kMaxTried = 400;

/// One program of the family: its bytes stay in `file`.
struct Member {
  std::shared_ptr<const OpenedFile> file;
  const BinaryImage* image = nullptr;
  std::vector<CodePattern> patterns;  ///< Of functions that only this family has.
};

using GroupKey = std::pair<Format, Arch>;

Status check_learned(const OpenedFile& file, const std::string& family,
                     const std::vector<std::pair<SampleId, SampleRecord>>& known) {
  for (const auto& [id, record] : known) {
    if (record.family == family && record.sha256 == file.sha256) return {};
  }
  Error error;
  error.code = ErrorCode::kNotFound;
  error.message = fmt::format("not a file that was learned as \"{}\" (SHA-256 {}); the index keeps no code bytes, so the "
                              "learned files themselves are needed", family, to_hex(file.sha256));
  error.file = file.path.string();
  return tl::unexpected<Error>(std::move(error));
}

/// Patterns of the functions that match this family and nothing else: no library, no ordinary software, no other family.
Result<std::vector<CodePattern>> unique_patterns(const BinaryImage& image, const OpenedFile& file,
                                                 const FingerprintStore& store, const DraftOptions& options) {
  SampleRecord identity;
  identity.sha256 = file.sha256;
  identity.member = image.member;
  identity.name = file.path.filename().string();
  PROVA_TRY(analyzed, analyze_program(image, std::move(identity), options.threads));
  MatchOptions match;
  match.threads = options.threads;
  PROVA_TRY(report, match_analyzed(analyzed.sample, store, match));
  std::vector<CodePattern> patterns;
  for (const FunctionResult& f : report.functions) {
    if (f.role != FunctionRole::kUnique || f.matches.empty() || f.matches.front().family != options.family) continue;
    const auto index = analyzed.program.function_at(f.address);
    if (!index) continue;
    PROVA_TRY(pattern, code_pattern(analyzed.program, *index));
    if (!pattern.hex.empty()) patterns.push_back(std::move(pattern));
  }
  return patterns;
}

Result<std::vector<Member>> read_members(std::span<const std::string> files, const FingerprintStore& store,
                                         const DraftOptions& options, const Progress& progress, RuleDraft& draft) {
  PROVA_TRY(known, store.samples());
  const auto of_family = [&](const auto& entry) { return entry.second.family == options.family; };
  const auto first = std::find_if(known.begin(), known.end(), of_family);
  if (first == known.end()) return fail(ErrorCode::kNotFound, fmt::format("no family \"{}\" in the index; see `prova index families`", options.family));
  if (first->second.role != SampleRole::kMalware) return fail(ErrorCode::kUsage, fmt::format("\"{}\" is no malware family", options.family));
  std::vector<Member> members;
  for (std::size_t i = 0; i < files.size(); ++i) {
    progress.at("Reading samples", i, files.size());
    PROVA_TRY(opened, open_file(files[i]));
    const auto file = std::make_shared<const OpenedFile>(std::move(opened));
    PROVA_TRY_STATUS(check_learned(*file, options.family, known));
    for (const BinaryImage& image : file->loaded.images) {
      auto patterns = unique_patterns(image, *file, store, options);
      if (!patterns && patterns.error().code != ErrorCode::kUnsupported) return tl::unexpected<Error>(patterns.error());
      if (!patterns) draft.failed.push_back({files[i], patterns.error()});
      else members.push_back({file, &image, *std::move(patterns)});
    }
  }
  draft.samples = members.size();
  for (const Member& member : members) draft.unique_functions += member.patterns.size();
  return members;
}

/// A rule with one string that matches wherever it occurs, for each pattern: which rules match says which patterns do.
Result<YaraRules> trial_rules(const std::vector<CodePattern>& patterns) {
  std::string text;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    text += fmt::format("rule p{} {{ strings: $a = {{ {} }} condition: $a }}\n", i, patterns[i].hex);
  }
  std::vector<Error> errors;
  return YaraRules::compile({{"draft", std::move(text)}}, errors);
}

std::set<std::size_t> found_in(const YaraRules& rules, ByteView bytes) {
  std::set<std::size_t> found;
  if (const auto matches = rules.scan(bytes)) {
    for (const RuleMatch& match : *matches) found.insert(std::stoul(match.rule.substr(1)));
  }
  return found;
}

/// Every pattern of the group's members once, the ones with most fixed bytes first.
std::vector<CodePattern> candidates_of(const std::vector<const Member*>& members) {
  std::map<std::string, CodePattern> by_text;
  for (const Member* member : members) {
    for (const CodePattern& pattern : member->patterns) by_text.try_emplace(pattern.hex, pattern);
  }
  std::vector<CodePattern> all;
  for (auto& [hex, pattern] : by_text) all.push_back(std::move(pattern));
  std::stable_sort(all.begin(), all.end(), [](const CodePattern& a, const CodePattern& b) { return a.fixed > b.fixed; });
  if (all.size() > kMaxTried) all.resize(kMaxTried);
  return all;
}

/// Drops patterns that ordinary software has. Files that cannot be read are listed once.
Status drop_common(std::vector<CodePattern>& patterns, const DraftOptions& options, const Progress& progress, RuleDraft& draft) {
  if (options.against.empty() || patterns.empty()) return {};
  PROVA_TRY(rules, trial_rules(patterns));
  std::set<std::size_t> common;
  const Inputs inputs = expand_inputs(options.against);
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    progress.at("Checking against ordinary software", i, inputs.files.size());
    if (const auto bytes = read_file(inputs.files[i], kMaxAgainstBytes)) common.merge(found_in(rules, as_bytes(*bytes)));
  }
  draft.dropped_patterns += common.size();
  std::vector<CodePattern> kept;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (!common.contains(i)) kept.push_back(patterns[i]);
  }
  patterns = std::move(kept);
  return {};
}

/// Chooses the patterns that most members have, and how many of them a program must hold.
Result<RuleGroup> choose(GroupKey key, const std::vector<const Member*>& members, std::vector<CodePattern> patterns,
                         std::size_t limit) {
  RuleGroup group{key.first, key.second, {}, 1};
  PROVA_TRY(rules, trial_rules(patterns));
  std::vector<std::set<std::size_t>> found;
  std::vector<std::size_t> order(patterns.size()), having(patterns.size(), 0);
  for (const Member* member : members) found.push_back(found_in(rules, member->image->file));
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    order[i] = i;
    for (const auto& one : found) having[i] += one.contains(i) ? 1U : 0U;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return having[a] > having[b]; });
  if (order.size() > limit) order.resize(limit);
  std::size_t poorest = order.size();
  for (const auto& one : found) {
    std::size_t n = 0;
    for (const std::size_t i : order) n += one.contains(i) ? 1U : 0U;
    poorest = std::min(poorest, n);
  }
  for (const std::size_t i : order) group.patterns.push_back(patterns[i]);
  const auto share = static_cast<std::size_t>(kPatternShare * static_cast<double>(poorest));
  group.least = std::max<std::size_t>(1, std::min(poorest, std::max(kLeastPatterns, share)));
  return group;
}

/// Runs the finished rule on the family and on ordinary software.
Status check(RuleDraft& draft, const std::vector<Member>& members, const DraftOptions& options, const Progress& progress) {
  std::vector<Error> errors;
  PROVA_TRY(rules, YaraRules::compile({{draft.name, draft.text}}, errors));
  draft.matched = draft.against = draft.false_matches = 0;
  for (const Member& member : members) {
    const auto matches = rules.scan(member.image->file);
    draft.matched += matches && !matches->empty() ? 1U : 0U;
  }
  Inputs inputs = expand_inputs(options.against);
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    progress.at("Checking the rule", i, inputs.files.size());
    const auto bytes = read_file(inputs.files[i], kMaxAgainstBytes);
    if (!bytes) {
      inputs.failed.push_back({inputs.files[i].string(), bytes.error()});
      continue;
    }
    ++draft.against;
    const auto matches = rules.scan(as_bytes(*bytes));
    draft.false_matches += matches && !matches->empty() ? 1U : 0U;
  }
  draft.failed.insert(draft.failed.end(), inputs.failed.begin(), inputs.failed.end());
  return {};
}

RuleText describe(const RuleDraft& draft, const std::vector<Member>& members, const DraftOptions& options,
                  std::vector<RuleGroup> groups) {
  RuleText rule{draft.name, {}, std::move(groups)};
  rule.meta.emplace_back("description", fmt::format("Code found only in {} (drafted by prova; review before use)", options.family));
  rule.meta.emplace_back("family", options.family);
  std::set<std::string> hashes;
  for (const Member& member : members) hashes.insert(to_hex(member.file->sha256));
  for (const std::string& hash : hashes) rule.meta.emplace_back("hash", hash);
  rule.meta.emplace_back("samples_matched", fmt::format("{} of {}", draft.matched, draft.samples));
  rule.meta.emplace_back("precision", draft.against == 0 ? "not checked: no --against"
                                                         : fmt::format("{} of {} other files matched", draft.false_matches, draft.against));
  return rule;
}

}  // namespace

Result<RuleDraft> draft_rule(std::span<const std::string> files, const FingerprintStore& store,
                             const DraftOptions& options, const Progress& progress) {
  RuleDraft draft;
  PROVA_TRY(members, read_members(files, store, options, progress, draft));
  std::map<GroupKey, std::vector<const Member*>> by_machine;
  for (const Member& member : members) by_machine[{member.image->format, member.image->arch}].push_back(&member);
  std::vector<RuleGroup> groups;
  for (const auto& [key, group_members] : by_machine) {
    std::vector<CodePattern> patterns = candidates_of(group_members);
    PROVA_TRY_STATUS(drop_common(patterns, options, progress, draft));
    if (patterns.empty()) continue;
    PROVA_TRY(group, choose(key, group_members, std::move(patterns), options.patterns));
    groups.push_back(std::move(group));
  }
  if (groups.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("no code of {} is both unique to it and long enough for a rule", options.family));
  }
  // From here on the rule's strings and condition are fixed; only its numbers are filled in.
  draft.name = rule_name(options.family);
  draft.text = rule_text(describe(draft, members, options, groups));
  PROVA_TRY_STATUS(check(draft, members, options, progress));
  draft.text = rule_text(describe(draft, members, options, std::move(groups)));
  return draft;
}

}  // namespace prova
