import { EvidenceRef, Panel } from "../../components/parts";
import { t, tCode, tn, type MessageKey } from "../../i18n";
import type { StatementSentence } from "../../documents";

export function SentenceSide({ sentence, sentences, claims }: {
  sentence: StatementSentence | null; sentences: readonly StatementSentence[]; claims: ReadonlyMap<string, string>;
}) {
  const broken = sentences.flatMap((one) => one.findings.map((finding) => ({ sentence: one, finding })));
  return (
    <div class="statement-side">
      <Panel title={t("statement.rests_on")}>
        <div aria-live="polite">
          {!sentence && <p class="soft">{t("statement.linked")}</p>}
          {sentence && (
            <>
              <p class="soft">{t("list.colon", { text: t("statement.kind") })} {t(`statement.kind_${sentence.kind}` as MessageKey)}</p>
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
        <p class={broken.length === 0 ? "good" : "bad"}>
          {broken.length === 0 ? tn("statement.clean", sentences.length) : tn("statement.findings", broken.length)}
        </p>
        <ul class="findings">
          {broken.map(({ sentence: { text }, finding }, index) => (
            <li key={index}>
              <p><b>{tCode("statement.rule", finding.rule)}</b>{finding.word && <>: <q>{finding.word}</q></>}</p>
              <p class="soft">{text}</p>
            </li>
          ))}
        </ul>
        <p class="soft">{t("statement.rules")}</p>
      </Panel>
    </div>
  );
}
