// What was scanned, and what of it could not be read.
import { PathText, Untrusted } from "../../components/Untrusted";
import { bytes, count } from "../../format";
import { t } from "../../i18n";
import type { DamageSource } from "./documents";

export function SourceTable({ sources }: { sources: DamageSource[] }) {
  return (
    <div class="scroll-x">
      <table>
        <thead><tr><th scope="col">{t("damage.source")}</th><th scope="col">{t("damage.what")}</th><th scope="col" class="n">{t("damage.size")}</th><th scope="col" class="n">{t("damage.read")}</th><th scope="col" class="n">{t("damage.files")}</th><th scope="col">{t("damage.detail")}</th></tr></thead>
        <tbody>
          {sources.map((source) => (
            <tr key={source.path}>
              <td><PathText path={source.path} /></td><td>{t(`damage.role.${source.role}`)}{source.format && ` (${source.format})`}</td>
              <td class="n">{bytes(source.size)}</td><td class="n">{bytes(source.read_bytes)}</td><td class="n">{count(source.files)}</td>
              <td>{[...(source.readable ? [] : [t("damage.unreadable")]), ...source.problems].slice(0, 5).map((problem) => <span key={problem}><Untrusted text={problem} />. </span>)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
