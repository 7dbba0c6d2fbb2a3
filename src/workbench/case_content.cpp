#include "workbench/case_content.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/file.h"
#include "content/inventory/meta_json.h"
#include "evidence/case_sources.h"
#include "workbench/damage.h"
#include "workbench/leak.h"
#include "workbench/proof.h"
#include "workbench/views/damage_view.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using report::ContentFindings;

constexpr std::string_view kContentFile = "report/content.json";
constexpr std::string_view kExamined = "examined";
/// kMaxContentRows rows of each kind with paths of 4 KiB and 64 places each are less.
constexpr std::uint64_t kMaxContentBytes = 16ULL << 20;

struct ReadSources {
  CaseSources sources;
  Sha256 digest;
};

/// Nothing without the file. Errors: kMalformed with every mistake.
Result<std::optional<ReadSources>> read_sources(const fs::path& directory) {
  const fs::path path = directory / kSourcesFile;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::optional<ReadSources>{};
  PROVA_TRY(text, read_file(path, kMaxCaseBytes));
  CaseSourcesReading reading = parse_case_sources(text);
  if (!reading.parsed) {
    std::string mistakes;
    for (const CaseError& one : reading.errors) mistakes += fmt::format("{}line {}: {}", mistakes.empty() ? "" : "; ", one.line, one.message);
    return tl::unexpected<Error>(Error{ErrorCode::kMalformed, mistakes, std::nullopt, path.string()});
  }
  return std::optional<ReadSources>(ReadSources{*std::move(reading.parsed), sha256(as_bytes(text))});
}

struct Digest {
  Sha256 sha256;
  std::uint64_t size = 0;
};

Result<Digest> digest_file(const fs::path& path) {
  PROVA_TRY(mapped, MappedFile::open(path));
  return Digest{sha256(mapped.bytes()), mapped.bytes().size()};
}

/// Of a directory: SHA-256 of the lines "SHA-256, two spaces, path" of its regular files, sorted by path, as sha256sum prints them.
Result<Digest> digest_directory(const fs::path& path) {
  std::map<std::string, fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->symlink_status(ignored).type() == fs::file_type::regular) files.emplace(at->path().lexically_relative(path).generic_string(), at->path());
  }
  if (error) return tl::unexpected<Error>(Error{ErrorCode::kIo, "cannot list: " + error.message(), std::nullopt, path.string()});
  std::string lines;
  Digest digest;
  for (const auto& [name, file] : files) {
    PROVA_TRY(one, digest_file(file));
    digest.size += one.size;
    lines += fmt::format("{}  {}\n", to_hex(one.sha256), name);
  }
  digest.sha256 = sha256(as_bytes(lines));
  return digest;
}

/// The custody line of something that was read or written. `written` is as in sources.yaml; a path outside of the case stands in the note.
Result<CustodyEvent> event_of(const fs::path& directory, const std::string& written, const std::string& what, const InvestigateOptions& options) {
  const fs::path full = (directory / written).lexically_normal(), relative = fs::path(written).lexically_normal();
  std::error_code ignored;
  const bool tree = fs::is_directory(full, ignored), inside = relative.is_relative() && relative.begin() != relative.end() && *relative.begin() != "..";
  PROVA_TRY(digest, tree ? digest_directory(full) : digest_file(full));
  CustodyEvent event;
  event.time = options.time;
  event.who = options.who;
  event.action = kExamined;
  event.path = inside ? relative.generic_string() : "";
  if (event.path.ends_with('/')) event.path.pop_back();
  event.sha256 = digest.sha256;
  event.size = digest.size;
  event.note = inside ? what : fmt::format("{} {}", what, written);
  return event;
}

bool same_thing(const CustodyEvent& a, const CustodyEvent& b) { return a.action == b.action && a.path == b.path && a.note == b.note; }

/// The last line about the same thing; null without one.
const CustodyEvent* last_about(const CustodyState& custody, const CustodyEvent& event) {
  for (auto at = custody.entries.rbegin(); at != custody.entries.rend(); ++at) {
    if (same_thing(at->event, event)) return &at->event;
  }
  return nullptr;
}

