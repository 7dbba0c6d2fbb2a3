#include "program/no_return.h"

#include <algorithm>
#include <array>

namespace prova {
namespace {

/// Names without leading underscores, ascending. Sources: the `noreturn` attributes of glibc 2.36, musl 1.2 and
/// libstdc++ 12 headers, `DECLSPEC_NORETURN` in the Windows SDK and `__declspec(noreturn)` in the UCRT.
constexpr auto kNeverReturn = std::to_array<std::string_view>({
    "?_Xbad_alloc@std@@YAXXZ", "?_Xbad_function_call@std@@YAXXZ", "?_Xinvalid_argument@std@@YAXPBD@Z",
    "?_Xinvalid_argument@std@@YAXPEBD@Z", "?_Xlength_error@std@@YAXPBD@Z", "?_Xlength_error@std@@YAXPEBD@Z",
    "?_Xout_of_range@std@@YAXPBD@Z", "?_Xout_of_range@std@@YAXPEBD@Z", "?_Xoverflow_error@std@@YAXPBD@Z",
    "?_Xoverflow_error@std@@YAXPEBD@Z", "?_Xruntime_error@std@@YAXPBD@Z", "?_Xruntime_error@std@@YAXPEBD@Z",
    "?terminate@@YAXXZ",
    "CxxThrowException", "Exit", "ExitProcess", "ExitThread", "FreeLibraryAndExitThread",
    "KeBugCheck", "KeBugCheckEx", "RaiseFailFastException", "RpcRaiseException", "RtlExitUserProcess",
    "RtlExitUserThread", "RtlFailFast", "RtlRaiseStatus", "Unwind_Resume", "ZSt10unexpectedv",
    "ZSt16__throw_bad_castv", "ZSt17__throw_bad_allocv", "ZSt18__throw_bad_typeidv", "ZSt19__throw_logic_errorPKc",
    "ZSt19__throw_range_errorPKc", "ZSt20__throw_domain_errorPKc", "ZSt20__throw_future_errori",
    "ZSt20__throw_length_errorPKc", "ZSt20__throw_out_of_rangePKc", "ZSt20__throw_system_errori",
    "ZSt21__throw_bad_exceptionv", "ZSt21__throw_runtime_errorPKc", "ZSt22__throw_overflow_errorPKc",
    "ZSt23__throw_underflow_errorPKc", "ZSt24__throw_invalid_argumentPKc", "ZSt24__throw_out_of_range_fmtPKcz",
    "ZSt25__throw_bad_function_callv", "ZSt28__throw_bad_array_new_lengthv", "ZSt9terminatev",
    "abort", "amsg_exit", "assert", "assert_fail", "assert_perror_fail", "assert_rtn", "chk_fail", "cxa_bad_cast",
    "cxa_bad_typeid", "cxa_call_unexpected", "cxa_pure_virtual", "cxa_rethrow", "cxa_throw",
    "cxa_throw_bad_array_new_length", "err", "errx", "exit", "fortify_fail", "invalid_parameter_noinfo_noreturn",
    "invoke_watson", "libc_fatal", "libc_start_main", "longjmp", "longjmp_chk", "obstack_alloc_failed_handler",
    "pthread_exit", "quick_exit", "report_gsfailure", "siglongjmp", "stack_chk_fail", "stack_chk_fail_local",
    "terminate", "thrd_exit", "throw_bad_array_new_length", "verr", "verrx", "wassert"});

static_assert(std::is_sorted(kNeverReturn.begin(), kNeverReturn.end()));

}  // namespace

/// `mov rsp, r`, `mov rsp, [m]`, `mov sp, x`, `add sp, sp, x`. Not from the frame pointer; not by lea (realigned frames
/// return with `lea rsp, [r10 - 8]`); not from r11, with which Microsoft's epilogues restore.
void StackSwitch::step(const Instruction& i) {
  if (arch_ == Arch::kArm) return step_arm32(i);
  constexpr Register kRsp{Register::Class::kGeneral, 4}, kSp{Register::Class::kGeneral, 31};
  const bool x86 = arch_ == Arch::kX64 || arch_ == Arch::kX86;
  if (!x86 && arch_ != Arch::kArm64) return;
  const Operand& to = i.operands[0];
  if (i.operand_count < 2 || to.kind != Operand::Kind::kRegister || !to.written || to.reg != (x86 ? kRsp : kSp)) return;
  const Operand& from = i.operands[i.operand_count - 1U];
  const bool is_register = from.kind == Operand::Kind::kRegister && from.reg.cls == Register::Class::kGeneral;
  const bool is_load = from.kind == Operand::Kind::kMemory && from.base.cls == Register::Class::kGeneral &&
                       from.base != to.reg && from.base.index != 5;
  if (x86) {
    const bool frame = from.reg.index == 5 || from.reg.index == 11;
    found_ = i.operation == Operation::kMove && ((is_register && !frame) || is_load);
  } else {
    found_ = i.operation == Operation::kArithmetic && is_register && from.reg.index < 29;
  }
}

/// `ldm r, {..., sp, ...}` and `mov sp, r`; not from the frame pointers r7 and r11.
void StackSwitch::step_arm32(const Instruction& i) {
  constexpr unsigned kSp = 13;
  if (i.operand_count < 2) return;
  const Operand& to = i.operands[0];
  const Operand& from = i.operands[1];
  const auto is_frame = [](Register r) { return r.index == 7 || r.index == 11; };
  const bool list = to.kind == Operand::Kind::kRegisterList && to.written && (static_cast<std::uint64_t>(to.value) >> kSp & 1U) != 0;
  const bool move = i.operation == Operation::kMove && to.kind == Operand::Kind::kRegister && to.written &&
                    to.reg == Register{Register::Class::kGeneral, kSp} && from.kind == Operand::Kind::kRegister;
  if (list) found_ = from.base.index != kSp && !is_frame(from.base);
  if (move) found_ = !is_frame(from.reg);
}

bool never_returns(std::string_view name) {
  if (name.starts_with("__imp_")) name.remove_prefix(6);
  while (name.starts_with('_')) name.remove_prefix(1);
  // Symbol versions and stdcall decorations follow an '@'; C++ names of Microsoft begin with '?' and contain some.
  if (!name.starts_with('?')) name = name.substr(0, name.find('@'));
  return std::binary_search(kNeverReturn.begin(), kNeverReturn.end(), name);
}

}  // namespace prova
