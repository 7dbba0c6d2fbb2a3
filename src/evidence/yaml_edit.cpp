#include "evidence/yaml_edit.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>

#include "evidence/yaml_extent.h"
#include "evidence/yaml_spelling.h"
#include "evidence/yaml_tree.h"

namespace prova::yaml_edit {
namespace {

/// A node that stands for several places cannot be changed in one, and makes a tree that is larger than its text.
class AliasFinder : public YAML::EventHandler {
 public:
  [[nodiscard]] int line() const { return line_; }
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { note(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override { note(mark, anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override { note(mark, anchor); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { note(mark, anchor); }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { note(mark, anchor); }
  void OnMapEnd() override {}

 private:
  void note(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor && line_ == 0) line_ = mark.line + 1;
  }
  int line_ = 0;
};

tl::unexpected<Error> not_here(int line, std::string_view why) {
  return fail(ErrorCode::kUnsupported, fmt::format("line {}: {}; change it in an editor", line, why));
}

Result<YAML::Node> load(const std::string& text) {
  Problems problems;
  auto tree = load_tree(text, "a case", problems);
  if (!tree) {
    const std::vector<CaseError> errors = std::move(problems).take();
    return fail(ErrorCode::kMalformed, fmt::format("line {}: {}", errors.front().line, errors.front().message));
  }
  std::istringstream in(text);
  YAML::Parser parser(in);
  AliasFinder aliases;
  while (parser.HandleNextDocument(aliases)) {}
  if (aliases.line() > 0) return not_here(aliases.line(), "the file uses anchors (&name, *name), which are not changed from here");
  return *tree;
}

YAML::Node node_of(const EditValue& value) {
  YAML::Node node(YAML::NodeType::Null);
  switch (value.kind) {
    case EditValue::Kind::kNothing: break;
    case EditValue::Kind::kScalar: node = YAML::Node(value.text); break;
    case EditValue::Kind::kList:
      node = YAML::Node(YAML::NodeType::Sequence);
      for (const EditValue& element : value.list) node.push_back(node_of(element));
      break;
    case EditValue::Kind::kMap:
      node = YAML::Node(YAML::NodeType::Map);
      for (const auto& [key, entry] : value.map) node[key] = node_of(entry);
      break;
  }
  return node;
}

bool same(const YAML::Node& a, const YAML::Node& b);

bool same_maps(const YAML::Node& a, const YAML::Node& b) {
  std::map<std::string, YAML::Node> entries;
  for (const auto& entry : a) {
    if (!entry.first.IsScalar() || !entries.emplace(entry.first.Scalar(), entry.second).second) return false;
  }
  for (const auto& entry : b) {
    const auto found = entry.first.IsScalar() ? entries.find(entry.first.Scalar()) : entries.end();
    if (found == entries.end() || !same(found->second, entry.second)) return false;
    entries.erase(found);
  }
  return entries.empty();
}

/// The same values in the same places; keys of a map in any order. Depth is bounded by the parser's own limit.
bool same(const YAML::Node& a, const YAML::Node& b) {
  if (a.Type() != b.Type()) return false;
  if (a.IsScalar()) return a.Scalar() == b.Scalar();
  if (a.IsMap()) return same_maps(a, b);
  if (!a.IsSequence()) return true;
  if (a.size() != b.size()) return false;
  auto other = b.begin();
  for (const YAML::Node& element : a) {
    if (!same(element, *other)) return false;
    ++other;
  }
  return true;
}

/// The node at a path, or nothing.
std::optional<YAML::Node> find(const YAML::Node& tree, const Path& path) {
  YAML::Node at = tree;
  for (const Step& step : path) {
    const YAML::Node& here = at;  // Looking up what is not there must not put it there.
    const auto* key = std::get_if<std::string>(&step);
    if (key != nullptr ? !here.IsMap() : !here.IsSequence()) return std::nullopt;
    const YAML::Node next = key != nullptr ? here[*key] : here[std::get<std::size_t>(step)];
    if (!next.IsDefined()) return std::nullopt;
    at.reset(next);
  }
  return at;
}

/// One entry of a map, or one element of a list, and its place in the text.
struct Part {
  YAML::Node key, value;     ///< No key in a list.
  std::size_t begin = 0;     ///< Of the key; of the dash in a block list; of the element in a flow list.
  std::size_t colon = 0;     ///< Behind it; in a list, where the element begins.
  std::size_t end = 0;       ///< Of the value.
};

/// A map or list and its parts in the order of the text.
class Collection {
 public:
  Collection(const std::string& text, const Layout& layout, const YAML::Node& node) : text_(text), layout_(layout), node_(node) {
    in_flow_ = node.Style() == YAML::EmitterStyle::Flow;
    begin_ = layout.offset_of(node.Mark());
    if (node.IsMap()) {
      for (const auto& entry : node) parts_.push_back(entry_part(entry.first, entry.second));
    } else {
      for (const YAML::Node& element : node) parts_.push_back(element_part(element));
    }
  }
  [[nodiscard]] bool in_flow() const { return in_flow_; }
  [[nodiscard]] std::size_t begin() const { return begin_; }
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] std::size_t indent() const { return parts_.empty() ? 0 : layout_.column_of(parts_.front().begin); }
  [[nodiscard]] const Part* find(std::string_view key) const {
    const auto at = std::find_if(parts_.begin(), parts_.end(), [&](const Part& part) { return part.key.IsScalar() && part.key.Scalar() == key; });
    return at == parts_.end() ? nullptr : &*at;
  }

  /// The text without part `i`, its separator and, in block style, its lines.
  [[nodiscard]] std::string without(std::size_t i) const {
    const Part& part = parts_[i];
    const bool last = i + 1 == parts_.size();
    if (in_flow_) {
      if (!last) return cut(part.begin, parts_[i + 1].begin);
      return i == 0 ? cut(part.begin, part.end) : cut(parts_[i - 1].end, part.end);
    }
    const std::size_t line = layout_.line_begin(part.begin);
    const bool alone = text_.find_first_not_of(' ', line) == part.begin;
    if (!alone) return last ? text_ : cut(part.begin, parts_[i + 1].begin);  // Behind a dash: the next key moves up.
    return cut(line, std::min(text_.size(), layout_.line_end(part.end) + 1));
  }

 private:
  [[nodiscard]] std::string cut(std::size_t begin, std::size_t end) const { return text_.substr(0, begin) + text_.substr(end); }

  [[nodiscard]] Part entry_part(const YAML::Node& key, const YAML::Node& value) const {
    Part part{key, value, layout_.offset_of(key.Mark()), 0, 0};
    const bool quoted = part.begin < text_.size() && (text_[part.begin] == '"' || text_[part.begin] == '\'');
    const std::size_t key_end = quoted ? layout_.flow_end(part.begin) : part.begin + key.Scalar().size();
    part.colon = std::min(text_.find(':', std::min(key_end, text_.size())), text_.size());
    if (part.colon < text_.size()) ++part.colon;
    part.end = value.IsNull() ? part.colon : layout_.extent_of(value, layout_.column_of(part.begin), in_flow_).end;
    return part;
  }

  [[nodiscard]] Part element_part(const YAML::Node& element) const {
    const std::size_t at = layout_.offset_of(element.Mark());
    std::size_t dash = at;
    while (!in_flow_ && dash > 0 && text_[dash - 1] == ' ') --dash;
    if (!in_flow_ && dash > 0) --dash;
    return {YAML::Node(), element, dash, at, layout_.extent_of(element, layout_.column_of(dash), in_flow_).end};
  }

  const std::string& text_;
  const Layout& layout_;
  const YAML::Node node_;
  bool in_flow_ = false;
  std::size_t begin_ = 0;
  std::vector<Part> parts_;
};

std::string_view line_ending(const std::string& text) { return text.find("\r\n") == std::string::npos ? "\n" : "\r\n"; }

/// `written` with the file's own line ends.
std::string in_style_of(const std::string& text, const std::string& written) {
  if (line_ending(text) == "\n") return written;
  std::string out;
  for (const char c : written) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

/// `text` with [begin, end) replaced.
std::string replaced(const std::string& text, std::size_t begin, std::size_t end, const std::string& by) {
  return text.substr(0, begin) + in_style_of(text, by) + text.substr(end);
}

/// Puts lines behind the line that `at` is in.
std::string with_lines_behind(const std::string& text, const Layout& layout, std::size_t at, const std::string& lines) {
  std::size_t end = layout.line_end(at);
  if (end > 0 && end <= text.size() && text[end - 1] == '\r') --end;
  return replaced(text, end, end, fmt::format("\n{}", lines));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

/// Comments on the first and behind the last line of a value, which stay when it is replaced: "  # why".
std::string comments_beside(const std::string& text, const Layout& layout, const Part& part) {
  std::string kept;
  const std::size_t head = layout.line_end(part.colon);
  const auto keep = [&](std::size_t begin, std::size_t end) {
    const std::string_view rest = trimmed(std::string_view(text).substr(begin, end - begin));
    if (rest.starts_with('#')) kept += fmt::format("{}{}", kept.empty() ? "  " : " ", rest);
  };
  if (part.end > head) {
    const std::size_t sign = text.find(" #", part.colon);
    if (sign < head) keep(sign, head);
  }
  keep(std::min(part.end, layout.line_end(part.end)), layout.line_end(part.end));
  return kept;
}

std::string with_entry_replaced(const std::string& text, const Layout& layout, const Collection& map, const Part& part, const EditValue& value) {
  if (map.in_flow()) return replaced(text, part.colon, part.end, fmt::format(" {}", flow_spelling(value)));
  const std::string key = part.key.Scalar();
  std::string spelling = entry_spelling(key, value, layout.column_of(part.begin));
  std::size_t end = part.end;
  const std::string comments = comments_beside(text, layout, part);
  const bool several_lines = spelling.find('\n') != std::string::npos;
  const bool was_several = layout.line_end(part.colon) < part.end;
  if (!comments.empty() && (several_lines || was_several)) {
    // A comment may stand behind ">-" or "key:", never behind the last line of a folded text.
    spelling.insert(std::min(spelling.find('\n'), spelling.size()), comments);
    end = layout.line_end(part.end);
  }
  return replaced(text, part.begin, end, spelling);
}

/// The entry behind which a new key belongs: the last of those that `order` puts before it, else the last one.
const Part& part_before(const Collection& map, const std::string& key, const std::vector<std::string_view>& order) {
  const auto place = [&](std::string_view name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
  const Part* before = nullptr;
  for (const Part& part : map.parts()) {
    if (part.key.IsScalar() && place(part.key.Scalar()) < place(key)) before = &part;
  }
  return before == nullptr ? map.parts().back() : *before;
}

std::string with_entry_added(const std::string& text, const Layout& layout, const Collection& map, const std::string& key, const EditValue& value,
                             const std::vector<std::string_view>& order) {
  const std::string flow = flow_spelling(EditValue::scalar(key)) + ": " + flow_spelling(value);
  if (map.parts().empty()) return replaced(text, map.begin() + 1, map.begin() + 1, flow);
  const Part& before = part_before(map, key, order);
  if (map.in_flow()) return replaced(text, before.end, before.end, fmt::format(", {}", flow));
  return with_lines_behind(text, layout, before.end, fmt::format("{:{}}{}", "", map.indent(), entry_spelling(key, value, map.indent())));
}

/// The text when it is, read again, the tree that it should be.
Result<std::string> proven(std::string text, const YAML::Node& expected, int line) {
  const auto tree = load(text);
  if (!tree || !same(*tree, expected)) return not_here(line, "what stands here is written in a way that cannot be changed from here");
  return text;
}

Result<YAML::Node> collection_at(const YAML::Node& tree, const Path& path, YAML::NodeType::value type) {
  const auto found = find(tree, path);
  if (!found || found->Type() != type) return fail(ErrorCode::kNotFound, "what is to be changed is not there");
  return *found;
}

Result<std::string> merge_map(const std::string& text, const Path& map, const YAML::Node& old, const EditValue& value) {
  std::string changed = text;
  for (const auto& [name, entry] : value.map) {
    PROVA_TRY(next, set_entry(changed, map, name, entry, {}));
    changed = std::move(next);
  }
  for (const auto& entry : old) {
    const std::string name = entry.first.Scalar();
    const bool stays = std::any_of(value.map.begin(), value.map.end(), [&](const auto& one) { return one.first == name; });
    if (stays) continue;
    PROVA_TRY(next, set_entry(changed, map, name, EditValue{}, {}));
    changed = std::move(next);
  }
  return changed;
}

}  // namespace

Result<std::string> set_entry(const std::string& text, const Path& path, const std::string& key, const EditValue& value,
                              const std::vector<std::string_view>& order) {
  PROVA_TRY(tree, load(text));
  PROVA_TRY(node, collection_at(tree, path, YAML::NodeType::Map));
  const Layout layout(text);
  const Collection map(text, layout, node);
  const Part* part = map.find(key);
  if (part == nullptr && value.kind == EditValue::Kind::kNothing) return text;
  if (part != nullptr && same(part->value, node_of(value))) return text;
  if (part != nullptr && part->value.IsMap() && value.kind == EditValue::Kind::kMap && !value.map.empty()) {
    Path inner = path;
    inner.emplace_back(key);
    return merge_map(text, inner, part->value, value);
  }
  YAML::Node expected = YAML::Clone(tree);
  YAML::Node place = *find(expected, path);
  if (value.kind == EditValue::Kind::kNothing) place.remove(key);
  if (value.kind != EditValue::Kind::kNothing) place[key] = node_of(value);
  const int line = layout.line_number(part == nullptr ? map.begin() : part->begin);
  if (part == nullptr) return proven(with_entry_added(text, layout, map, key, value, order), expected, line);
  if (value.kind != EditValue::Kind::kNothing) return proven(with_entry_replaced(text, layout, map, *part, value), expected, line);
  return proven(map.without(static_cast<std::size_t>(part - map.parts().data())), expected, line);
}

Result<std::string> append_element(const std::string& text, const Path& path, const std::string& key, const EditValue& value) {
  PROVA_TRY(tree, load(text));
  PROVA_TRY(node, collection_at(tree, path, YAML::NodeType::Map));
  const Layout layout(text);
  const Collection map(text, layout, node);
  const Part* part = map.find(key);
  YAML::Node expected = YAML::Clone(tree);
  YAML::Node place = *find(expected, path);
  const bool empty = part == nullptr || part->value.IsNull() || (part->value.IsSequence() && part->value.size() == 0);
  if (empty && map.in_flow()) return set_entry(text, path, key, {EditValue::Kind::kList, {}, {value}, {}}, {});
  if (empty) {
    place[key] = YAML::Node(YAML::NodeType::Sequence);
    place[key].push_back(node_of(value));
    const std::size_t indent = map.indent() + 2;
    const std::string lines = fmt::format("{:{}}{}", "", indent, element_spelling(value, indent));
    if (part != nullptr) return proven(replaced(text, part->colon, part->end, fmt::format("\n{}", lines)), expected, layout.line_number(part->begin));
    const Part& last = map.parts().back();
    return proven(with_lines_behind(text, layout, last.end, fmt::format("{:{}}{}:\n{}", "", map.indent(), key, lines)), expected, layout.line_number(last.begin));
  }
  const int line = layout.line_number(part->begin);
  if (!part->value.IsSequence()) return not_here(line, key + " is not a list");
  place[key].push_back(node_of(value));
  const Collection list(text, layout, part->value);
  const Part& last = list.parts().back();
  if (list.in_flow()) return proven(replaced(text, last.end, last.end, fmt::format(", {}", flow_spelling(value))), expected, line);
  const bool short_ones = !last.value.IsMap() || last.value.Style() == YAML::EmitterStyle::Flow;
  const std::string spelling = short_ones ? fmt::format("- {}", flow_spelling(value)) : element_spelling(value, list.indent());
  return proven(with_lines_behind(text, layout, last.end, fmt::format("{:{}}{}", "", list.indent(), spelling)), expected, line);
}

Result<std::string> replace_scalar(const std::string& text, const Path& path, std::size_t index, const EditValue& value) {
  PROVA_TRY(tree, load(text));
  PROVA_TRY(node, collection_at(tree, path, YAML::NodeType::Sequence));
  if (index >= node.size()) return fail(ErrorCode::kNotFound, "what is to be changed is not there");
  const Layout layout(text);
  const Collection list(text, layout, node);
  const Part& part = list.parts()[index];
  YAML::Node expected = YAML::Clone(tree);
  YAML::Node place = *find(expected, path);
  place[index] = node_of(value);
  return proven(replaced(text, part.colon, part.end, flow_spelling(value)), expected, layout.line_number(part.begin));
}

Result<std::string> remove_element(const std::string& text, const Path& path, std::size_t index) {
  PROVA_TRY(tree, load(text));
  PROVA_TRY(node, collection_at(tree, path, YAML::NodeType::Sequence));
  if (index >= node.size()) return fail(ErrorCode::kNotFound, "what is to be removed is not there");
  if (node.size() == 1 && !path.empty() && std::holds_alternative<std::string>(path.back())) {
    const Path above(path.begin(), std::prev(path.end()));
    return set_entry(text, above, std::get<std::string>(path.back()), {EditValue::Kind::kList, {}, {}, {}}, {});
  }
  const Layout layout(text);
  const Collection list(text, layout, node);
  YAML::Node expected = YAML::Clone(tree);
  YAML::Node place = *find(expected, path);
  place.remove(index);
  return proven(list.without(index), expected, layout.line_number(list.parts()[index].begin));
}

}  // namespace prova::yaml_edit
