#include "store/check_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace prova {
namespace {

bool strictly_ascending(const std::vector<std::uint32_t>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

Status check_text(std::string_view text, std::string_view what) {
  if (text.size() <= kMaxStoredText) return {};
  return fail(ErrorCode::kLimit, fmt::format("{} of {} bytes, at most {} accepted", what, text.size(), kMaxStoredText));
}

Status check_record(const SampleRecord& record) {
  PROVA_TRY(check_text(record.member, "member name"));
  PROVA_TRY(check_text(record.name, "sample name"));
  PROVA_TRY(check_text(record.family, "family"));
  PROVA_TRY(check_text(record.actor, "actor"));
  PROVA_TRY(check_text(record.version, "version"));
  PROVA_TRY(check_text(record.first_seen, "first-seen date"));
  for (const auto& [kind, value] : record.toolmarks) PROVA_TRY(check_text(value, "toolmark"));
  return {};
}

Status check_function(const StoredFunction& function, std::size_t functions) {
  const Fingerprint& print = function.fingerprint;
  if (!strictly_ascending(print.own) || !strictly_ascending(print.with_callees)) {
    return fail(ErrorCode::kUsage, "features are not ascending without repeats");
  }
  const std::size_t features = std::max(print.own.size(), print.with_callees.size());
  if (features > kMaxStoredFeatures) {
    return fail(ErrorCode::kLimit, fmt::format("{} features, at most {} accepted", features, kMaxStoredFeatures));
  }
  if (!strictly_ascending(function.callees)) return fail(ErrorCode::kUsage, "callees are not ascending without repeats");
  if (!function.callees.empty() && function.callees.back() >= functions) {
    return fail(ErrorCode::kUsage, fmt::format("callee {} of {} functions", function.callees.back(), functions));
  }
  PROVA_TRY(check_text(function.name, "function name"));
  for (const std::string& import : function.imports) PROVA_TRY(check_text(import, "import name"));
  return {};
}

tl::unexpected<Error> at_sample(Error error, const StoredSample& sample, const std::string& where) {
  error.message = fmt::format("sample {}{}: {}", to_hex(sample.record.sha256), where, error.message);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Status check_batch(std::span<const StoredSample> batch) {
  for (const StoredSample& sample : batch) {
    if (auto record = check_record(sample.record); !record) return at_sample(std::move(record).error(), sample, "");
    for (std::size_t i = 0; i < sample.functions.size(); ++i) {
      if (auto function = check_function(sample.functions[i], sample.functions.size()); !function) {
        return at_sample(std::move(function).error(), sample, fmt::format(", function {}", i));
      }
    }
  }
  return {};
}

}  // namespace prova
