// The questions, each with its answers as intervals; beside them what changed last, severity, what to collect next.
import { useState } from "preact/hooks";
import { assessmentPath, casePath, useDocument } from "../../api";
import { claimsOf } from "../../analysis";
import { ViewHead, Notice } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { YardstickAxis } from "../../components/IntervalBar";
import { YardstickChoice } from "../../components/YardstickChoice";
import { dayLong, count } from "../../format";
import { t, tn } from "../../i18n";
import { useRoute } from "../../router";
import { useSettings } from "../../settings";
import { HypothesesSheet } from "../../editing/HypothesesSheet";
import type { Assessment, Timeline } from "../../documents";
import type { ViewProps } from "..";
import { QuestionCard } from "./QuestionCard";
import { Rail } from "./Rail";
import "./overview.css";

export default function OverviewView({ caseId, caseDocument }: ViewProps) {
  const asOf = useRoute().query.get("as_of");
  const { language, yardstick } = useSettings();
  const [editing, setEditing] = useState<string | null>(null);
  const assessment = useDocument<Assessment>(assessmentPath(caseId, asOf, [], language));
  const timeline = useDocument<Timeline>(casePath(caseId, "/timeline"));
  const claims = claimsOf(caseDocument);
  const known = assessment.value;
  return (
    <>
      <ViewHead title={caseDocument.name || t("view.overview")}
        note={known && `${dayLong(known.as_of)} · ${tn("overview.known", known.items_known, { counted: count(known.items_counted) })}`}>
        <YardstickChoice />
      </ViewHead>
      {caseDocument.summary && <p class="overview-summary">{caseDocument.summary}</p>}
      {caseDocument.notice && <Notice>{caseDocument.notice}</Notice>}
      <Show loaded={assessment}>
        {(value) => (
          <div class="overview">
            <div>
              {value.questions.length === 0 && <EmptyState title={t("overview.no_questions")} />}
              {value.questions.length > 0 && (
                <div class="overview-axis">
                  <div class="answer-grid">
                    <span class="axis-head">{t("overview.answer")}</span>
                    <YardstickAxis yardstick={yardstick} />
                    <span class="axis-head num">%</span>
                    <span class="axis-head num">{t("number.interval")}</span>
                    <span class="axis-head">{yardstick === "phia" ? t("settings.phia") : t("settings.icd203")}</span>
                  </div>
                </div>
              )}
              {value.questions.map((question) => (
                <QuestionCard key={question.id} question={question} assessment={value} claims={claims} onEdit={() => setEditing(question.id)} />
              ))}
            </div>
            <Rail assessment={value} timeline={timeline.value} claims={claims} />
          </div>
        )}
      </Show>
      {editing && <HypothesesSheet caseId={caseId} questionId={editing} onClose={() => setEditing(null)} />}
    </>
  );
}
