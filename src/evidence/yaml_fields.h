#pragma once
// Typed access to YAML maps that collects every mistake with its line instead of stopping at the first.
// Private to this folder: yaml-cpp does not show outside.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <yaml-cpp/yaml.h>

#include "evidence/case.h"

namespace prova {

/// More mistakes than this are not listed: nobody reads them, and a hostile file can make millions.
constexpr std::size_t kMaxCaseErrors = 100;
/// Longest text of one field, in bytes: some pages.
constexpr std::size_t kMaxTextBytes = 20'000;
/// Longest identifier, in bytes: has to fit in a table column.
constexpr std::size_t kMaxIdBytes = 64;
/// Longest list of texts (roots, urls, derived_from, ...) in one field.
constexpr std::size_t kMaxListLength = 1000;

/// Mistakes found so far.
class Problems {
 public:
  void add(int line, std::string message) {
    if (list_.size() < kMaxCaseErrors) list_.push_back({line, std::move(message)});
  }
  [[nodiscard]] bool full() const { return list_.size() >= kMaxCaseErrors; }
  [[nodiscard]] std::vector<CaseError> take() && { return std::move(list_); }

 private:
  std::vector<CaseError> list_;
};

/// Line of a node in the file, from 1; 0 when the node is not from a file.
[[nodiscard]] int line_of(const YAML::Node& node);
/// "a list", "a map", "nothing" or the scalar in quotes, shortened.
[[nodiscard]] std::string describe(const YAML::Node& node);
/// "expected one of a, b, c (nearest: 'b')". The nearest is named when it is at most 3 edits away.
[[nodiscard]] std::string expected_one_of(std::string_view found, const std::vector<std::string_view>& known);

/// A scalar as text: not too long, no control characters except newline and tab. `what` names it in messages.
[[nodiscard]] std::optional<std::string> read_text(const YAML::Node& node, std::string_view what, Problems& problems);
/// A scalar as identifier: letters, digits, '_', '-', '.', at most kMaxIdBytes.
[[nodiscard]] std::optional<std::string> read_id(const YAML::Node& node, std::string_view what, Problems& problems);
/// A scalar as finite number in [low, high].
[[nodiscard]] std::optional<double> read_number(const YAML::Node& node, std::string_view what, double low, double high,
                                                Problems& problems);

/// The entries of one map. Unknown and repeated keys are reported at once; values are read on demand.
class Fields {
 public:
  /// `what` names the map in messages ("evidence item", "root").
  Fields(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> known,
         Problems& problems);
  [[nodiscard]] int line() const { return line_; }
  /// The value, or null when the key is absent or its value is empty.
  [[nodiscard]] const YAML::Node* find(std::string_view key) const;
  /// As `find`, but reports the absence.
  [[nodiscard]] const YAML::Node* need(std::string_view key);

  [[nodiscard]] std::string text(std::string_view key);
  [[nodiscard]] std::string id(std::string_view key, bool required);
  [[nodiscard]] std::optional<double> number(std::string_view key, double low, double high);
  [[nodiscard]] std::optional<int> integer(std::string_view key, int low, int high);
  [[nodiscard]] bool flag(std::string_view key, bool otherwise);
  /// A list of identifiers, or a single one; sorted, without repeats.
  [[nodiscard]] std::vector<std::string> ids(std::string_view key);
  /// A list of texts, or a single one; in their order.
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);

 private:
  std::string what_;
  int line_ = 0;
  std::vector<std::pair<std::string, YAML::Node>> entries_;
  Problems* problems_;
};

}  // namespace prova
