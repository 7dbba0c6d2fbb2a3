// What is wrong with a disk as a disk: the pattern of loss by name, and its structures.
import { Untrusted } from "../../components/Untrusted";
import { bytes, count } from "../../format";
import { t, tCode } from "../../i18n";
import type { DamageSource } from "./documents";

function patternText({ pattern }: DamageSource): string {
  if (!pattern || pattern.name === "none") return t("damage.pattern.none");
  const by = tCode("damage.by", pattern.replaced_by);
  if (pattern.name === "head") return t("damage.pattern.head", { until: bytes(pattern.until), by });
  if (pattern.name === "every_nth_mib") return t("damage.pattern.every_nth_mib", { n: pattern.n, places: count(pattern.places), by });
  if (pattern.name === "regions") return t("damage.pattern.regions", { places: count(pattern.places), by });
  return tCode("damage.pattern", pattern.name);
}

const kStateMarks = { ok: "is-intact", recoverable_from_copy: "is-partial", damaged: "is-lost" } as const;

export function DiskFindings({ source }: { source: DamageSource }) {
  const structures = source.structures ?? [];
  return (
    <div class="disk-findings">
      <p><b>{t("damage.pattern")}:</b> {patternText(source)}</p>
      {structures.length > 0 && (
        <div class="scroll-x">
          <table>
            <caption class="sr-only">{t("damage.structures")}</caption>
            <thead><tr><th scope="col">{t("damage.structures")}</th><th scope="col" class="n">{t("damage.offset")}</th><th scope="col">{t("damage.state")}</th><th scope="col">{t("damage.detail")}</th></tr></thead>
            <tbody>
              {structures.map((one) => (
                <tr key={`${one.name}-${one.offset}`}>
                  <th scope="row" class="mono">{one.name}</th><td class="n">{bytes(one.offset)}</td>
                  <td><span class="role-cell"><i class={`swatch ${kStateMarks[one.state]}`} aria-hidden="true" />{t(`damage.structure.${one.state}`)}</span></td>
                  <td><Untrusted text={one.detail} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
