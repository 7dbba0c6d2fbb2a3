#include "workbench/leak_signatures.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

/// At most this many messages of a kind, and keys to look for, are shown; the JSON document has more.
constexpr std::size_t kShownMessages = 50, kShownKeys = 20;

Json number_or_null(const std::optional<std::uint64_t>& value) { return value ? Json(*value) : Json(nullptr); }

Json signature_json(const DkimSignature& one) {
  return Json{{"state", name_of(one.state)}, {"domain", one.domain}, {"selector", one.selector}, {"algorithm", one.algorithm}, {"key_bits", one.key_bits},
              {"aligned", one.aligned}, {"body_fits", one.body_fits}, {"unsigned_body", one.unsigned_body}, {"unsigned_fields", one.unsigned_fields},
              {"signed_at", number_or_null(one.signed_at)}, {"expires", number_or_null(one.expires)}, {"testing", one.testing}, {"reason", valid_utf8(one.reason)}};
}

Json counts_json(const std::vector<std::pair<std::string, std::size_t>>& counts, const char* what, const char* number) {
  Json list = Json::array();
  for (const auto& [name, count] : counts) list.push_back(Json{{what, name}, {number, count}});
  return list;
}

const char* label_of(DkimState state) {
  switch (state) {
    case DkimState::kIntact: return "intact: as it left its domain's server";
    case DkimState::kIntactInPart: return "intact as far as it was signed";
    case DkimState::kBodyAltered: return "body altered, header as signed";
    case DkimState::kHeaderAltered: return "header altered or signed with another key, body as signed";
    case DkimState::kAltered: return "neither header nor body as signed";
    case DkimState::kNoKey: return "signed, no key for it";
    case DkimState::kUnusable: return "signature or key proves nothing";
    case DkimState::kNotSigned: break;
  }
  return "not signed";
}

/// The signature that gave the message its state.
const DkimSignature& deciding(const MailSignatures& mail) {
  return *std::min_element(mail.signatures.begin(), mail.signatures.end(), [](const DkimSignature& a, const DkimSignature& b) { return a.state < b.state; });
}

/// What to know besides the state.
std::string remarks_of(const DkimSignature& one) {
  std::string out;
  if (!one.aligned && is_genuine(one.state)) out += "; its From line is of another domain";
  if (one.unsigned_body > 0) out += fmt::format("; the last {} bytes are not signed", one.unsigned_body);
  if (!one.unsigned_fields.empty()) out += fmt::format("; not signed: {}", fmt::join(one.unsigned_fields, ", "));
  if (one.testing && is_genuine(one.state)) out += "; the key was published for testing";
  if (one.state == DkimState::kNoKey && !one.body_fits) out += "; the body is not the signed one";
  if (!one.reason.empty()) out += "; " + escape_terminal(one.reason);
  return out;
}

std::string message_line(const LeakDocument& document) {
  const DkimSignature& one = deciding(*document.dkim);
  return fmt::format("  {}\n    {}{}{}\n", escape_terminal(document.dump_path), one.domain.empty() ? "" : fmt::format("signed by {}: ", one.domain), label_of(one.state), remarks_of(one));
}

template <typename Wanted>
std::string messages(const LeakReport& report, const char* head, Wanted wanted) {
  std::string out;
  std::size_t found = 0;
  for (const LeakDocument& document : report.documents) {
    if (document.dkim && !document.dkim->signatures.empty() && wanted(document) && found++ < kShownMessages) out += message_line(document);
  }
  if (found > kShownMessages) out += fmt::format("  and {} more\n", found - kShownMessages);
  return out.empty() ? out : "\n" + std::string(head) + "\n" + out;
}

bool does_not_fit(const LeakDocument& document) {
  const DkimState state = document.dkim->state();
  return state == DkimState::kBodyAltered || state == DkimState::kHeaderAltered || state == DkimState::kAltered;
}

std::string missing_keys(const LeakSignatures& signatures) {
  if (signatures.missing.empty()) return {};
  std::string out = "\nKeys that would be needed (--dkim-keys):\n";
  for (std::size_t i = 0; i < signatures.missing.size() && i < kShownKeys; ++i) {
    out += fmt::format("  {:>9}  {}\n", signatures.missing[i].second, signatures.missing[i].first);
  }
  if (signatures.missing.size() > kShownKeys) out += fmt::format("  and {} more (--json lists them)\n", signatures.missing.size() - kShownKeys);
  return out;
}

}  // namespace

Json signatures_json(const LeakDocument& document) {
  if (!document.dkim) return nullptr;
  Json list = Json::array();
  for (const DkimSignature& one : document.dkim->signatures) list.push_back(signature_json(one));
  return Json{{"state", name_of(document.dkim->state())}, {"signatures", list}, {"unchecked", document.dkim->unchecked}, {"unquoted", document.dkim->unquoted}};
}

Json signature_totals_json(const LeakSignatures& signatures) {
  Json totals;
  for (std::size_t i = 0; i < kDkimStates; ++i) totals[std::string(name_of(static_cast<DkimState>(i)))] = signatures.totals[i];
  return Json{{"keys", signatures.keys}, {"totals", totals}, {"untraced", signatures.untraced}, {"domains", counts_json(signatures.domains, "domain", "messages")},
              {"missing_keys", counts_json(signatures.missing, "name", "signatures")}};
}

std::string signature_section(const LeakReport& report) {
  const LeakSignatures& all = report.signatures;
  std::size_t is_signed = 0;
  for (std::size_t i = 0; i + 1 < kDkimStates; ++i) is_signed += all.totals[i];
  if (is_signed == 0) return {};
  std::string out = fmt::format("\nDKIM signatures of its mail ({} key records given):\n", all.keys);
  for (std::size_t i = 0; i < kDkimStates; ++i) {
    if (all.totals[i] > 0) out += fmt::format("  {:>9}  {}\n", all.totals[i], label_of(static_cast<DkimState>(i)));
  }
  for (std::size_t i = 0; i < all.domains.size() && i < kShownKeys; ++i) out += fmt::format("  {:>9}  of these genuine, signed by {}\n", all.domains[i].second, all.domains[i].first);
  out += messages(report, "Without a trace in the inventory, yet genuine by its signature:", [](const LeakDocument& d) { return d.verdict == LeakVerdict::kNoTrace && d.is_signed_genuine(); });
  out += messages(report, "Not as signed (altered, or rewritten on its way):", does_not_fit);
  out += messages(report, "Signed, but proving nothing:", [](const LeakDocument& d) { return d.dkim->state() == DkimState::kUnusable; });
  return out + missing_keys(all);
}

}  // namespace prova