/// Records what is new or changed since the last line about it.
Status record(const fs::path& directory, const std::vector<std::pair<std::string, std::string>>& things, const InvestigateOptions& options) {
  PROVA_TRY(custody, verify_custody(directory));
  std::vector<CustodyEvent> events;
  for (const auto& [path, what] : things) {
    PROVA_TRY(event, event_of(directory, path, what, options));
    const CustodyEvent* last = last_about(custody, event);
    if (last == nullptr || last->sha256 != event.sha256) events.push_back(std::move(event));
  }
  if (events.empty()) return {};
  PROVA_TRY(appended, append_custody(directory, events));
  (void)appended;
  return {};
}

std::vector<std::pair<std::string, std::string>> things_of(const CaseSources& sources) {
  std::vector<std::pair<std::string, std::string>> things = {{std::string(kSourcesFile), "sources"}, {sources.inventory, "inventory"}};
  const auto add = [&](const std::vector<std::string>& paths, const char* what) {
    for (const std::string& path : paths) things.emplace_back(path, what);
  };
  add(sources.images, "image");
  add(sources.directories, "directory");
  add(sources.backups, "backup");
  add(sources.copies, "copy");
  add(sources.dumps, "dump");
  add(sources.dkim_keys, "DKIM keys");
  return things;
}

std::string in_case(const fs::path& directory, const std::string& path) { return path.empty() ? path : (directory / path).lexically_normal().string(); }

std::vector<std::string> in_case(const fs::path& directory, std::vector<std::string> paths) {
  for (std::string& path : paths) path = in_case(directory, path);
  return paths;
}

report::ContentTotals totals_of(const std::array<VerdictTotal, kVerdicts>& totals) {
  static_assert(kVerdicts == report::kContentVerdicts && static_cast<std::size_t>(Survival::kPartial) == report::kContentPartial);
  report::ContentTotals out;
  for (std::size_t i = 0; i < kVerdicts; ++i) out[i] = {totals[i].files, totals[i].bytes};
  return out;
}

report::DamageFindings damage_findings(const DamageOutcome& outcome) {
  report::DamageFindings damage;
  damage.totals = totals_of(outcome.report.totals);
  damage.partial_bytes = outcome.report.partial_bytes;
  damage.in_inventory = {outcome.report.in_inventory_files, outcome.report.in_inventory_bytes};
  damage.sources = outcome.report.sources.size();
  for (const ScanSource& source : outcome.report.sources) {
    damage.source_bytes += source.size;
    damage.unread_bytes += source.bytes_unread;
  }
  std::map<std::string, std::array<VerdictTotal, kVerdicts>> systems;
  for (const FileVerdict& verdict : outcome.report.files) {
    VerdictTotal& total = systems[outcome.inventory.system(verdict.file)][static_cast<std::size_t>(verdict.verdict)];
    ++total.files;
    total.bytes += outcome.inventory.files()[verdict.file].size;
  }
  for (const auto& [name, totals] : systems) {
    if (damage.systems.size() == report::kMaxContentRows) ++damage.systems_left_out;
    else damage.systems.push_back({name, totals_of(totals)});
  }
  return damage;
}

void add_altered(const LeakDocument& document, report::LeakFindings& leak) {
  if (document.verdict != LeakVerdict::kAltered || leak.changed.size() == report::kMaxContentRows) return;
  for (const LeakMatch& match : document.matches) {
    if (match.level != LeakVerdict::kAltered) continue;
    report::AlteredDocument altered{document.dump_path, match.sources.front().path, match.sources.front().system, {}};
    for (const AlteredRange& range : match.ranges) altered.places.push_back({range.dump.begin, range.dump.end, range.inside});
    leak.changed.push_back(std::move(altered));
    return;
  }
}

