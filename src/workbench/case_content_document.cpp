// content.json: what a report shows of the content inventory, kept between `investigate` and `report`.

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "workbench/case_content.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;
using namespace report;

constexpr std::string_view kSchema = "prova/content/1";

Json total_json(const ContentTotal& total) { return Json::array({total.files, total.bytes}); }
ContentTotal total_from(const Json& json) { return {json.at(0).get<std::uint64_t>(), json.at(1).get<std::uint64_t>()}; }

Json totals_json(const ContentTotals& totals) {
  Json list = Json::array();
  for (const ContentTotal& total : totals) list.push_back(total_json(total));
  return list;
}

ContentTotals totals_from(const Json& json) {
  ContentTotals totals;
  for (std::size_t i = 0; i < kContentVerdicts; ++i) totals[i] = total_from(json.at(i));
  return totals;
}

Json damage_json(const DamageFindings& damage) {
  Json systems = Json::array();
  for (const ContentSystem& one : damage.systems) systems.push_back(Json{{"system", valid_utf8(one.name)}, {"totals", totals_json(one.totals)}});
  return Json{{"totals", totals_json(damage.totals)}, {"partial_bytes", damage.partial_bytes}, {"in_inventory", total_json(damage.in_inventory)},
              {"source_bytes", damage.source_bytes}, {"unread_bytes", damage.unread_bytes}, {"sources", damage.sources}, {"systems", systems},
              {"systems_left_out", damage.systems_left_out}};
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

Json altered_json(const AlteredDocument& document) {
  Json places = Json::array();
  for (const AlteredPlace& place : document.places) places.push_back(Json{{"begin", place.begin}, {"end", place.end}, {"inside", valid_utf8(place.inside)}});
  return Json{{"dump_path", valid_utf8(document.dump_path)}, {"path", valid_utf8(document.path)}, {"system", valid_utf8(document.system)}, {"places", places}};
}

AlteredDocument altered_from(const Json& json) {
  AlteredDocument document{json.at("dump_path"), json.at("path"), json.at("system"), {}};
  for (const Json& place : json.at("places")) document.places.push_back({place.at("begin"), place.at("end"), place.at("inside")});
  return document;
}

Json leak_json(const LeakFindings& leak) {
  Json systems = Json::array(), changed = Json::array();
  for (const LeakedFrom& one : leak.systems) systems.push_back(Json{{"system", valid_utf8(one.system)}, {"documents", one.documents}, {"only_here", one.only_here}});
  for (const AlteredDocument& one : leak.changed) changed.push_back(altered_json(one));
  return Json{{"documents", leak.documents}, {"identical", leak.identical}, {"repackaged", leak.repackaged}, {"altered", leak.altered}, {"other", leak.other},
              {"no_trace", leak.no_trace}, {"unread", leak.unread}, {"systems", systems}, {"changed", changed}};
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
  return leak;
}

}  // namespace

std::string content_document(const ContentFindings& findings, const Sha256& sources) {
  return Json{{"schema", kSchema}, {"sources_sha256", to_hex(sources)}, {"notice", valid_utf8(findings.notice)}, {"inventoried", valid_utf8(findings.inventoried)},
              {"root", findings.root}, {"scanned", findings.scanned}, {"age_s", findings.age_s}, {"inventory_unread", findings.inventory_unread},
              {"damage", findings.damage ? damage_json(*findings.damage) : Json(nullptr)}, {"leak", findings.leak ? leak_json(*findings.leak) : Json(nullptr)}}
             .dump(1) + "\n";
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
