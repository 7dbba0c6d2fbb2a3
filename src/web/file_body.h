#pragma once
// Documents that lie in the case already, sent without being held in memory.

#include <filesystem>
#include <string>

#include "web/message.h"

namespace prova::web {

/// The JSON document in `file`, in pieces, with an entity tag from its size and time; 404 with `remedy` when it is not there.
/// A file that is not a regular one, or is a symbolic link, is not sent.
[[nodiscard]] Response stored_document(const std::filesystem::path& file, const std::string& remedy);

}  // namespace prova::web
