#include "content/inventory/packed_stream.h"

#include <zstd.h>

#include <cstdlib>
#include <cstring>
#include <limits>

namespace prova {
namespace {

/// zstd's default. Level 9 saves 3 to 4 % more of the text marks of /usr/share/doc and takes four times as long.
constexpr int kLevel = 3;
constexpr std::size_t kBuffer = 1 << 17;

/// Compression fails for lack of memory only: going on would write a section that nobody can read.
std::size_t require(std::size_t result) {
  if (ZSTD_isError(result) != 0) std::abort();
  return result;
}

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

std::string pack(std::string_view plain) {
  if (plain.empty()) return {};
  const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (context == nullptr) std::abort();
  require(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel));
  require(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_enableLongDistanceMatching, 1));
  require(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, kPackWindowLog));
  const std::uint64_t size = plain.size();
  std::string out(sizeof size + ZSTD_compressBound(plain.size()), '\0');
  std::memcpy(out.data(), &size, sizeof size);
  out.resize(sizeof size + require(ZSTD_compress2(context.get(), out.data() + sizeof size, out.size() - sizeof size, plain.data(), plain.size())));
  return out;
}

struct PackedStream::Decoder {
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{};
  bool ended = false;

  explicit Decoder(ByteView frame) : in{frame.data(), frame.size(), 0} {
    if (stream != nullptr) (void)ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, kPackWindowLog);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { ZSTD_freeDStream(stream); }
};

PackedStream::PackedStream(ByteView packed) {
  if (packed.empty()) return;
  if (packed.size() >= sizeof size_) std::memcpy(&size_, packed.data(), sizeof size_);
  if (size_ == 0 || size_ > kMaxUnpacked) {
    size_ = 0;
    fail();
    return;
  }
  decoder_ = std::make_unique<Decoder>(packed.subspan(sizeof size_));
  buffer_.resize(kBuffer);
}

PackedStream::PackedStream(PackedStream&&) noexcept = default;
PackedStream& PackedStream::operator=(PackedStream&&) noexcept = default;
PackedStream::~PackedStream() = default;

/// The next bytes into the buffer. Fails at the end, and when the frame holds more or fewer bytes than its size says.
bool PackedStream::refill() {
  ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
  while (!failed_ && out.pos == 0 && decoder_ != nullptr && !decoder_->ended && decoder_->stream != nullptr) {
    const std::size_t before = decoder_->in.pos;
    const std::size_t result = ZSTD_decompressStream(decoder_->stream, &out, &decoder_->in);
    decoder_->ended = result == 0;
    if (ZSTD_isError(result) != 0 || (decoder_->in.pos == before && out.pos == 0 && result != 0)) break;  // Damaged, or cut short.
  }
  next_ = 0, end_ = out.pos;
  if (out.pos == 0 || out.pos > left()) {
    failed_ = true;
    end_ = 0;
  }
  return end_ != 0;
}

bool PackedStream::done() {
  if (failed_ || left() != 0) return false;
  if (decoder_ == nullptr) return true;
  if (!decoder_->ended) {  // Only the frame's end may be left.
    ZSTD_outBuffer none{buffer_.data(), 0, 0};
    decoder_->ended = ZSTD_decompressStream(decoder_->stream, &none, &decoder_->in) == 0;
  }
  if (!decoder_->ended || decoder_->in.pos != decoder_->in.size) failed_ = true;
  return !failed_;
}

std::uint32_t PackedStream::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint64_t next = byte();
    value |= (next & 0x7f) << shift;
    if (next < 0x80 && value <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(value);
    if (next < 0x80) break;
  }
  fail();
  return 0;
}

std::uint64_t PackedStream::key(unsigned n) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < n; ++i) value = value << 8 | byte();
  return value << (64 - 8 * n);
}

}  // namespace prova
