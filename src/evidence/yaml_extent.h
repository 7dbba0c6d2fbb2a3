#pragma once
// Where a YAML node begins and ends in the text: yaml-cpp says the first, a small scanner finds the second. Private to this
// folder. What it does not understand it gets wrong, and yaml_edit.cpp notices.

#include <string_view>
#include <vector>
#include <yaml-cpp/yaml.h>

namespace prova::yaml_edit {

struct Extent {
  std::size_t begin = 0, end = 0;
};

class Layout {
 public:
  explicit Layout(std::string_view text);

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const;
  [[nodiscard]] std::size_t column_of(std::size_t offset) const { return offset - line_begin(offset); }
  [[nodiscard]] std::size_t line_begin(std::size_t offset) const;
  /// Of the line's newline, or of the end of the text.
  [[nodiscard]] std::size_t line_end(std::size_t offset) const;
  [[nodiscard]] int line_number(std::size_t offset) const;

  /// The node's own text, without what stands behind it on its last line. `indent`: the column of the key or dash that it
  /// belongs to; `in_flow`: whether that stands inside brackets.
  [[nodiscard]] Extent extent_of(const YAML::Node& node, std::size_t indent, bool in_flow) const;
  /// Behind the brackets, quotes or plain text that begin at `at`.
  [[nodiscard]] std::size_t flow_end(std::size_t at) const;

 private:
  [[nodiscard]] std::size_t quoted_end(std::size_t at) const;
  [[nodiscard]] std::size_t brackets_end(std::size_t at) const;
  [[nodiscard]] std::size_t plain_end(std::size_t at, std::size_t indent, bool in_flow) const;
  [[nodiscard]] std::size_t indented_end(std::size_t at, std::size_t indent, bool comments_are_text, bool dashes_belong) const;
  [[nodiscard]] std::size_t comment_begin(std::size_t at, std::size_t end) const;

  std::string_view text_;
  std::vector<std::size_t> lines_;  ///< Where each begins.
};

}  // namespace prova::yaml_edit
