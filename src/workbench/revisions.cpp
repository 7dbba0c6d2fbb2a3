#include "workbench/revisions.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/file.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kFile = "revisions.jsonl";

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

Json answers_of(const Assessment& assessment) {
  Json list = Json::array();
  for (const QuestionResult& question : assessment.questions) {
    Json hypotheses = Json::object();
    for (const HypothesisResult& h : question.hypotheses) {
      if (question.assessed) hypotheses[valid_utf8(h.id)] = Json::array({rounded(h.probability.low), rounded(h.probability.mid), rounded(h.probability.high)});
    }
    list.push_back(Json{{"id", valid_utf8(question.id)},
                        {"leading", question.leading ? Json(valid_utf8(*question.leading)) : Json(nullptr)},
                        {"resolved", question.resolved},
                        {"confidence", question.assessed ? Json(name_of(question.confidence.level)) : Json(nullptr)},
                        {"hypotheses", std::move(hypotheses)}});
  }
  return list;
}

Result<std::string> kept_so_far(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(directory / kFile, ignored)) return std::string();
  return read_file(directory / kFile, kMaxRevisionBytes);
}

/// Whether the last line holds these answers for this day. A damaged line is another revision.
bool is_last(const std::string& kept, const std::string& as_of, const Json& answers) {
  if (kept.empty()) return false;
  const std::size_t end = kept.find_last_not_of('\n');
  const std::size_t begin = end == std::string::npos ? end : kept.rfind('\n', end);
  const std::string line = kept.substr(begin == std::string::npos ? 0 : begin + 1);
  const Json last = Json::parse(line, nullptr, false);
  return last.is_object() && last.value("as_of", "") == as_of && last.contains("questions") && last["questions"] == answers;
}

}  // namespace

Status keep_revision(const std::filesystem::path& directory, const Assessment& assessment, const RevisionOrigin& origin) {
  PROVA_TRY(kept, kept_so_far(directory));
  const std::string as_of = to_string(assessment.as_of);
  Json answers = answers_of(assessment);
  if (is_last(kept, as_of, answers)) return {};
  const Json line{{"schema", "prova/revision/1"}, {"time", valid_utf8(origin.time)}, {"who", valid_utf8(origin.who)},
                  {"tool", valid_utf8(origin.tool_version)}, {"as_of", as_of}, {"questions", std::move(answers)}};
  if (!kept.empty() && kept.back() != '\n') kept += '\n';
  return write_file_atomically(directory / kFile, kept + line.dump() + "\n");
}

Result<std::size_t> count_revisions(const std::filesystem::path& directory) {
  PROVA_TRY(kept, kept_so_far(directory));
  return static_cast<std::size_t>(std::count(kept.begin(), kept.end(), '\n'));
}

}  // namespace prova
