#include "evidence/yaml_extent.h"

#include <algorithm>

namespace prova::yaml_edit {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_block(const YAML::Node& node) { return (node.IsMap() || node.IsSequence()) && node.Style() != YAML::EmitterStyle::Flow; }

}  // namespace

Layout::Layout(std::string_view text) : text_(text), lines_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') lines_.push_back(i + 1);
  }
}

std::size_t Layout::offset_of(const YAML::Mark& mark) const {
  if (mark.line < 0 || static_cast<std::size_t>(mark.line) >= lines_.size() || mark.column < 0) return text_.size();
  return std::min(text_.size(), lines_[static_cast<std::size_t>(mark.line)] + static_cast<std::size_t>(mark.column));
}

std::size_t Layout::line_begin(std::size_t offset) const { return *std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset)); }

std::size_t Layout::line_end(std::size_t offset) const { return std::min(text_.find('\n', offset), text_.size()); }

int Layout::line_number(std::size_t offset) const {
  return static_cast<int>(std::upper_bound(lines_.begin(), lines_.end(), offset) - lines_.begin());
}

/// Where the comment of the line that `at` is in begins, looking from `at` to `end`; else `end`.
std::size_t Layout::comment_begin(std::size_t at, std::size_t end) const {
  for (std::size_t i = at; i < end; ++i) {
    if (text_[i] == '#' && (i == at || is_blank(text_[i - 1]))) return i;
  }
  return end;
}

std::size_t Layout::quoted_end(std::size_t at) const {
  const char quote = text_[at];
  for (std::size_t i = at + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return text_.size();
}

std::size_t Layout::brackets_end(std::size_t at) const {
  std::size_t depth = 0;
  for (std::size_t i = at; i < text_.size(); ++i) {
    const char c = text_[i], before = i == 0 ? '\n' : text_[i - 1];
    const bool fresh = is_blank(before) || std::string_view("\n,[{:").find(before) != std::string_view::npos;
    if ((c == '"' || c == '\'') && fresh) {
      i = quoted_end(i) - 1;
    } else if (c == '#' && (is_blank(before) || before == '\n')) {
      i = line_end(i);
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      return i + 1;
    }
  }
  return text_.size();
}

std::size_t Layout::flow_end(std::size_t at) const {
  if (at >= text_.size()) return text_.size();
  if (text_[at] == '[' || text_[at] == '{') return brackets_end(at);
  if (text_[at] == '"' || text_[at] == '\'') return quoted_end(at);
  return plain_end(at, 0, true);
}

std::size_t Layout::plain_end(std::size_t at, std::size_t indent, bool in_flow) const {
  std::size_t end = at;
  for (std::size_t begin = at; begin < text_.size();) {
    const std::size_t newline = line_end(begin);
    std::size_t stop = comment_begin(begin, newline);
    const bool commented = stop < newline;
    bool closed = false;
    for (std::size_t i = begin; in_flow && i < stop; ++i) {
      if (std::string_view(",[]{}").find(text_[i]) == std::string_view::npos) continue;
      stop = i;
      closed = true;
    }
    while (stop > begin && is_blank(text_[stop - 1])) --stop;
    if (stop > begin) end = stop;
    if (commented || closed) return end;
    // The text goes on where the next line with something on it is indented further; a comment ends it.
    std::size_t next = newline;
    while (next < text_.size() && (is_blank(text_[next]) || text_[next] == '\n')) ++next;
    if (next >= text_.size() || text_[next] == '#' || (!in_flow && column_of(next) <= indent)) return end;
    begin = next;
  }
  return end;
}

/// Behind the last line with something on it that belongs to what begins at `at`: those indented further than `indent`.
std::size_t Layout::indented_end(std::size_t at, std::size_t indent, bool comments_are_text, bool dashes_belong) const {
  std::size_t end = line_end(at);
  for (std::size_t begin = end + 1; begin < text_.size(); begin = line_end(begin) + 1) {
    std::size_t first = begin;
    while (first < text_.size() && text_[first] == ' ') ++first;
    const std::size_t newline = line_end(begin);
    if (first >= newline || text_[first] == '\r') continue;
    const std::size_t column = first - begin;
    const bool dash = text_[first] == '-' && (first + 1 >= newline || is_blank(text_[first + 1]));
    const bool belongs = column > indent || (dashes_belong && dash && column == indent);
    if (text_[first] == '#' && !(comments_are_text && belongs)) continue;
    if (!belongs) break;
    end = newline;
  }
  while (end > at && is_blank(text_[end - 1])) --end;
  return end;
}

Extent Layout::extent_of(const YAML::Node& node, std::size_t indent, bool in_flow) const {
  const std::size_t begin = offset_of(node.Mark());
  if (begin >= text_.size()) return {begin, begin};
  const char c = text_[begin];
  if (is_block(node)) return {begin, indented_end(begin, indent, false, node.IsSequence())};
  if (!in_flow && node.IsScalar() && (c == '|' || c == '>')) return {begin, indented_end(begin, indent, true, false)};
  if (c == '[' || c == '{' || c == '"' || c == '\'') return {begin, flow_end(begin)};
  return {begin, plain_end(begin, indent, in_flow)};
}

}  // namespace prova::yaml_edit
