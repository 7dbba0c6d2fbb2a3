// The page: who is signed in, which case is open, which view is shown.
import { useEffect, useState } from "preact/hooks";
import { casePath, signedOut, spoken, useDocument, withQuery } from "../api";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import { t, tn } from "../i18n";
import { navigate, useRoute } from "../router";
import { useSettings } from "../settings";
import { useStore } from "../store";
import { views } from "../views";
import type { CaseDocument, WorkbenchDocument } from "../documents";
import { ShownView } from "./ShownView";
import { Sidebar } from "./Sidebar";

export function App({ badToken }: { badToken: boolean }) {
  const isSignedOut = useStore(signedOut);
  const workbench = useDocument<WorkbenchDocument>(isSignedOut ? null : "/api/workbench");
  if (isSignedOut) {
    return (
      <div class="gate">
        <EmptyState title={badToken ? t("shell.bad_token") : t("shell.signed_out")}>{t("shell.signed_out_remedy")}</EmptyState>
      </div>
    );
  }
  if (workbench.error) return <div class="gate"><ErrorState error={workbench.error} retry={workbench.retry} /></div>;
  if (!workbench.value) return <div class="gate"><Skeleton lines={3} /></div>;
  return <Workbench workbench={workbench.value} />;
}

function Workbench({ workbench }: { workbench: WorkbenchDocument }) {
  const route = useRoute();
  const { language } = useSettings();
  const known = workbench.cases.find((entry) => entry.id === route.caseId);
  const only = workbench.cases[0];
  useEffect(() => {
    if (!route.caseId && only) navigate({ ...route, caseId: only.id }, "replace");
  }, [route.caseId, only?.id]);
  const loaded = useDocument<CaseDocument>(known ? withQuery(casePath(known.id), { language: spoken(language) }) : null);
  const entry = views.find((view) => view.id === route.view);
  useEffect(() => void entry?.load().catch(() => undefined), [entry]);   // the view's script comes while the case is read
  const [sidebarOpen, setSidebarOpen] = useState(false);
  useEffect(() => setSidebarOpen(false), [route.view, route.caseId]);
  useEffect(() => {
    document.title = [entry ? t(entry.title) : "", known?.name ?? "", "prova"].filter(Boolean).join(" · ");
  });
  return (
    <div class={`page${sidebarOpen ? " is-open" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>{t("shell.skip")}</a>
      <Sidebar workbench={workbench} caseId={known?.id ?? null} caseDocument={loaded.value} open={sidebarOpen} onOpen={setSidebarOpen} />
      <main id="main" tabIndex={-1}>
        {!route.caseId && workbench.cases.length === 0 && <EmptyState title={t("shell.no_case")}>{t("shell.no_case_remedy")}</EmptyState>}
        {route.caseId && !known && <EmptyState title={t("shell.unknown_case", { id: route.caseId })} />}
        {known && !entry && <EmptyState title={t("shell.unknown_view", { id: route.view })} />}
        {known && loaded.error && loaded.error.status !== 401 && <ErrorState error={loaded.error} retry={loaded.retry} />}
        {known && !loaded.value && !loaded.error && <Skeleton />}
        {known && loaded.value && <CaseProblems document={loaded.value} />}
        {known && loaded.value && entry && <ShownView key={entry.id} entry={entry} caseId={known.id} caseDocument={loaded.value} />}
      </main>
    </div>
  );
}

function CaseProblems({ document }: { document: CaseDocument }) {
  if (document.errors.length === 0) return null;
  return (
    <div class="problems" role="alert">
      <p>{tn("shell.case_errors", document.errors.length)}</p>
      <ol>
        {document.errors.map((problem, index) => (
          <li key={index}>
            <code>case.yaml{problem.line ? `:${problem.line}` : ""}</code> {problem.message}
          </li>
        ))}
      </ol>
    </div>
  );
}
