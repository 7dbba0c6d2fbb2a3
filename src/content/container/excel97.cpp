// [MS-XLS]: the cells of Excel files, record by record.

#include <bit>

#include "base/byte_reader.h"
#include "content/container/office97.h"

namespace prova {
namespace {

/// [MS-XLS] 2.3: record types.
enum RecordType : std::uint16_t {
  kFormula = 0x0006, kFilePass = 0x002f, kContinue = 0x003c, kMulRk = 0x00bd, kRString = 0x00d6, kSst = 0x00fc, kLabelSst = 0x00fd,
  kNumber = 0x0203, kLabel = 0x0204, kBoolErr = 0x0205, kString = 0x0207, kRk = 0x027e, kBof = 0x0809,
};
constexpr std::uint16_t kBiff8 = 0x0600;

/// [MS-XLS] 2.5.296: flags of a string.
constexpr std::uint8_t kWide = 1, kExtended = 4, kRich = 8;

/// Data of one record and of those that continue it. A string that crosses into a continuation starts there with new flags.
class RecordData {
 public:
  explicit RecordData(std::vector<ByteView> parts) : parts_(std::move(parts)) {}
  [[nodiscard]] bool at_end() const { return part_ >= parts_.size(); }

  template <typename T>
  T number() {
    T value{};
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>(value | static_cast<T>(static_cast<T>(byte()) << (8 * i)));
    return value;
  }
  void skip(std::uint64_t count) {
    while (count > 0 && settle()) {
      const std::uint64_t step = std::min<std::uint64_t>(count, parts_[part_].size() - at_);
      at_ += static_cast<std::size_t>(step);
      count -= step;
    }
  }
  /// `count` characters as UTF-8.
  std::string characters(std::uint32_t count, bool wide) {
    std::string narrow, utf16;
    while (count > 0 && !at_end()) {
      if (at_ >= parts_[part_].size()) {
        if (!settle()) break;
        wide = (byte() & kWide) != 0;
        continue;
      }
      const std::uint64_t width = wide ? 2 : 1;
      const auto here = std::min<std::uint64_t>(count, std::max<std::uint64_t>((parts_[part_].size() - at_) / width, 1));
      const std::string_view raw = as_text(clamped(parts_[part_], at_, here * width));
      // One byte a character means the low half of UTF-16, not a code page.
      for (std::size_t i = 0; i < raw.size() && !wide; ++i) utf16.append({raw[i], '\0'});
      if (wide) utf16 += raw;
      at_ += raw.size();
      count -= static_cast<std::uint32_t>(here);
    }
    return utf8_of_utf16le(utf16);
  }

 private:
  /// Moves to a part with something left.
  bool settle() {
    while (part_ < parts_.size() && at_ >= parts_[part_].size()) {
      ++part_;
      at_ = 0;
    }
    return part_ < parts_.size();
  }
  std::uint8_t byte() { return settle() ? static_cast<std::uint8_t>(parts_[part_][at_++]) : 0; }

  std::vector<ByteView> parts_;
  std::size_t part_ = 0, at_ = 0;
};

/// XLUnicodeRichExtendedString ([MS-XLS] 2.5.293).
std::string rich_string(RecordData& data) {
  const auto count = data.number<std::uint16_t>();
  const auto flags = data.number<std::uint8_t>();
  const std::uint64_t runs = (flags & kRich) != 0 ? data.number<std::uint16_t>() : 0;
  const std::uint64_t extension = (flags & kExtended) != 0 ? data.number<std::uint32_t>() : 0;
  std::string text = data.characters(count, (flags & kWide) != 0);
  data.skip(4 * runs + extension);
  return text;
}

/// RkNumber ([MS-XLS] 2.5.217): 30 bits of an integer or of a double, perhaps in hundredths.
double rk_value(std::uint32_t rk) {
  const double value = (rk & 2) != 0 ? static_cast<double>(std::bit_cast<std::int32_t>(rk) >> 2) : std::bit_cast<double>(std::uint64_t{rk & ~3U} << 32);
  return (rk & 1) != 0 ? value / 100 : value;
}

/// As XML has it: the shortest digits that give the number back.
std::string number_text(double value) { return fmt::format("{}", value); }

class Workbook {
 public:
  explicit Workbook(ByteView stream) : stream_(stream) {}

