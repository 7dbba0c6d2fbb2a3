import { EvidenceRef, Panel } from "../../components/parts";
import { t, tCode, tn, type MessageKey } from "../../i18n";
import type { StatementDocument, StatementSentence } from "../../documents";

export function SentenceSide({ document, sentence, checked, claims }: {
  document: StatementDocument; sentence: StatementSentence | null; checked: number; claims: ReadonlyMap<string, string>;
}) {
  return (
    <div class="statement-side">
      <Panel title={t("statement.rests_on")}>
        <div aria-live="polite">
          {!sentence && <p class="soft">{t("statement.linked")}</p>}
          {sentence && (
            <>
              <p class="soft">{t("statement.kind")}: {t(`statement.kind_${sentence.kind}` as MessageKey)}</p>
              {sentence.evidence.length === 0 && <p>{t("statement.rests_on_nothing")}</p>}
              <ul class="resting">
                {sentence.evidence.map((id) => (
                  <li key={id}>
                    {claims.has(id) ? <EvidenceRef id={id} /> : <span class="badge">{t("statement.artifact")}</span>}
                    <span>{claims.get(id) ?? <span class="mono">{id}</span>}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </Panel>
      <Panel title={t("statement.linter")}>
        <p class={document.findings.length === 0 ? "good" : "bad"}>
          {document.findings.length === 0 ? tn("statement.clean", checked) : tn("statement.findings", document.findings.length)}
        </p>
        <ul class="findings">
          {document.findings.map((finding, index) => (
            <li key={index}>
              <p><b>{tCode("statement.rule", finding.rule)}</b>{finding.word && <>: <q>{finding.word}</q></>}</p>
              <p class="soft">{finding.sentence}</p>
            </li>
          ))}
        </ul>
        <p class="soft">{t("statement.rules")}</p>
      </Panel>
    </div>
  );
}
