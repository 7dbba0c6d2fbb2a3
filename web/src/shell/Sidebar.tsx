// Navigation: the case, its views, the day, and what the reader chose for this browser.
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Select, TlpBadge } from "../components/parts";
import { hrefOf, navigate, useRoute } from "../router";
import { changeSettings, kLanguageNames, kLanguages, useSettings, type Theme } from "../settings";
import { views } from "../views";
import type { CaseDocument, WorkbenchDocument } from "../documents";
import { AsOf, moveDay, useDays } from "./AsOf";
import { JobControl } from "./JobControl";
import { focusSearch, useKeys, type KeyActions } from "./keyboard";
import { KeyboardHelp } from "./KeyboardHelp";

export function Sidebar({ workbench, caseId, caseDocument, open, onOpen }: {
  workbench: WorkbenchDocument; caseId: string | null; caseDocument: CaseDocument | null; open: boolean; onOpen(open: boolean): void;
}) {
  const [help, setHelp] = useState(false);
  return (
    <header class="sidebar">
      <div class="sidebar-top">
        <a class="wordmark" href={caseId ? hrefOf("overview") : "#/"} aria-label="prova">prova</a>
        <button type="button" class="button menu-button" aria-expanded={open} aria-controls="sidebar-rest" onClick={() => onOpen(!open)}>
          {t("shell.views")}
        </button>
      </div>
      <div class="sidebar-rest" id="sidebar-rest">
        <CaseChoice workbench={workbench} caseId={caseId} caseDocument={caseDocument} />
        {caseId && <Navigation />}
        {caseId && <AsOf caseId={caseId} />}
        <div class="sidebar-gap" />
        {caseId && <JobControl caseId={caseId} />}
        <SettingsBox onHelp={() => setHelp(true)} user={workbench.user} version={workbench.version} />
      </div>
      {caseId && <Keys caseId={caseId} onHelp={() => setHelp(true)} />}
      {help && <KeyboardHelp onClose={() => setHelp(false)} />}
    </header>
  );
}

function CaseChoice({ workbench, caseId, caseDocument }: { workbench: WorkbenchDocument; caseId: string | null; caseDocument: CaseDocument | null }) {
  const current = workbench.cases.find((entry) => entry.id === caseId);
  return (
    <div class="case-choice">
      {workbench.cases.length > 1 ? (
        <Select label={t("shell.case")} hideLabel value={caseId ?? ""} options={workbench.cases.map(({ id, name }) => ({ id, label: name || id }))}
          onChange={(id) => navigate({ caseId: id, view: "overview", query: new URLSearchParams() })} />
      ) : (
        <p class="case-name">{caseDocument?.name || current?.name || ""}</p>
      )}
      <TlpBadge tlp={caseDocument?.tlp} />
    </div>
  );
}

function Navigation() {
  const route = useRoute();
  const shown = views.filter((view) => !view.hidden);
  return (
    <nav aria-label={t("shell.views")}>
      <ul>
        {shown.map((view, index) => (
          <li key={view.id} class={view.opensGroup ? "opens-group" : undefined}>
            <a href={hrefOf(view.id)} aria-current={route.view === view.id ? "page" : undefined}>
              {t(view.title)}
              <kbd aria-hidden="true">{index + 1}</kbd>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SettingsBox({ onHelp, user, version }: { onHelp(): void; user: string; version: string }) {
  const { language, theme } = useSettings();
  const themes: { id: Theme; label: string }[] = [
    { id: "system", label: t("settings.theme_system") },
    { id: "light", label: t("settings.theme_light") },
    { id: "dark", label: t("settings.theme_dark") },
  ];
  return (
    <div class="settings">
      <Select label={t("settings.language")} value={language} onChange={(id) => changeSettings({ language: id })}
        options={kLanguages.map((id) => ({ id, label: kLanguageNames[id] }))} />
      <Select label={t("settings.theme")} value={theme} options={themes} onChange={(id) => changeSettings({ theme: id })} />
      <button type="button" class="link-button" onClick={onHelp}>{t("help.open")} <kbd>?</kbd></button>
      <p class="sidebar-foot" title={`prova ${version}`}>{t("shell.signed_in", { user })}<br />{t("shell.offline")}</p>
    </div>
  );
}

/** Keys that need the days of the case. */
function Keys({ caseId, onHelp }: { caseId: string; onHelp(): void }) {
  const days = useDays(caseId);
  const chosen = useRoute().query.get("as_of");
  const actions: Record<string, () => void> = {
    "?": onHelp,
    "/": focusSearch,
    "[": () => moveDay(days, -1, chosen),
    "]": () => moveDay(days, 1, chosen),
    d: () => changeSettings({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }),
  };
  views.filter((view) => !view.hidden).forEach((view, index) => {
    actions[String(index + 1)] = () => {
      location.hash = hrefOf(view.id);
    };
  });
  useKeys(actions as KeyActions);
  return null;
}
