// DKIM: tag lists, key files, signatures and whole messages, with a key so that verification runs too.

#include <cstdint>

#include "content/dkim/check_mail.h"
#include "content/dkim/signature.h"
#include "content/dkim/tag_list.h"

namespace {

/// The key of RFC 8463, appendix A, for whatever selector the corpus uses.
const prova::DkimKeys& keys() {
  static const prova::DkimKeys known = [] {
    prova::DkimKeys made;
    (void)made.add_file("s._domainkey.d v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n", "keys");
    return made;
  }();
  return known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto tags = prova::DkimTagList::parse(text)) {
    for (const prova::DkimTag& tag : tags->tags()) {
      if (tag.raw_value.data() < text.data() || tag.raw_value.data() + tag.raw_value.size() > text.data() + size) __builtin_trap();
    }
  }
  (void)prova::parse_key_record(text);
  (void)prova::parse_signature(text);
  prova::DkimKeys read;
  (void)read.add_file(text, "fuzz");
  const prova::MailSignatures result = prova::check_mail(text, keys());
  if (result.signatures.size() > prova::kMaxSignatures) __builtin_trap();
  const prova::MessageParts parts = prova::split_message(text);
  const auto all = prova::canonical_body_digest(parts.body, prova::DkimForm::kRelaxed, {});
  if (prova::canonical_body_digest(parts.body, prova::DkimForm::kRelaxed, all.length).digest != all.digest) __builtin_trap();
  return 0;
}
