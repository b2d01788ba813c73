import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblems } from '../session/problems-context';

/** What failed, why, and what to do; until dismissed. */
export function Problems(): ReactNode {
  const { problems, dismiss } = useProblems();
  return (
    <div role="alert" className="flex flex-col">
      {problems.map(({ id, title, remedy, detail, times }) => (
        <div
          key={id}
          data-testid="problem"
          className="flex gap-3 border-t border-line bg-bad-soft px-5 py-3 text-sm max-md:px-4"
        >
          <div className="min-w-0 flex-1">
            <p className="font-semibold text-bad">
              {title}
              {times > 1 && <span className="tabular font-normal"> ({times} times)</span>}
            </p>
            <p>{remedy}</p>
            <p className="font-mono text-xs text-ink-2 [overflow-wrap:anywhere]">{detail}</p>
          </div>
          <button
            type="button"
            aria-label={`Dismiss: ${title}`}
            onClick={() => dismiss(id)}
            className="-mr-1 size-7 shrink-0 self-start rounded-control hover:bg-surface"
          >
            <X aria-hidden className="mx-auto size-4" />
          </button>
        </div>
      ))}
    </div>
  );
}
