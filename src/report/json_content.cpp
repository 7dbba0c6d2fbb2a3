#include "report/json_content.h"

#include <nlohmann/json.hpp>

namespace prova::report {
namespace {

Json total_json(const ContentTotal& total) { return Json::array({total.files, total.bytes}); }

Json totals_json(const ContentTotals& totals) {
  Json list = Json::array();
  for (const ContentTotal& total : totals) list.push_back(total_json(total));
  return list;
}

Json damage_json(const DamageFindings& damage) {
  Json systems = Json::array();
  for (const ContentSystem& one : damage.systems) systems.push_back(Json{{"system", text(one.name)}, {"totals", totals_json(one.totals)}});
  return Json{{"totals", totals_json(damage.totals)}, {"partial_bytes", damage.partial_bytes}, {"in_inventory", total_json(damage.in_inventory)},
              {"source_bytes", damage.source_bytes}, {"unread_bytes", damage.unread_bytes}, {"sources", damage.sources}, {"systems", systems},
              {"systems_left_out", damage.systems_left_out}};
}

Json altered_json(const AlteredDocument& document) {
  Json places = Json::array();
  for (const AlteredPlace& place : document.places) places.push_back(Json{{"begin", place.begin}, {"end", place.end}, {"inside", text(place.inside)}});
  return Json{{"dump_path", text(document.dump_path)}, {"path", text(document.path)}, {"system", text(document.system)}, {"places", places}};
}

Json mail_json(const MailSignatureFindings& mail) {
  return Json{{"messages", mail.messages}, {"signed", mail.is_signed}, {"intact", mail.intact}, {"unlike", mail.unlike}, {"unknown", mail.unknown}, {"untraced", mail.untraced}};
}

Json leak_json(const LeakFindings& leak) {
  Json systems = Json::array(), changed = Json::array();
  for (const LeakedFrom& one : leak.systems) systems.push_back(Json{{"system", text(one.system)}, {"documents", one.documents}, {"only_here", one.only_here}});
  for (const AlteredDocument& one : leak.changed) changed.push_back(altered_json(one));
  return Json{{"documents", leak.documents}, {"identical", leak.identical}, {"repackaged", leak.repackaged}, {"altered", leak.altered}, {"other", leak.other},
              {"no_trace", leak.no_trace}, {"unread", leak.unread}, {"systems", systems}, {"changed", changed}, {"mail", mail_json(leak.mail)}};
}

}  // namespace

Json content_fields(const ContentFindings& findings) {
  Json notices = Json::object();
  for (const auto& [language, notice] : findings.notices) notices[language] = text(notice);
  return Json{{"notice", text(findings.notice)}, {"notices", std::move(notices)}, {"inventoried", text(findings.inventoried)}, {"root", findings.root},
              {"scanned", findings.scanned}, {"age_s", findings.age_s}, {"inventory_unread", findings.inventory_unread},
              {"damage", findings.damage ? damage_json(*findings.damage) : Json(nullptr)}, {"leak", findings.leak ? leak_json(*findings.leak) : Json(nullptr)}};
}

}  // namespace prova::report
