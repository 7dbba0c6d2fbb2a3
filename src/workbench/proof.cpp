#include "workbench/proof.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "workbench/inventory.h"
#include "workbench/leak.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view value) { return value.empty() ? Json(nullptr) : Json(valid_utf8(value)); }

}  // namespace

Status write_proof(const DamageOutcome& outcome, const std::string& path) {
  return write_proof_bundle(outcome.inventory, outcome.key.key, outcome.report, {outcome.tool, outcome.when}, path);
}

std::string recover_document(const DamageOutcome& outcome, const RecoverReport& report) {
  Json files = Json::array();
  for (const RecoveredFile& one : report.files) {
    files.push_back(Json{{"path", valid_utf8(outcome.inventory.path(one.file))}, {"system", valid_utf8(outcome.inventory.system(one.file))},
                         {"written", text_or_null(one.written)}, {"exact", one.exact}, {"from", one.from}, {"problem", text_or_null(one.problem)}});
  }
  return Json{{"schema", "prova/recover/1"}, {"kind", "recovered"}, {"exact_files", report.exact_files}, {"exact_bytes", report.exact_bytes},
              {"partial_files", report.partial_files}, {"failed_files", report.failed_files}, {"of_files", outcome.inventory.files().size()}, {"files", files}}
             .dump(1) + "\n";
}

std::string checked_document(const Inventory& inventory, const OutputCheck& check) {
  Json files = Json::array(), problems = Json::array();
  for (const NamedFile& one : check.files) {
    Json names = Json::array();
    for (const std::uint32_t file : one.files) names.push_back(valid_utf8(inventory.path(file)));
    files.push_back(Json{{"path", valid_utf8(one.path)}, {"size", one.size}, {"is", names}, {"after_trimming", one.after_trimming}, {"trimmed_size", one.trimmed_size}});
  }
  for (const std::string& one : check.problems) problems.push_back(valid_utf8(one));
  return Json{{"schema", "prova/recover/1"}, {"kind", "checked"}, {"exact", check.exact}, {"trimmed", check.trimmed}, {"unknown", check.unknown}, {"files", files}, {"problems", problems}}
             .dump(1) + "\n";
}

std::string proof_document(const ProofCheck& check, const std::string& path) {
  return Json{{"schema", "prova/proof-check/1"}, {"path", valid_utf8(path)}, {"accepted", check.accepted}, {"reason", text_or_null(check.reason)}, {"root", check.root},
              {"public_key", check.public_key}, {"created", check.created}, {"scanned", check.scanned}, {"sentence", valid_utf8(check.sentence)},
              {"files", check.files}, {"whole", check.whole}, {"read_again", check.reread}, {"withheld", check.withheld}}
             .dump(2) + "\n";
}

Result<RedactedProof> redact_proof(const std::string& bundle, const std::string& keep, const std::string& key, const std::string& output) {
  PROVA_TRY(opened, open_inventory_key(key, false));
  PROVA_TRY(kept, read_path_list(keep));
  std::error_code error;
  if (std::filesystem::exists(output, error)) return tl::unexpected<Error>(Error{ErrorCode::kUsage, "exists; choose another name", std::nullopt, output});
  return redact_proof_bundle(bundle, kept, opened.key, output);
}

std::string redacted_document(const RedactedProof& redacted, const std::string& output) {
  return Json{{"schema", "prova/proof-redacted/1"}, {"path", valid_utf8(output)}, {"disclosed", redacted.disclosed}, {"withheld", redacted.withheld}}.dump(2) + "\n";
}

Result<std::map<std::uint32_t, std::string>> numbered_sources(const std::vector<std::string>& given) {
  std::map<std::uint32_t, std::string> sources;
  for (const std::string& one : given) {
    const std::size_t sign = one.find('=');
    std::uint32_t ordinal = 0;
    const char* end = one.data() + (sign == std::string::npos ? 0 : sign);
    const auto [stop, error] = std::from_chars(one.data(), end, ordinal);
    if (sign == std::string::npos || error != std::errc{} || stop != end) return fail(ErrorCode::kUsage, fmt::format("source '{}' is not NUMBER=PATH", one));
    sources[ordinal] = one.substr(sign + 1);
  }
  return sources;
}

}  // namespace prova