report::MailSignatureFindings signature_findings(const LeakSignatures& found) {
  const auto count = [&](DkimState state) { return std::uint64_t{found.totals[static_cast<std::size_t>(state)]}; };
  report::MailSignatureFindings mail;
  for (const std::size_t total : found.totals) mail.messages += total;
  mail.is_signed = mail.messages - count(DkimState::kNotSigned);
  mail.intact = count(DkimState::kIntact) + count(DkimState::kIntactInPart);
  mail.unlike = count(DkimState::kBodyAltered) + count(DkimState::kHeaderAltered) + count(DkimState::kAltered);
  mail.unknown = count(DkimState::kNoKey) + count(DkimState::kUnusable);
  mail.untraced = found.untraced;
  return mail;
}

report::LeakFindings leak_findings(const LeakReport& found) {
  const auto count = [&](LeakVerdict verdict) { return std::uint64_t{found.totals[static_cast<std::size_t>(verdict)]}; };
  report::LeakFindings leak;
  for (const std::size_t total : found.totals) leak.documents += total;
  leak.identical = count(LeakVerdict::kIdentical);
  leak.repackaged = count(LeakVerdict::kRepackaged);
  leak.altered = count(LeakVerdict::kAltered);
  leak.other = count(LeakVerdict::kHeadersDiffer) + count(LeakVerdict::kOtherVersion) + count(LeakVerdict::kContains);
  leak.no_trace = count(LeakVerdict::kNoTrace);
  leak.unread = found.coverage.unread.size();
  for (const LeakSystem& system : found.systems) {
    if (leak.systems.size() < report::kMaxContentRows) leak.systems.push_back({system.system, system.documents, system.only_here});
  }
  for (const LeakDocument& document : found.documents) add_altered(document, leak);
  leak.mail = signature_findings(found.signatures);
  return leak;
}

using Written = std::vector<std::pair<std::string, std::string>>;

std::string survival_maps(const DamageReport& report) {
  std::vector<ImageSteps> images;
  for (std::uint32_t i = 0; i < report.scans.size(); ++i) {
    const auto& scan = report.scans[i].scan;
    if (scan && scan->states.steps() > 0) images.push_back({i, scan->phases.front(), &scan->states});
  }
  return survival_map_bytes(images);
}

Status examine_damage(const fs::path& directory, const CaseSources& sources, const InvestigateOptions& options, const Progress& progress,
                      ContentFindings& findings, Written& written) {
  if (!sources.has_damage_sources()) return {};
  DamageRequest request;
  request.inventory = in_case(directory, sources.inventory);
  request.key = in_case(directory, sources.key);
  request.images = in_case(directory, sources.images);
  request.directories = in_case(directory, sources.directories);
  request.backups = in_case(directory, sources.backups);
  request.copies = in_case(directory, sources.copies);
  request.threads = options.threads;
  request.tool = options.tool_version;
  PROVA_TRY(outcome, find_damage(request, progress));
  PROVA_TRY(write_file_atomically(directory / "report" / "damage.json", damage_document(outcome)));
  PROVA_TRY(write_file_atomically(directory / kSurvivalMapFile, survival_maps(outcome.report)));
  PROVA_TRY(write_proof(outcome, (directory / "report" / "content.proof").string()));
  written.insert(written.end(), {{"report/damage.json", "result"}, {kSurvivalMapFile, "result"}, {"report/content.proof", "result"}});
  findings.damage = damage_findings(outcome);
  return {};
}

Status examine_leak(const fs::path& directory, const CaseSources& sources, const InvestigateOptions& options, const Progress& progress,
                    ContentFindings& findings, Written& written) {
  if (sources.dumps.empty()) return {};
  LeakRequest request;
  request.inventories = {in_case(directory, sources.inventory)};
  request.key = in_case(directory, sources.key);
  request.dumps = in_case(directory, sources.dumps);
  request.dkim_keys = in_case(directory, sources.dkim_keys);
  request.threads = options.threads;
  PROVA_TRY(found, find_leak(request, progress));
  if (found.interrupted) return fail(ErrorCode::kIo, "interrupted while the dump was read");
  PROVA_TRY(write_file_atomically(directory / "report" / "leak.json", leak_document(found)));
  written.emplace_back("report/leak.json", "result");
  findings.leak = leak_findings(found);
  return {};
}

