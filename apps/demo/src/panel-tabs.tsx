import type { ReactNode } from 'react';
import { classNames } from './ui/class-names';

export type Panel = 'talk' | 'direct' | 'wire';

const labels: Readonly<Record<Panel, string>> = { talk: 'Talk', direct: 'Direct', wire: 'Wire' };
const panels = ['talk', 'direct', 'wire'] as const;

/** On a phone: which of the three is seen below the avatar. */
export function PanelTabs({
  panel,
  onChange,
}: {
  readonly panel: Panel;
  readonly onChange: (panel: Panel) => void;
}): ReactNode {
  return (
    <nav aria-label="Panels" className="flex shrink-0 border-y border-line md:hidden">
      {panels.map((each) => (
        <button
          key={each}
          type="button"
          aria-current={each === panel ? 'true' : undefined}
          onClick={() => onChange(each)}
          className={classNames(
            'h-11 flex-1 border-b-2 text-sm font-semibold -outline-offset-2',
            each === panel ? 'border-ink' : 'border-transparent text-ink-3',
          )}
        >
          {labels[each]}
        </button>
      ))}
    </nav>
  );
}
