#pragma once
// Names that an archive's members take from each other.

#include <vector>

#include "binary/binary_image.h"

namespace prova {

/// Marks every import of a member that another member of the same machine defines as a global symbol: once the archive is
/// linked, a call to it is a call inside the program, whatever its name. O(symbols + imports).
void resolve_members(std::vector<BinaryImage>& members);

}  // namespace prova
