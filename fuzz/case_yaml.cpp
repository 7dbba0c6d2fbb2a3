// Bytes as case.yaml and as a file of translations: whatever is read must validate, translate and keep its counts.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evidence/case_texts.h"
#include "evidence/corroboration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const prova::CaseReading reading = prova::parse_case(text);
  if (reading.parsed.has_value() != reading.errors.empty()) __builtin_trap();
  const prova::CaseTextsReading texts = prova::parse_case_texts(text);
  if (texts.parsed.has_value() != texts.errors.empty()) __builtin_trap();
  if (!reading.parsed) return 0;
  if (!prova::validate(*reading.parsed).empty()) __builtin_trap();
  const auto credibility = prova::computed_credibility(*reading.parsed, prova::kEndOfTime);
  if (credibility.size() != reading.parsed->evidence.size()) __builtin_trap();
  if (texts.parsed) (void)prova::translate(*reading.parsed, *texts.parsed);
  return 0;
}
