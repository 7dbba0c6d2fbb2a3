#pragma once
// Changing a case from a form: checked like `prova case check`, written so that a diff shows the change and nothing else,
// recorded in the custody log, and refused when somebody else changed the case meanwhile.

#include <filesystem>
#include <string>
#include <vector>

#include "evidence/case.h"
#include "evidence/case_edit.h"

namespace prova {

struct EditRequest {
  CaseEdit edit;
  std::string revision;   ///< SHA-256 in hex of the case.yaml that the person looked at.
  std::string who, time;  ///< For the custody log: a name, and RFC 3339 UTC.
};

struct EditOutcome {
  enum class Kind : std::uint8_t {
    kSaved,      ///< `revision` is the new one; equal to the old one when nothing changed.
    kConflict,   ///< Somebody else changed the case: `revision` is theirs. Nothing was written.
    kRefused,    ///< The result would not be a case: `errors`. Nothing was written.
  };
  Kind kind{};
  std::string revision;
  std::vector<CaseError> errors;   ///< By line of the file as it would have been.
};

/// Takes a lock on the case directory, so that edits of several servers and people follow each other. Errors: those of
/// apply_edit; kIo (lock, read, write); those of append_custody. On an error nothing was written.
[[nodiscard]] Result<EditOutcome> edit_case(const std::filesystem::path& directory, const EditRequest& request);

}  // namespace prova
