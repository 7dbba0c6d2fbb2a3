#include "knowledge/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>

namespace prova::knowledge {
namespace {

/// Deepest nesting; the format needs 6. yaml-cpp builds and frees its tree by recursion.
constexpr std::size_t kMaxYamlDepth = 50;

/// Walks the text once without building anything, and throws at what is one too many.
class YamlBounds : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw YAML::Exception(mark, "a second document begins, expected one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { count(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw YAML::Exception(mark, "aliases are not used in knowledge files"); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string&) override { count(mark); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { open(mark); }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override { open(mark); }
  void OnMapEnd() override { --depth_; }

 private:
  void count(const YAML::Mark& mark) {
    if (++nodes_ > kMaxYamlNodes) throw YAML::Exception(mark, fmt::format("more than {} values", kMaxYamlNodes));
  }
  void open(const YAML::Mark& mark) {
    count(mark);
    if (++depth_ > kMaxYamlDepth) throw YAML::Exception(mark, fmt::format("nested deeper than {} levels", kMaxYamlDepth));
  }
  std::size_t documents_ = 0, nodes_ = 0, depth_ = 0;
};

}  // namespace

Result<YAML::Node> load_yaml(const std::string& text) {
  if (std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; }) > kMaxYamlBrackets) {
    return fail(ErrorCode::kLimit, fmt::format("more than {} opening brackets", kMaxYamlBrackets));
  }
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    YamlBounds bounds;
    while (parser.HandleNextDocument(bounds)) {}
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::kMalformed, fmt::format("line {}: cannot be read: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace prova::knowledge
