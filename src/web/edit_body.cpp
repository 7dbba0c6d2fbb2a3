#include "web/edit_body.h"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace prova::web {
namespace {

using Json = nlohmann::ordered_json;

struct OpRow {
  std::string_view name;
  CaseEdit::Op op;
  bool id, question;
  std::string_view value;   ///< The member that holds the value; empty: none.
};
constexpr auto kOps = std::to_array<OpRow>({
    {"add-evidence", CaseEdit::Op::kAddEvidence, false, false, "item"},
    {"change-evidence", CaseEdit::Op::kChangeEvidence, true, false, "changes"},
    {"remove-evidence", CaseEdit::Op::kRemoveEvidence, true, false, ""},
    {"set-note", CaseEdit::Op::kChangeEvidence, true, false, "note"},
    {"add-hypothesis", CaseEdit::Op::kAddHypothesis, false, true, "hypothesis"},
    {"change-hypothesis", CaseEdit::Op::kChangeHypothesis, true, true, "changes"},
});

/// JSON values as a case file writes them.
class ValueReader {
 public:
  Result<EditValue> read(const Json& from, int depth = 0) {
    if (++count_ > kMaxEditValues || depth > kMaxEditDepth) {
      return fail(ErrorCode::kLimit, fmt::format("the edit has more than {} values, or they stand more than {} deep", kMaxEditValues, kMaxEditDepth));
    }
    switch (from.type()) {
      case Json::value_t::null: return EditValue{};
      case Json::value_t::string: return EditValue::scalar(from.get<std::string>());
      case Json::value_t::boolean: return EditValue::scalar(from.get<bool>() ? "yes" : "no");
      case Json::value_t::number_integer:
      case Json::value_t::number_unsigned: return EditValue::scalar(from.dump());
      case Json::value_t::number_float: return EditValue::scalar(fmt::format("{}", from.get<double>()));
      case Json::value_t::array: return read_list(from, depth);
      case Json::value_t::object: return read_map(from, depth);
      default: return fail(ErrorCode::kUsage, "the edit holds a value of no known kind");
    }
  }

 private:
  Result<EditValue> read_list(const Json& from, int depth) {
    EditValue value{EditValue::Kind::kList, {}, {}, {}};
    for (const Json& element : from) {
      PROVA_TRY(read_one, read(element, depth + 1));
      value.list.push_back(std::move(read_one));
    }
    return value;
  }

  Result<EditValue> read_map(const Json& from, int depth) {
    EditValue value{EditValue::Kind::kMap, {}, {}, {}};
    for (const auto& [key, entry] : from.items()) {
      PROVA_TRY(read_one, read(entry, depth + 1));
      value.map.emplace_back(key, std::move(read_one));
    }
    return value;
  }

  std::size_t count_ = 0;
};

Result<std::string> text_member(const Json& body, std::string_view op, const char* name) {
  if (!body.contains(name) || !body[name].is_string()) return fail(ErrorCode::kUsage, fmt::format("{} needs '{}', a text", op, name));
  return body[name].get<std::string>();
}

Result<EditValue> value_member(const Json& body, const OpRow& row) {
  const std::string name(row.value);
  if (name.empty()) return EditValue{};
  ValueReader reader;
  if (row.name == "set-note") {
    if (!body.contains("note") || !(body["note"].is_string() || body["note"].is_null())) return fail(ErrorCode::kUsage, "set-note needs 'note', a text or null");
    PROVA_TRY(note, reader.read(body["note"]));
    return EditValue::entries({{"note", std::move(note)}});
  }
  if (!body.contains(name) || !body[name].is_object()) return fail(ErrorCode::kUsage, fmt::format("{} needs '{}', an object", row.name, name));
  return reader.read(body[name]);
}

}  // namespace

Result<CaseEdit> read_edit(std::string_view text) {
  const Json body = Json::parse(text, nullptr, false);
  if (!body.is_object() || !body.contains("op") || !body["op"].is_string()) return fail(ErrorCode::kUsage, "the body is not an edit: {\"op\": ..., ...}");
  const std::string op = body["op"].get<std::string>();
  const auto row = std::find_if(kOps.begin(), kOps.end(), [&](const OpRow& one) { return one.name == op; });
  if (row == kOps.end()) return fail(ErrorCode::kUsage, fmt::format("op is '{}', expected add-evidence, change-evidence, remove-evidence, set-note, add-hypothesis or change-hypothesis", op.substr(0, 40)));
  CaseEdit edit;
  edit.op = row->op;
  if (row->id) {
    PROVA_TRY(id, text_member(body, op, "id"));
    edit.id = std::move(id);
  }
  if (row->question) {
    PROVA_TRY(question, text_member(body, op, "question"));
    edit.question = std::move(question);
  }
  PROVA_TRY(value, value_member(body, *row));
  edit.value = std::move(value);
  return edit;
}

}  // namespace prova::web