  Result<std::string> read() {
    if (ByteReader(stream_).value_at<std::uint16_t>(FileOffset{0}) != kBof) return fail(ErrorCode::kMalformed, "not an Excel workbook that is read");
    while (next() && text_.size() < kMaxOffice97Text) {
      if (type_ == kFilePass) return fail(ErrorCode::kUnsupported, "is encrypted and needs its password");
      take();
    }
    return std::move(text_);
  }

 private:
  /// The next record with its continuations.
  bool next() {
    parts_.clear();
    if (!read_one(type_)) return false;
    for (std::uint16_t following = 0; type_ != kContinue && peek(following) && following == kContinue;) (void)read_one(following);
    return true;
  }
  [[nodiscard]] bool peek(std::uint16_t& type) const {
    const ByteReader in(stream_);
    type = in.value_at<std::uint16_t>(FileOffset{at_});
    return in.contains(FileOffset{at_}, 4);
  }
  bool read_one(std::uint16_t& type) {
    if (!peek(type)) return false;
    const auto size = ByteReader(stream_).value_at<std::uint16_t>(FileOffset{at_ + 2});
    parts_.push_back(clamped(stream_, at_ + 4, size));
    at_ += 4ULL + size;
    return true;
  }

  void take() {
    const ByteReader in(parts_.front());
    switch (type_) {
      case kBof: biff8_ = in.value_at<std::uint16_t>(FileOffset{0}) == kBiff8; break;
      case kSst: return read_shared_strings();
      case kLabelSst: return add_shared(in.value_at<std::uint32_t>(FileOffset{6}, ~0U));
      case kLabel: case kRString: return add(string_at(6));
      case kString: return add(string_at(0));
      case kNumber: return add_number(std::bit_cast<double>(in.value_at<std::uint64_t>(FileOffset{6})));
      case kRk: return add_number(rk_value(in.value_at<std::uint32_t>(FileOffset{6})));
      case kMulRk:
        for (std::uint64_t at = 4; at + 8 <= in.size(); at += 6) add_number(rk_value(in.value_at<std::uint32_t>(FileOffset{at + 2})));
        return;
      case kBoolErr:
        if (in.value_at<std::uint8_t>(FileOffset{7}) == 0) add(in.value_at<std::uint8_t>(FileOffset{6}) != 0 ? "1" : "0");
        return;
      case kFormula: return add_formula(in);
      default: break;
    }
  }

  void read_shared_strings() {
    RecordData data(parts_);
    data.skip(4);
    const auto count = data.number<std::uint32_t>();
    std::size_t held = 0;
    for (std::uint32_t i = 0; i < count && !data.at_end() && held < kMaxOffice97Text; ++i) {
      strings_.push_back(rich_string(data));
      held += strings_.back().size();
    }
  }
  void add_shared(std::uint32_t index) {
    if (index < strings_.size()) add(strings_[index]);
  }
  /// BIFF8: length, flags, characters; before: length and bytes of the code page.
  std::string string_at(std::uint64_t offset) {
    RecordData data(parts_);
    data.skip(offset);
    const auto count = data.number<std::uint16_t>();
    if (!biff8_) return utf8_of_windows_1252(as_text(clamped(parts_.front(), offset + 2, count)));
    const auto flags = data.number<std::uint8_t>();
    return data.characters(count, (flags & kWide) != 0);
  }
  /// FormulaValue ([MS-XLS] 2.5.133): a number, or what kind of other value; strings follow in a record of their own.
  void add_formula(const ByteReader& in) {
    const auto bits = in.value_at<std::uint64_t>(FileOffset{6});
    if ((bits >> 48) != 0xffff) return add_number(std::bit_cast<double>(bits));
    if ((bits & 0xff) == 1) add((bits & 0xff'0000) != 0 ? "1" : "0");
  }
  void add_number(double value) { add(number_text(value)); }
  void add(std::string_view value) {
    text_ += value;
    text_ += '\t';
  }

  ByteView stream_;
  std::uint64_t at_ = 0;
  std::uint16_t type_ = 0;
  std::vector<ByteView> parts_;
  bool biff8_ = true;
  std::vector<std::string> strings_;
  std::string text_;
};

}  // namespace

Result<std::string> excel97_text(ByteView workbook) { return Workbook(workbook).read(); }

}  // namespace prova
