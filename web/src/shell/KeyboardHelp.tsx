import { Sheet } from "../components/Sheet";
import { t, type MessageKey } from "../i18n";
import { changeSettings, useSettings } from "../settings";
import { views } from "../views";

const kRows: readonly { keys: string; what: MessageKey; single: boolean }[] = [
  { keys: "[ ]", what: "help.days", single: true },
  { keys: "/", what: "help.search", single: true },
  { keys: "d", what: "help.theme", single: true },
  { keys: "?", what: "help.help", single: true },
  { keys: "Esc", what: "help.close", single: false },
  { keys: "↑ ↓ PgUp PgDn Home End", what: "help.rows", single: false },
  { keys: "Enter", what: "help.rows_open", single: false },
  { keys: "Space", what: "help.rows_toggle", single: false },
  { keys: "← →", what: "help.slider", single: false },
];

export function KeyboardHelp({ onClose }: { onClose(): void }) {
  const { shortcuts } = useSettings();
  const shown = views.filter((view) => !view.hidden);
  return (
    <Sheet title={t("help.title")} onClose={onClose}>
      <label class="check">
        <input type="checkbox" checked={shortcuts} onChange={(event) => changeSettings({ shortcuts: event.currentTarget.checked })} />
        {t("settings.shortcuts")}
      </label>
      <dl class="keys">
        {shown.map((view, index) => (
          <div key={view.id} class={shortcuts ? undefined : "is-off"}>
            <dt><kbd>{index + 1}</kbd></dt>
            <dd>{t(view.title)}</dd>
          </div>
        ))}
        {kRows.map((row) => (
          <div key={row.keys} class={row.single && !shortcuts ? "is-off" : undefined}>
            <dt>{row.keys.split(" ").map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{t(row.what)}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