/// What is known of the inventory itself.
Status describe_inventory(const fs::path& directory, const CaseSources& sources, const InvestigateOptions& options, ContentFindings& findings) {
  PROVA_TRY(inventory, Inventory::open(in_case(directory, sources.inventory), nullptr));
  PROVA_TRY(now, unix_time(options.time));
  findings.notice = sources.notice;
  findings.notices = sources.notices;
  findings.inventoried = inventory.meta().created;
  findings.root = to_hex(std::as_bytes(std::span(inventory.trailer().root)));
  findings.inventory_unread = inventory.unread().size();
  findings.scanned = options.time;
  findings.age_s = now - inventory.meta().created_unix;
  return {};
}

/// Whether the custody log's last word on content.json is these bytes.
bool is_recorded(const CustodyState& custody, std::string_view content) {
  CustodyEvent event;
  event.action = kExamined;
  event.path = kContentFile;
  event.note = "result";
  const CustodyEvent* last = last_about(custody, event);
  return last != nullptr && last->sha256 == sha256(as_bytes(content));
}

}  // namespace

Result<SourcesCheck> check_sources(const fs::path& directory) {
  SourcesCheck check;
  std::error_code ignored;
  if (!fs::exists(directory / kSourcesFile, ignored)) return check;
  check.file = (directory / kSourcesFile).string();
  PROVA_TRY(text, read_file(check.file, kMaxCaseBytes));
  CaseSourcesReading reading = parse_case_sources(text);
  check.errors = std::move(reading.errors);
  if (!reading.parsed) return check;
  for (const auto& [path, what] : things_of(*reading.parsed)) {
    if (path == kSourcesFile) continue;
    ++check.sources;
    if (!fs::exists(in_case(directory, path), ignored)) check.missing.push_back(path);
  }
  return check;
}

Status examine_content(const fs::path& directory, const InvestigateOptions& options, const Progress& progress) {
  PROVA_TRY(read, read_sources(directory));
  if (!read) return {};
  PROVA_TRY(record(directory, things_of(read->sources), options));
  std::error_code error;
  fs::create_directories(directory / "report", error);
  if (error) return fail(ErrorCode::kIo, "cannot create the report directory: " + error.message());
  ContentFindings findings;
  Written written;
  PROVA_TRY(describe_inventory(directory, read->sources, options, findings));
  PROVA_TRY(examine_damage(directory, read->sources, options, progress, findings, written));
  PROVA_TRY(examine_leak(directory, read->sources, options, progress, findings, written));
  PROVA_TRY(write_file_atomically(directory / kContentFile, content_document(findings, read->digest)));
  written.emplace_back(kContentFile, "result");
  return record(directory, written, options);
}

Result<std::optional<ContentFindings>> read_content(const fs::path& directory, const CustodyState& custody, std::optional<Day> as_of,
                                                    std::vector<report::FailedFile>& failed) {
  const std::optional<ContentFindings> nothing;
  std::error_code ignored;
  if (!fs::exists(directory / kSourcesFile, ignored)) return nothing;
  const auto refuse = [&](std::string_view path, std::string reason) {
    failed.push_back({std::string(path), std::move(reason)});
    return nothing;
  };
  if (!fs::exists(directory / kContentFile, ignored)) return refuse(kSourcesFile, "not examined yet; run `prova investigate`");
  PROVA_TRY(text, read_file(directory / kContentFile, kMaxContentBytes));
  PROVA_TRY(sources, read_file(directory / kSourcesFile, kMaxCaseBytes));
  if (!is_recorded(custody, text)) return refuse(kContentFile, "is not the one in the custody log; run `prova investigate` again");
  auto stored = parse_content_document(text);
  if (!stored) return refuse(kContentFile, stored.error().message);
  if (stored->sources != to_hex(sha256(as_bytes(sources)))) return refuse(kSourcesFile, "changed since it was examined; run `prova investigate` again");
  const auto scanned = parse_day(stored->findings.scanned.substr(0, 10));
  if (as_of && scanned && *as_of < *scanned) return nothing;
  return std::optional<ContentFindings>(std::move(stored->findings));
}

}  // namespace prova
