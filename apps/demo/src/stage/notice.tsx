import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';

interface NoticeProps {
  /** `bad` is said at once by a screen reader. */
  readonly tone: 'calm' | 'warn' | 'bad';
  readonly title: string;
  /** What counts down: not read out at each second. */
  readonly timer?: string;
  readonly onDismiss?: () => void;
  /** The button of what can be done. */
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

const bars = { calm: 'border-l-ink', warn: 'border-l-warn', bad: 'border-l-bad' };
const titles = { calm: 'text-ink', warn: 'text-warn', bad: 'text-bad' };

/** One line at the foot of the picture: what is the matter, and what can be done about it. */
export function Notice({ tone, title, timer, onDismiss, action, children }: NoticeProps): ReactNode {
  return (
    <div
      data-testid="notice"
      className={classNames(
        'flex items-start gap-3 border-t border-l-4 border-t-line bg-surface py-2.5 pr-3 pl-3 text-sm motion-safe:animate-[arrive_200ms_ease-out]',
        bars[tone],
      )}
    >
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1.5 text-pretty text-ink-2">
        <div className="min-w-[min(16rem,100%)] flex-1">
          <p className={classNames('font-semibold', titles[tone])}>
            <span role={tone === 'bad' ? 'alert' : 'status'}>{title}</span>
            {timer !== undefined && (
              <span role="timer" className="tabular ml-2 font-medium text-ink">
                {timer}
              </span>
            )}
          </p>
          {children}
        </div>
        {action}
      </div>
      {onDismiss !== undefined && (
        <button
          type="button"
          aria-label={`Dismiss: ${title}`}
          onClick={onDismiss}
          className="flex size-8 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}
