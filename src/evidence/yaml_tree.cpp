#include "evidence/yaml_tree.h"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include <yaml-cpp/eventhandler.h>

namespace prova {
namespace {

/// Scalars, lists and maps in a file: 20 for each of kMaxItems. yaml-cpp takes some 400 bytes for each, so a hostile file
/// stays under 100 MB.
constexpr std::size_t kMaxNodes = 200'000;

/// Opening brackets in a file, those in texts included. yaml-cpp keeps everything inside open brackets as tokens.
constexpr std::ptrdiff_t kMaxBrackets = 100'000;

/// Walks the text once without building anything, and throws at the node, or the second document, that is one too many.
class NodeCounter : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw YAML::Exception(mark, "a second document begins, expected one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { count(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { count(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string&) override { count(mark); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    count(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    count(mark);
  }
  void OnMapEnd() override {}

 private:
  void count(const YAML::Mark& mark) {
    if (++nodes_ > kMaxNodes) throw YAML::Exception(mark, fmt::format("more than {} values", kMaxNodes));
  }
  std::size_t documents_ = 0, nodes_ = 0;
};

/// The tree of the text, or one CaseError at the place where it stops being YAML or becomes too much.
std::optional<YAML::Node> load_checked(const std::string& yaml, const std::string& expected, Problems& problems) {
  try {
    std::istringstream in(yaml);
    YAML::Parser parser(in);
    NodeCounter counter;
    while (parser.HandleNextDocument(counter)) {}
    YAML::Node tree = YAML::Load(yaml);
    if (tree.IsMap()) return tree;
    if (tree.IsNull()) {
      problems.add(0, "the file is empty, expected " + expected);
    } else {
      problems.add(line_of(tree), fmt::format("the file is {}, expected a map", describe(tree)));
    }
  } catch (const YAML::Exception& error) {
    const bool minus = error.msg == "illegal block entry";  // what yaml-cpp says of `iran: -`
    problems.add(error.mark.line + 1,
                 fmt::format("cannot be read: {}{}", error.msg, minus ? " (a lone minus sign needs quotes: \"-\")" : ""));
  }
  return std::nullopt;
}

}  // namespace

std::optional<YAML::Node> load_tree(std::string_view yaml, const std::string& expected, Problems& problems) {
  if (yaml.size() > kMaxCaseBytes) {
    problems.add(0, fmt::format("the file has {} bytes, at most {} accepted", yaml.size(), kMaxCaseBytes));
    return std::nullopt;
  }
  if (std::count_if(yaml.begin(), yaml.end(), [](char c) { return c == '[' || c == '{'; }) > kMaxBrackets) {
    problems.add(0, fmt::format("the file has more than {} opening brackets", kMaxBrackets));
    return std::nullopt;
  }
  return load_checked(std::string(yaml), expected, problems);
}

}  // namespace prova
