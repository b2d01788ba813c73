import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StandIn } from '../choice/choice-text';
import { classNames } from '../ui/class-names';

/** Before connecting: what stands in for the real thing, in full. */
export function StandInNote({ title, meaning }: StandIn): ReactNode {
  return (
    <p
      data-testid="stand-in"
      className="max-w-[52ch] border-l-2 border-line-2 pl-3 text-sm text-pretty text-ink-2 max-md:text-xs"
    >
      <span className="font-semibold text-ink">{title}.</span> {meaning}
    </p>
  );
}

/** While one talks: the same in two words, and the rest for whoever asks. */
export function StandInBadge({
  standIn: { title, meaning },
  className,
}: {
  readonly standIn: StandIn;
  readonly className?: string;
}): ReactNode {
  return (
    <details
      data-testid="stand-in"
      className={classNames(
        'group max-w-[min(34ch,calc(100%-2rem))] rounded-control border border-line-2 bg-surface text-xs text-ink-2',
        className,
      )}
    >
      <summary className="flex cursor-pointer list-none items-center gap-1.5 min-h-8.5 rounded-control px-2.5 font-medium max-md:min-h-8 text-ink select-none">
        {title}
        <ChevronDown aria-hidden className="size-3.5 text-ink-3 transition-transform group-open:rotate-180" />
      </summary>
      <p className="px-2.5 pb-2">{meaning}</p>
    </details>
  );
}
