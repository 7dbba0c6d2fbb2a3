#pragma once
// Mail: mailboxes into messages, messages into text and attachments. Runs in the extraction child.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// A file attached to a mail, decoded; or a mail attached to a mail.
struct MailAttachment {
  std::string name;
  std::string bytes;
  bool is_message = false;
};

/// A mail as read by GMime (RFC 5322, 2045 to 2049).
struct MailMessage {
  std::string message_id;  ///< Without angle brackets.
  std::string headers;     ///< From, To, Cc, Date, Subject: "Name: value\n" each, decoded, missing ones left out.
  std::string text;        ///< The body: text/plain parts, or where there are none the text of text/html parts. UTF-8.
  std::vector<MailAttachment> attachments;
};

/// Errors: kMalformed when no message can be made of the bytes. Broken parts are left out.
[[nodiscard]] Result<MailMessage> read_mail(ByteView bytes);

/// Where the messages of an mbox lie (RFC 4155): each starts after a "From " line that follows an empty line or the start.
/// Views into `mailbox`, without the "From " lines. O(n).
[[nodiscard]] std::vector<std::string_view> split_mailbox(std::string_view mailbox);

/// MIME parts deeper than this are not read; GMime itself recurses.
constexpr int kMaxMimeDepth = 64;

}  // namespace prova
