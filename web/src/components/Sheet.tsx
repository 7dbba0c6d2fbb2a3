// A panel over the right edge for reading or writing one thing. A native dialog: focus stays inside, Escape closes, focus returns.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";

export function Sheet({ title, onClose, children, footer, wide }: {
  title: string; onClose(): void; children: ComponentChildren; footer?: ComponentChildren; wide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    if (!element.open) element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog class={`sheet${wide ? " is-wide" : ""}`} ref={dialog} aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}>
      <div class="sheet-body">
        <header class="sheet-head">
          <h2>{title}</h2>
          <button type="button" class="icon-button" aria-label={t("shell.close")} onClick={onClose}>×</button>
        </header>
        <div class="sheet-content">{children}</div>
        {footer && <footer class="sheet-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}
