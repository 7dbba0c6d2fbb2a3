// The seven verdicts as bars, for everything and per system.
import { ShareBar } from "../../components/ShareBar";
import { Untrusted } from "../../components/Untrusted";
import { bytes, count } from "../../format";
import { t } from "../../i18n";
import { hrefOf } from "../../router";
import { kVerdictMarks, kVerdicts, whole, type Total, type Totals } from "./documents";

const sharesOf = (totals: Totals, of: keyof Total) =>
  kVerdicts.map((verdict) => ({ id: verdict, label: t(`damage.verdict.${verdict}`), value: totals[verdict][of], mark: kVerdictMarks[verdict] }));

export function VerdictBars({ totals }: { totals: Totals }) {
  return (
    <div class="verdicts">
      <div class="verdict-bars">
        <span>{t("damage.by_files")}</span><ShareBar label={t("damage.by_files")} shares={sharesOf(totals, "files")} /><b>{count(whole(totals, "files"))}</b>
        <span>{t("damage.by_bytes")}</span><ShareBar label={t("damage.by_bytes")} shares={sharesOf(totals, "bytes")} /><b>{bytes(whole(totals, "bytes"))}</b>
      </div>
      <ul class="verdict-list">
        {kVerdicts.map((verdict) => (
          <li key={verdict} class={totals[verdict].files === 0 ? "is-none" : undefined}>
            <i class={`swatch ${kVerdictMarks[verdict]}`} aria-hidden="true" />
            <span>{t(`damage.verdict.${verdict}`)}</span>
            <b>{count(totals[verdict].files)}</b>
            <span class="soft">{bytes(totals[verdict].bytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function SystemTable({ systems }: { systems: { system: string; totals: Totals }[] }) {
  const shown = kVerdicts.filter((verdict) => systems.some((one) => one.totals[verdict].files > 0));
  return (
    <div class="scroll-x">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("damage.system")}</th><th scope="col" class="system-bar" aria-label={t("damage.verdicts")} />
            {shown.map((verdict) => <th key={verdict} scope="col" class="n">{t(`damage.verdict.${verdict}`)}</th>)}
            <th scope="col" class="n">{t("damage.files")}</th>
          </tr>
        </thead>
        <tbody>
          {systems.map(({ system, totals }) => (
            <tr key={system}>
              <th scope="row"><a href={hrefOf("damage", { system })}><Untrusted text={system} /></a></th>
              <td class="system-bar"><ShareBar thin label={system} shares={sharesOf(totals, "files")} /></td>
              {shown.map((verdict) => <td key={verdict} class="n">{totals[verdict].files > 0 ? count(totals[verdict].files) : "–"}</td>)}
              <td class="n">{count(whole(totals, "files"))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
