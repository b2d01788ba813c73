import type { ReactNode } from 'react';
import type { DemoService } from '../choice/choice';
import { factsOf } from '../choice/companies';
import { usePhase } from '../session/connection';
import { classNames } from '../ui/class-names';
import { clock } from '../ui/format';
import type { Costs, SessionCosts } from './costs';
import { useCosts } from './use-costs';

interface BillProps {
  readonly service: DemoService;
  readonly sessionId: string | undefined;
}

/** What the mock charges, as it counts it: that nothing is left open can be seen. */
export function Bill({ service, sessionId }: BillProps): ReactNode {
  const phase = usePhase();
  const active = phase !== 'idle' && phase !== 'ended' && phase !== 'failed';
  const costs = useCosts(service, sessionId, active);
  const session = costs?.session;
  const forgotten = session?.open === true && !active;

  return (
    <section
      aria-label="Bill of the mock service"
      data-testid="bill"
      className="tabular relative flex h-9 shrink-0 items-center gap-x-5 overflow-hidden border-t border-line bg-surface px-4 text-xs whitespace-nowrap max-md:gap-x-4"
    >
      <span className="caption max-sm:sr-only">Mock {factsOf(service).name}</span>
      <p role="status" className="flex items-center gap-2 font-semibold">
        <span
          aria-hidden
          className={classNames(
            'size-2 rounded-full',
            forgotten
              ? 'bg-warn'
              : costs !== undefined && costs.open > 0
                ? 'bg-accent'
                : 'border-[1.5px] border-line-2',
          )}
        />
        {costs !== undefined && standing(costs)}
      </p>
      {session !== undefined && <Figures {...session} />}
    </section>
  );
}

function standing({ open }: Costs): string {
  if (open === 0) return 'Nothing open';
  return open === 1 ? '1 session open' : `${open} sessions open`;
}

function Figures({ open, usedSeconds, charge, chargedSeconds, lengthSeconds }: SessionCosts): ReactNode {
  const time = (seconds: number) => clock(seconds * 1_000);
  const upFront = charge === 'up-front';
  return (
    <>
      {open && upFront && <Figure amount={time(usedSeconds)} label="used" />}
      <Figure amount={time(chargedSeconds)} label="charged" />
      {open ? (
        <span className="truncate text-ink-3 max-lg:hidden">
          {upFront ? 'the rest comes back at the close' : 'counts until the close'}
        </span>
      ) : (
        upFront && <Figure amount={time(lengthSeconds - chargedSeconds)} label="given back" />
      )}
      <span
        aria-hidden
        className={classNames('absolute bottom-0 left-0 h-0.5', open ? 'bg-accent' : 'bg-line-2')}
        style={{ width: `${(usedSeconds / lengthSeconds) * 100}%` }}
      />
    </>
  );
}

function Figure({ amount, label }: { readonly amount: string; readonly label: string }): ReactNode {
  return (
    <span className="text-ink-2">
      <span className="font-medium text-ink">{amount}</span> {label}
    </span>
  );
}
