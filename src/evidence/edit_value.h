#pragma once
// A value that an edit puts into a case: what a form holds, before anyone decides how it is spelled in YAML.

#include <string>
#include <utility>
#include <vector>

namespace prova {

/// Texts, numbers and words are all scalars: case.yaml tells them apart by where they stand.
struct EditValue {
  enum class Kind : unsigned char { kNothing, kScalar, kList, kMap };
  Kind kind = Kind::kNothing;                               ///< kNothing: the key is taken away.
  std::string text;                                         ///< Of a scalar.
  std::vector<EditValue> list;
  std::vector<std::pair<std::string, EditValue>> map;       ///< In the order in which it is to be written.

  // Declared here and defined below, where the type of a pair with an EditValue is complete.
  EditValue();
  EditValue(Kind what, std::string words, std::vector<EditValue> values, std::vector<std::pair<std::string, EditValue>> entries);

  [[nodiscard]] static EditValue scalar(std::string text);
  [[nodiscard]] static EditValue entries(std::vector<std::pair<std::string, EditValue>> map);
};

inline EditValue::EditValue() = default;
inline EditValue::EditValue(Kind what, std::string words, std::vector<EditValue> values, std::vector<std::pair<std::string, EditValue>> entries)
    : kind(what), text(std::move(words)), list(std::move(values)), map(std::move(entries)) {}
inline EditValue EditValue::scalar(std::string text) { return {Kind::kScalar, std::move(text), {}, {}}; }
inline EditValue EditValue::entries(std::vector<std::pair<std::string, EditValue>> map) { return {Kind::kMap, {}, {}, std::move(map)}; }

}  // namespace prova
