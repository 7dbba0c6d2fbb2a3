#pragma once
// Changes in the text of a YAML file that leave every other byte where it is: comments, blank lines, order and spelling.
// Private to this folder.
//
// How it stays right: the place of a change is found with yaml-cpp's marks and a small scanner, the change is made in the
// text, and the result is parsed again. Only if that tree is the old tree with this one change is the text kept; a file that
// is written in a way the scanner does not understand is refused, never damaged.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "evidence/edit_value.h"

namespace prova::yaml_edit {

/// From the top of the document: names of keys, and positions in lists.
using Step = std::variant<std::string, std::size_t>;
using Path = std::vector<Step>;

/// Sets `key` of the map at `map` to `value`, or takes it away (kNothing). A map that is set over a map is merged: its own keys are set
/// one by one, and those it does not name are taken away. A new key is put behind the last of `order` that stands before it there.
/// Errors: kNotFound (no such map); kUnsupported (written in a way that cannot be changed here; the line is named).
[[nodiscard]] Result<std::string> set_entry(const std::string& text, const Path& map, const std::string& key, const EditValue& value,
                                            const std::vector<std::string_view>& order);

/// Adds an element to the end of the list `key` of the map at `map`, which is made when it is not there. Errors: as set_entry.
[[nodiscard]] Result<std::string> append_element(const std::string& text, const Path& map, const std::string& key, const EditValue& value);

/// Replaces an element that is a scalar. Errors: as set_entry.
[[nodiscard]] Result<std::string> replace_scalar(const std::string& text, const Path& list, std::size_t index, const EditValue& value);

/// Takes an element away, with the comments inside it. Errors: as set_entry.
[[nodiscard]] Result<std::string> remove_element(const std::string& text, const Path& list, std::size_t index);

}  // namespace prova::yaml_edit
