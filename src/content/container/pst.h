#pragma once
// Messages of Outlook's PST and OST files, read by libpff. Runs in the extraction child.

#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "content/container/budget.h"
#include "content/container/mail.h"

namespace prova {

/// Folders deeper than this are not read.
constexpr int kMaxPstDepth = 64;

/// What happens with each message; `folder` is its path, for example "Inbox/2021".
using PstMessageSink = std::function<void(const std::string& folder, MailMessage message)>;

/// Walks all folders in their stored order. A message, body or attachment that cannot be read is left out.
/// Errors: kMalformed when the file cannot be opened.
[[nodiscard]] Status read_pst(ByteView bytes, const ExtractionBudget& budget, const PstMessageSink& sink);

}  // namespace prova
