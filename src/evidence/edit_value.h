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

  [[nodiscard]] static EditValue scalar(std::string text);
  [[nodiscard]] static EditValue entries(std::vector<std::pair<std::string, EditValue>> map);
};

// Outside of the class: inside it the type of a pair with an EditValue is not complete yet.
inline EditValue EditValue::scalar(std::string text) { return {Kind::kScalar, std::move(text), {}, {}}; }
inline EditValue EditValue::entries(std::vector<std::pair<std::string, EditValue>> map) { return {Kind::kMap, {}, {}, std::move(map)}; }

}  // namespace prova
