#pragma once
// One change of a case, as a form sends it, made in the text of case.yaml so that comments, order and layout stay and a diff
// shows that change and nothing else. What may be changed: docs/formats/web-api.md, "Edits".

#include <string>

#include "base/result.h"
#include "evidence/edit_value.h"

namespace prova {

struct CaseEdit {
  enum class Op : unsigned char {
    kAddEvidence,       ///< `value`: the item.
    kChangeEvidence,    ///< `id`, and in `value` the keys that change; kNothing takes a key away.
    kRemoveEvidence,    ///< `id`.
    kAddHypothesis,     ///< `question`, and in `value` the hypothesis.
    kChangeHypothesis,  ///< `question`, `id`, and in `value` the keys that change.
  };
  Op op{};
  std::string question, id;
  EditValue value;      ///< A map.
};

/// The text after the edit. It is not validated here: parse_case says whether the result is a case. O(size of the text) per key.
/// Errors: kNotFound (no such item, question or hypothesis); kUsage (nothing to change, an id changed); kMalformed (not YAML);
/// kUnsupported (written in a way that cannot be changed in place; the line is named).
[[nodiscard]] Result<std::string> apply_edit(const std::string& yaml, const CaseEdit& edit);

/// "changed evidence A08: credibility, note": for the custody log.
[[nodiscard]] std::string describe(const CaseEdit& edit);

}  // namespace prova
