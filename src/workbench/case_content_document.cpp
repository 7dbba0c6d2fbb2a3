// content.json: what a report shows of the content inventory, kept between `investigate` and `report`.

#include <nlohmann/json.hpp>

#include "report/json_content.h"
#include "workbench/case_content.h"

namespace prova {
namespace {

using namespace report;

constexpr std::string_view kSchema = "prova/content/1";

ContentTotal total_from(const Json& json) { return {json.at(0).get<std::uint64_t>(), json.at(1).get<std::uint64_t>()}; }

ContentTotals totals_from(const Json& json) {
  ContentTotals totals;
  for (std::size_t i = 0; i < kContentVerdicts; ++i) totals[i] = total_from(json.at(i));
  return totals;
}

DamageFindings damage_from(const Json& json) {
  DamageFindings damage;
  damage.totals = totals_from(json.at("totals"));
  damage.partial_bytes = json.at("partial_bytes");
  damage.in_inventory = total_from(json.at("in_inventory"));
  damage.source_bytes = json.at("source_bytes");
  damage.unread_bytes = json.at("unread_bytes");
  damage.sources = json.at("sources");
  for (const Json& one : json.at("systems")) damage.systems.push_back({one.at("system"), totals_from(one.at("totals"))});
  damage.systems_left_out = json.at("systems_left_out");
  return damage;
}

AlteredDocument altered_from(const Json& json) {
  AlteredDocument document{json.at("dump_path"), json.at("path"), json.at("system"), {}};
  for (const Json& place : json.at("places")) document.places.push_back({place.at("begin"), place.at("end"), place.at("inside")});
  return document;
}

MailSignatureFindings mail_from(const Json& json) {
  return {json.at("messages"), json.at("signed"), json.at("intact"), json.at("unlike"), json.at("unknown"), json.at("untraced")};
}

LeakFindings leak_from(const Json& json) {
  LeakFindings leak;
  leak.documents = json.at("documents");
  leak.identical = json.at("identical");
  leak.repackaged = json.at("repackaged");
  leak.altered = json.at("altered");
  leak.other = json.at("other");
  leak.no_trace = json.at("no_trace");
  leak.unread = json.at("unread");
  for (const Json& one : json.at("systems")) leak.systems.push_back({one.at("system"), one.at("documents"), one.at("only_here")});
  for (const Json& one : json.at("changed")) leak.changed.push_back(altered_from(one));
  if (const auto mail = json.find("mail"); mail != json.end()) leak.mail = mail_from(*mail);  // Absent before signatures were checked.
  return leak;
}

}  // namespace

std::string content_document(const ContentFindings& findings, const Sha256& sources) {
  Json document{{"schema", kSchema}, {"sources_sha256", to_hex(sources)}};
  document.update(content_fields(findings));
  return document.dump(1) + "\n";
}

Result<StoredContent> parse_content_document(std::string_view json) {
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded() || !document.is_object() || document.value("schema", Json()) != kSchema) {
    return fail(ErrorCode::kMalformed, "not a prova/content/1 document; run `prova investigate` again");
  }
  try {
    StoredContent stored;
    ContentFindings& findings = stored.findings;
    stored.sources = document.at("sources_sha256");
    findings.notice = document.at("notice");
    const Json notices = document.value("notices", Json::object());  // Absent before there were any.
    for (const auto& [language, notice] : notices.items()) findings.notices[language] = notice;
    findings.inventoried = document.at("inventoried");
    findings.root = document.at("root");
    findings.scanned = document.at("scanned");
    findings.age_s = document.at("age_s");
    findings.inventory_unread = document.at("inventory_unread");
    if (!document.at("damage").is_null()) findings.damage = damage_from(document.at("damage"));
    if (!document.at("leak").is_null()) findings.leak = leak_from(document.at("leak"));
    return stored;
  } catch (const Json::exception& error) {
    return fail(ErrorCode::kMalformed, std::string("content.json is not as it was written: ") + error.what());
  }
}

}  // namespace prova
